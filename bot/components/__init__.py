"""Rasa pipeline components for Vietnamese, written in any of the ways citizens type it."""
