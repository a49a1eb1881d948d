"""Offices, where they are, who works there, and which of their providers take part in what."""
