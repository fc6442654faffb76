# Everything a contributor or a user types. `make demo` and `make test` need only Python >= 3.11, make and git.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# The first interpreter that really runs and is new enough (pyenv leaves stubs that do not run).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)

DEMO := .demo

.PHONY: help demo serve browser test lint format bench proof lock clean

help:
	@echo "make demo    simulate a county, add its files, build, and print what was found"
	@echo "make serve   make a release of the demo's county, and serve its pages on this machine"
	@echo "make test    every test, with coverage"
	@echo "make lint    ruff, mypy, import contracts, definitions"
	@echo "make bench   measure speed and memory, write benchmarks/results"
	@echo "make proof   the slow, full forms of the tests, and the proof of the review by simulation"
	@echo "make lock    resolve the dependencies again"

$(INSTALLED): requirements/bootstrap.txt requirements/all.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or say: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/all.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(INSTALLED)
	$(BIN)/likeforlike demo --directory $(DEMO)

serve: $(INSTALLED)
	@test -d $(DEMO)/store || { echo "There is nothing to serve yet: run 'make demo' first."; exit 1; }
	$(BIN)/likeforlike release --store $(DEMO)/store --to $(DEMO)/releases
	$(BIN)/likeforlike serve --releases $(DEMO)/releases

# The pages are tried in a real browser: Debian's where we may install it, else the one that Playwright brings.
browser: $(INSTALLED)
	@command -v chromium >/dev/null \
		|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq \
			&& apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
		|| $(BIN)/playwright install chromium

test: $(INSTALLED) browser
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not slow" --cov --cov-report=term

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/likeforlike check-definitions

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

proof: $(INSTALLED) browser
	$(BIN)/python -m pytest -n auto --dist worksteal
	$(BIN)/python tests/proof/run_proof.py

lock: $(INSTALLED)
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --upgrade \
		--python-version 3.11 --all-extras --group dev --output-file requirements/all.txt pyproject.toml
	grep -A200 '^uv==' requirements/all.txt | awk 'NR==1||/^    /{print;next}{exit}' > requirements/bootstrap.txt

clean:
	rm -rf $(VENV) $(DEMO)
