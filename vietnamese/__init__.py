"""Treatment of Vietnamese text, shared by training, parsing and search.

Standard library only and Python 3.10, because both environments import it.
"""
