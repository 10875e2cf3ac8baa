"""Imports every module that holds tables, so that the metadata is whole."""

from __future__ import annotations

import backend.accounts.model
import backend.catalogue.model
import backend.conversations.model
import backend.dossiers.model
import backend.learning.model
import connectors.model

__all__ = ["backend", "connectors"]
