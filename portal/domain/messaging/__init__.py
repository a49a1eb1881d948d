"""Conversations between a person and an office, which lose nothing and say nothing outside."""
