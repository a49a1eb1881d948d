"""People, the accounts they sign in with, and staff members: who somebody is."""
