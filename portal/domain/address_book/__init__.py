"""Providers, insurance and emergency contacts of a person."""
