"""Bytes of files from outside and plain types of their own, one way or both. No database, no network."""
