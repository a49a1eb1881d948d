"""`make bench`: every measuring command, one after the other. Exits 1 when a bound does not hold."""

from __future__ import annotations

import sys

from bench import book, budget, http, ladder, messages, search, sign_in, storm, tricks

if __name__ == "__main__":
    sys.argv[1:] = []
    sys.exit(max(command.main() for command in (budget, ladder, tricks, http, storm, sign_in, book, search, messages)))
