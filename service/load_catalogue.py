"""``python -m service.load_catalogue``: brings the database in line with the catalogue's files, and with demo data."""
