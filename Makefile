# The daily acts. Behind them are manage.py commands and two scripts in tests/; `make help` lists them.
PYTHON ?= python3
NAME ?=
ARGS ?=
BOOTSTRAP = $(PYTHON) -I rollback_site/bootstrap.py
COMPILE = uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help run test check bench screenshots services lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## start everything on this machine (DEMO=0 without the example, PORT=8000, DATA_DIR=./var)
	@exec $(BOOTSTRAP) runtime manage.py up

test: ## run the tests (STRICT=1 fails when anything was not run; ARGS="--lane domain")
	@exec $(BOOTSTRAP) development tests/lanes.py $(if $(STRICT),--strict) $(ARGS)

check: ## style, types, import contract, templates, migrations
	@exec $(BOOTSTRAP) development tests/checks.py $(ARGS)

bench: ## run a benchmark (NAME=pages; without a name, list them)
	@exec $(BOOTSTRAP) development manage.py bench $(NAME) $(ARGS)

screenshots: ## take the pictures of README.md anew, from the first browser story
	@SCREENSHOTS=docs/screenshots exec $(BOOTSTRAP) development tests/lanes.py --lane browser -- -k rolls_a_broken_release_back

services: ## install the operating-system packages that the tests use
	@.ci/services

lock: ## pin every package anew, with hashes for all platforms (needs uv)
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the environment and caches; the data folder stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
