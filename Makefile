# Two commands: make run, make test. Everything they need is installed into .venv from hashed lock files.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3

# Where it is set, every process of a hub and of the tests would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test pages faults check bench lock

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/run.installed ## set up what is missing and start everything on 127.0.0.1:$PORT (8000)
	@exec $(BIN)/python -m app.cli up

test: $(VENV)/tests.installed ## the test suite, in a minute and a half to two
	$(BIN)/pytest

pages: $(VENV)/tests.installed ## every page, the widget and mbsy.js in a real Chromium
	$(BIN)/pytest --dist=load tests/browser

faults: $(VENV)/tests.installed ## kill processes and stop stores under load, a minute on each database
	FAULTS_SECONDS=60 $(BIN)/pytest --numprocesses=0 tests/faults

check: $(VENV)/tests.installed ## formatting, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/tests.installed ## the benchmarks, each a ratio measured in one run
	$(BIN)/python -m tests.bench

lock: ## write the lock files anew from pyproject.toml (for developers)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv lock --quiet --upgrade
	$(BIN)/uv export --quiet --no-emit-project --no-header --no-annotate -o requirements.lock
	$(BIN)/uv export --quiet --no-emit-project --no-header --no-annotate --extra tests -o tests/requirements.lock

$(VENV)/run.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Throughline needs Python 3.11 or newer")'
	@echo "Setting up $(VENV), once; this takes a minute or two …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# A hub starts nine processes at once: none of them should have to compile what all of them import.
	@$(BIN)/python -m compileall -q app config integrations workers wsgi.py
	@touch $@

$(VENV)/tests.installed: tests/requirements.lock $(VENV)/run.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/requirements.lock
	@# Compiled once, and not by each of the processes that run them; whatever is wrong with a test its run will tell.
	@$(BIN)/pytest --collect-only --numprocesses=0 -qq >/dev/null || true
	@touch $@
