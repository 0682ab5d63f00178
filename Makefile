# make demo: the main job on embedded defaults. make test: the tests. Both work from a fresh clone.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test check goldens bench

demo: .venv/ready
	$(BIN)/firstcheck demo $(ARGS)

test: .venv/ready
	$(BIN)/pytest $(ARGS)

check: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/docs

goldens: .venv/ready
	GOLDENS=write $(BIN)/pytest -q tests/documents
	git diff --stat -- tests

bench: .venv/ready
	$(BIN)/python -m bench.opening

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Firstcheck needs Python 3.11 or newer; set PYTHON=python3.11 or the like.")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
