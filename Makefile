# Every target sets up .venv first, from the lock file. README.md shows how to do it by hand.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?= --numprocesses=auto
RUN_PYTEST = $(BIN)/python $(if $(COVERAGE),-m coverage run) -m pytest
# The tests start hundreds of Pythons, which would compile everything each time.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help generate check test test-slow test-all coverage mutate bench verify verify-full lint format docs release lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "tagmatrix needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

generate: $(VENV)/.ready ## write all generated files
	$(BIN)/python generate.py

check: $(VENV)/.ready ## show what generate would change, without writing
	$(BIN)/tagmatrix generate --check

test: $(VENV)/.ready ## the tests, without the slow ones
	$(RUN_PYTEST) -m "not slow" $(PYTEST_ARGS)

test-slow: $(VENV)/.ready ## the slow tests only: kills, races, histories, workflows, mutations by the hundred
	$(RUN_PYTEST) -m "slow or hypothesis" --hypothesis-profile=many $(PYTEST_ARGS)

test-all: test test-slow ## all the tests

# Without the slow tests: under coverage their hundreds of processes take an hour.
coverage: $(VENV)/.ready ## how much of the code `make test` goes through: 97 % with its branches
	$(BIN)/coverage erase
	$(MAKE) test COVERAGE=yes
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report --fail-under=97

# PACKAGE and MUTATE_ARGS come from the command line: make mutate PACKAGE=versions MUTATE_ARGS=--again
mutate: $(VENV)/.ready ## change the code of a package, one thing after the other, and list what no test notices
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-mutation.lock
	$(BIN)/python -m tests.mutation $(PACKAGE) $(MUTATE_ARGS)

bench: $(VENV)/.ready ## measure all commands, and print one table: takes minutes
	$(BIN)/python -m compileall -q src
	$(BIN)/python benchmarks/table.py $(BENCH_ARGS)

# The builds take turns: they share a server, a storage, and all cores.
verify: $(VENV)/.ready ## other tools on all Dockerfiles; as root on Debian an image built and tried
	$(BIN)/python -m pytest tests/e2e -m "not full" --numprocesses=0 --durations=10

verify-full: $(VENV)/.ready ## verify, but build all images, with PGO and LTO, twice, with both builders: 1-2 hours
	$(BIN)/python -m pytest tests/e2e --numprocesses=0 --durations=0

lint: $(VENV)/.ready ## ruff, mypy, imports between packages, plain English, spelling, zizmor and actionlint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tests.english
	$(BIN)/python -m tests.sentences
	$(BIN)/codespell .
	$(BIN)/zizmor --offline --strict-collection --no-progress --quiet --persona auditor .github action.yml
	$(BIN)/python -m pytest tests/workflows/test_actionlint.py --numprocesses=0 --quiet -k test_workflows

format: $(VENV)/.ready ## format the code and apply ruff's automatic fixes
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(VENV)/.ready ## write the references (keys of versions.yaml, schema, commands), and the output in docs/tour.md and docs/app.md
	$(BIN)/tagmatrix schema > schemas/versions.schema.json
	for name in plan base-digests built-image; do \
		$(BIN)/tagmatrix schema --of $$name > schemas/$$name.schema.json; done
	$(BIN)/tagmatrix schema --format markdown > docs/versions-yaml.md
	$(BIN)/python -m tagmatrix.cli.reference > docs/commands.md
	$(BIN)/python -m tests.tour

# VERSION and DATE come from the command line: make release VERSION=1.2.3 DATE=2026-12-31
release: $(VENV)/.ready ## make a release: version, changelog, tag, wheel, source archive; uploads nothing
	$(BIN)/python .ci/release.py $(VERSION) $(DATE)
	$(PYTHON) -m venv $(VENV)-release
	$(VENV)-release/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-release.lock
	$(VENV)-release/bin/twine check --strict dist/$(VERSION)/*
	$(VENV)-release/bin/check-wheel-contents dist/$(VERSION)

lock: ## pin the newest versions that pyproject.toml allows (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
		--custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
		--custom-compile-command "make lock" --group release \
		--output-file requirements-release.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade --no-emit-index-url \
		--custom-compile-command "make lock" --group mutation --constraint requirements.lock \
		--output-file requirements-mutation.lock

clean: ## remove the environment and caches
	rm -rf $(VENV) $(VENV)-release .mypy_cache .pytest_cache .ruff_cache .hypothesis .mutation .coverage .coverage.*
