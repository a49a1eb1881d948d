"""An office's own record of a person."""
