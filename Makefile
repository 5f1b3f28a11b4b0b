# `make run` starts Casusroute, `make test` runs every check. Both set up what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test bench lock clean browser

help:
	@echo "make run    Casusroute met voorbeelden starten op http://127.0.0.1:8000 (PORT=…)"
	@echo "make test   alle controles en tests"
	@echo "make bench  metingen"
	@echo "make lock   de vastgelegde versies van bibliotheken vernieuwen"
	@echo "make clean  alles weggooien wat gemaakt is, ook de voorbeelddatabase"

run: $(VENV)/.runtime app/static/dist/.built
	@exec $(BIN)/casusroute up

test: $(VENV)/.test app/static/dist/.built browser
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

bench: $(VENV)/.test app/static/dist/.built
	$(BIN)/python -m tests.bench $(BENCH_ARGS)

# The libraries, as locked with their hashes.
$(VENV)/.runtime: deploy/requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Casusroute heeft Python 3.11 of nieuwer nodig."; exit 1; }
	@echo "Bibliotheken installeren…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.runtime deploy/requirements-test.txt
	@echo "Testgereedschap installeren…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements-test.txt
	@touch $@

# The front-end, built with the Node that came with the libraries.
FRONTEND := app/frontend
app/static/dist/.built: $(VENV)/.runtime $(FRONTEND)/package-lock.json $(wildcard $(FRONTEND)/*.js $(FRONTEND)/*.mjs $(FRONTEND)/*/*.js $(FRONTEND)/*/*/*.js)
	@echo "Schermonderdelen bouwen…"
	@cd $(FRONTEND) && PATH="$(abspath $(BIN)):$$PATH" npm ci --silent --no-audit --no-fund
	@cd $(FRONTEND) && PATH="$(abspath $(BIN)):$$PATH" node build.mjs
	@touch $@

# Chromium for the browser tests: from Debian where that is possible; elsewhere those tests skip and say why.
browser:
	@sh tests/install_browser.sh

lock:
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra build pyproject.toml -o deploy/requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra build --extra test -c deploy/requirements.txt pyproject.toml -o deploy/requirements-test.txt

clean:
	rm -rf $(VENV) var app/static/dist $(FRONTEND)/node_modules *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
