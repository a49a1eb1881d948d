# `make` lists what there is. Nothing but Python 3.11, make and (for the tests) a package manager is needed.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python
FLASK := $(BIN)/flask --app wsgi
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check unit setup worker migrate where bench faults attacks backup restore keys-rotate audit lock messages clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | awk -F'\t' '{printf "make %-12s %s\n", $$1, $$2}'

run: .venv/installed $(CATALOGUES) ## start the portal with the demonstration (PORT, PORTAL_DATA, DEMO=0 are honored)
	@DEMO="$${DEMO-1}" LOG_LEVEL="$${LOG_LEVEL-WARNING}" exec $(RUN) -m portal.commands.serve

test: .venv/installed-dev $(CATALOGUES) ## everything that CI checks
	@$(RUN) -m tests.parts
	@$(MAKE) --no-print-directory check
	@$(RUN) -m pytest -n 2 --ignore=tests/architecture
	@$(RUN) -m pytest -n 2 --engine=postgresql

check: .venv/installed-dev $(CATALOGUES) ## the fast part: style, types, imports, templates, architecture
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djlint portal/templates --lint --quiet
	@$(RUN) -m pytest tests/architecture

setup: .venv/installed $(CATALOGUES) ## a portal for real people: keys, tables, the operator (docs/deploy.md)
	@$(RUN) -m portal.commands.setup

worker: .venv/installed ## deliver notices with RQ (REDIS_URL)
	@exec $(FLASK) worker

migrate: .venv/installed ## bring the database to the newest migration
	@$(FLASK) migrate

where: .venv/installed ## the files of a word on all shelves: make where W=appointments
	@$(RUN) portal/commands/where.py $(W)

bench: .venv/installed-dev $(CATALOGUES) ## measure against the goals
	@$(RUN) -m bench

faults: .venv/installed-dev ## inject the long faults (kills, full disks, slow peers)
	@FAULTS=long $(RUN) -m pytest -n 2 tests/faults
	@FAULTS=long $(RUN) -m pytest -n 2 --engine=postgresql tests/faults

attacks: .venv/installed-dev ## every attack and its weakened twin, on both databases
	@$(RUN) -m pytest -n 2 tests/attacks tests/architecture/test_doors.py tests/gateways/test_http.py
	@$(RUN) -m pytest -n 2 --engine=postgresql tests/attacks

backup: .venv/installed ## write an encrypted backup: make backup [TO=folder]
	@$(FLASK) backup $(if $(TO),--to "$(TO)")

restore: .venv/installed ## put a backup in place, portal stopped: make restore FILE=… [REPLACE=1]
	@$(FLASK) restore "$(FILE)" $(if $(REPLACE),--replace)

keys-rotate: .venv/installed ## a new master key and everything under it, portal stopped
	@$(FLASK) keys-rotate

audit: .venv/installed ## verify every audit chain and the seals
	@$(FLASK) audit verify

lock: ## pin requirements*.in anew, with hashes (needs uv)
	uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 -c requirements.txt requirements-dev.in -o requirements-dev.txt

messages: .venv/installed-dev ## collect the words and bring the catalogues up to date
	@$(BIN)/pybabel -q extract -F babel.cfg -k _l -k lazy_gettext --no-location --sort-output --omit-header -o build-messages.pot .
	@$(BIN)/pybabel -q update -i build-messages.pot -d portal/translations -N --omit-header --no-fuzzy-matching
	@rm -f build-messages.pot
	@$(RUN) -m portal.commands.catalogues

clean: ## remove what can be made again (never data or keys)
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache $(CATALOGUES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Compiled words are not in the repository; the stamp of a .mo is its .po.
%.mo: %.po | .venv/installed
	@$(RUN) -m portal.commands.catalogues && touch $@

# Installed only when the pinned list changed: the stamps hold its hash.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PYTHON=python3.11 run"; exit 2; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/install-venv "$(PYTHON)"
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the portal needs (once)."
	@$(RUN) -m pip install -q --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/installed
	@echo "Installing what the checks need (once)."
	@$(RUN) -m pip install -q --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@
