"""Opaque identifiers."""

from __future__ import annotations

import secrets


def new_opaque_id() -> str:
    """Return 128 random bits as 22 URL-safe characters; says nothing about the person or thing it names."""
    return secrets.token_urlsafe(16)


def new_reference() -> str:
    """Return a short reference that a citizen can read out to the hotline and the log can be searched for."""
    return secrets.token_hex(4).upper()
