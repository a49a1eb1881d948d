"""Which person belongs to which office's chart, and to which of its providers."""
