# Two commands do everything on a fresh machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test test-slow lint bench bench-understanding bench-message bench-service

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

# The figures of the README: on the labeled calls, on the examples from their turns and their recordings.
bench: bench-understanding bench-message
	$(BIN)/python -m qualify.eval.bench examples --report eval/reports/examples-turns.txt
	$(BIN)/python -m qualify.eval.bench examples --from-audio --report eval/reports/examples-audio.txt
	$(BIN)/python -m qualify.eval.readme README.md

# Understanding on the labeled calls and on those that nothing was developed on, beside the n-gram baseline; DATASET=folder measures on another data set.
bench-understanding: .venv/installed-dev
ifdef DATASET
	$(BIN)/python -m qualify.eval.bench $(DATASET)
else
	$(BIN)/python -m qualify.eval.bench eval/calls --report eval/reports/labeled-calls.txt
	$(BIN)/python -m qualify.eval.bench eval/unseen --report eval/reports/unseen-calls.txt
endif

# The message on the labeled calls, beside the human one, the transcript cut short and the caller's first sentences.
bench-message: .venv/installed-dev
ifdef DATASET
	$(BIN)/python -m qualify.eval.message_bench $(DATASET)
else
	$(BIN)/python -m qualify.eval.message_bench eval/calls --report eval/reports/message-calls.txt
	$(BIN)/python -m qualify.eval.message_bench eval/unseen --report eval/reports/message-unseen.txt
endif

# The service under load, on SQLite and on a Postgres of its own: about ten minutes.
bench-service: .venv/installed-dev
	$(BIN)/python -m qualify.eval.service_bench --report eval/reports/service.txt

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[dev]"
	touch $@
