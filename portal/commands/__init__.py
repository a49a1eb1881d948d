"""The command-line door: what an operator does."""
