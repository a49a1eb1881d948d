"""The measuring commands (docs/figures.md): each is run by name, `python -m bench.ladder`, and exits 1 beyond its bound."""
