# `make demo` shows what Firstcheck does, `make test` runs the tests. Both work in a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
# Tests wait about as long as they compute, so that two workers a core keep a small machine busy.
WORKERS ?= 4

.PHONY: demo test check goldens bench

demo: .venv/ready
	$(BIN)/firstcheck demo $(ARGS)

test: .venv/dev
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/docs

goldens: .venv/dev
	GOLDENS=write $(BIN)/pytest -q tests/documents tests/store/test_codec.py
	git diff --stat -- tests

bench: .venv/dev
	$(BIN)/python -m bench.opening

# What Firstcheck needs to run.
.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Firstcheck needs Python 3.11 or newer; set PYTHON=python3.11 or the like.")'
	$(PYTHON) -m venv .venv
	$(PIP) --editable .
	touch $@

# What its tests, checks and benchmarks need on top.
.venv/dev: .venv/ready
	$(PIP) --editable '.[dev]'
	touch $@
