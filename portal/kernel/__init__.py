"""What everything may use: database, clock, refusals, secrets. Knows nothing of the portal's subject."""
