"""Banners: written by staff or the operator, shown to those concerned from a start to an end."""
