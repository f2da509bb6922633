# Everything a developer or operator types. `make help` lists it; each target builds what it needs.
.DEFAULT_GOAL := help
.PHONY: help setup install run test test-slow faults lint format bench samples template assets docs lock clean

PYTHON ?= python3
BIN := .venv/bin
UV := VIRTUAL_ENV=.venv $(BIN)/uv
unexport PYTHONDONTWRITEBYTECODE

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

setup: .venv/.dev  ## build .venv with what running and testing need

install: .venv/.run  ## build .venv with what running needs, as on a server
	@$(BIN)/python -m compileall -q settings.py cli flows intake loaders notifications operations records schemas web_min

run: .venv/.run  ## start everything on this machine, with three demo providers and the sample files
	@$(BIN)/learner-imports up --demo

test: .venv/.dev lint  ## lint, type check and all tests
	@$(BIN)/python -m pytest -n 2 --dist loadfile

test-slow: .venv/.dev  ## the tests that take minutes, such as reading ten thousand spoiled files, and new examples for all others
	@$(BIN)/python -m pytest -m slow --no-cov
	@SEEK_NEW_EXAMPLES=1 $(BIN)/python -m pytest -m hypothesis --no-cov

faults: .venv/.dev  ## kill, fill and cut off everything, and count every row (docs/reliability.md)
	@$(BIN)/python -m pytest tests/faults tests/canary -m "slow or not slow" --no-cov

lint: .venv/.dev  ## ruff and mypy
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: .venv/.dev  ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

bench: .venv/.bench  ## measure against named peers
	@$(BIN)/python -m benchmarks

samples: .venv/.dev  ## write data/samples again from its script
	@$(BIN)/python -m data.samples.make_samples

template: .venv/.dev  ## make the .xls templates again from the .xlsx, for learners and for progress; needs LibreOffice
	@$(BIN)/python -m schemas.template.make_assets

assets: .venv/.dev  ## take the website's style sheet and script from npm's govuk-frontend again (needs npm)
	@folder=$$(mktemp -d) && npm pack --silent --pack-destination $$folder govuk-frontend@6.3.0 > /dev/null \
	  && tar -xzf $$folder/govuk-frontend-6.3.0.tgz -C $$folder && $(BIN)/python -m web_min.make_assets $$folder/package && rm -r $$folder

docs: .venv/.dev  ## write docs/rules.md and docs/settings.md again from the code
	@$(BIN)/python -m docs.make_rules
	@$(BIN)/python -m docs.make_settings

lock: .venv/.dev  ## resolve the locked requirements again
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.lock pyproject.toml --extra dev -o requirements/dev.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements/dev.lock pyproject.toml --extra dev --extra bench -o requirements/bench.lock

clean:  ## remove .venv and caches (never var/, which holds data)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

# uv installs in seconds what takes pip minutes; it is itself installed by pip, from its own hash-locked file.
.venv/.installer: requirements/installer.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv (about a minute the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.lock
	@touch $@

.venv/.run: .venv/.installer requirements.lock pyproject.toml
	@$(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.lock
	@$(UV) pip install --quiet --require-hashes -r requirements/dev.lock
	@touch $@

.venv/.bench: .venv/.dev requirements/bench.lock
	@$(UV) pip install --quiet --require-hashes -r requirements/bench.lock
	@touch $@
