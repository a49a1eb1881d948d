"""The measuring commands (docs/figures.md), each run by name: `python -m bench.ladder`. Exit code 1: beyond a bound."""
