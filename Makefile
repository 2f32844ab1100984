# `make` alone lists the targets and their variables. PYTHON=python3.12 names another Python for .venv.
PYTHON ?= python3
AUTH_PORT ?= 8001
CORE_PORT ?= 8000
PYTEST_ARGS ?= -q -n 2
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run reset test check format lock schema .venv
MAKEFLAGS += --no-print-directory

help: ## list the targets
	@awk -F ':.*## ' '/^[.a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: .venv ## start both services with demo content; Ctrl-C stops them (AUTH_PORT=8001 CORE_PORT=8000)
	@exec .venv/bin/python -m tools.run --auth-port $(AUTH_PORT) --core-port $(CORE_PORT)

reset: ## delete var/: databases, files, keys, sign-ins (YES=1 does not ask)
	@exec $(PYTHON) tools/reset.py $(if $(YES),--yes)

test: .venv ## run all tests on SQLite and on PostgreSQL (PYTEST_ARGS="-q -n 2")
	@exec .venv/bin/pytest $(PYTEST_ARGS)

check: .venv ## lint, types, import rules, migrations, OpenAPI drift, each service alone
	@exec .venv/bin/python -m tools.check

format: .venv ## format the code
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format --quiet .

schema: .venv ## write openapi/auth.yaml and openapi/core.yaml
	@exec .venv/bin/python -m tools.schema

lock: ## compile requirements/*.in to *.txt with hashes (UPGRADE=1 takes newer versions)
	@exec $(PYTHON) tools/lock.py $(if $(UPGRADE),--upgrade)

.venv: ## install the pinned packages
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there: install Python 3.11 or newer, or name one, as in \`make run PYTHON=python3.12\`." >&2; exit 1; }
	@$(PYTHON) tools/install.py
