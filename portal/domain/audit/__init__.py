"""Who did or saw what: an append-only chain of hashes for each person."""
