# Two commands do everything on a fresh machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test test-slow lint bench

demo: .venv/installed
	$(BIN)/qualify demo

test: .venv/installed-dev
	$(BIN)/pytest -m "not slow"

test-slow: .venv/installed-dev
	$(BIN)/pytest -m slow

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# First figures on the examples, from their turns and from their recordings, and the README's blocks.
# With DATASET=folder, figures on another labeled data set are printed.
bench: .venv/installed-dev
ifdef DATASET
	$(BIN)/python -m qualify.eval.first_figures $(DATASET)
else
	$(BIN)/python -m qualify.eval.first_figures examples --report eval/reports/examples-turns.txt
	$(BIN)/python -m qualify.eval.first_figures examples --from-audio --report eval/reports/examples-audio.txt
	$(BIN)/python -m qualify.eval.readme README.md
endif

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@
