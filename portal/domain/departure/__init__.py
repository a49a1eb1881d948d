"""Leaving the portal for good: an account is deactivated, and nothing leads back into it."""
