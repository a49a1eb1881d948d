"""A copy of everything that the portal holds on a person, for themselves to keep."""
