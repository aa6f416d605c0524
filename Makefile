# Two targets do everything on a machine with python3, make and git: `make test`, and `make demo` for the
# sandbox. Both set up .venv when it is missing or when the pinned requirements have changed.
PYTHON ?= python3
BIN := .venv/bin
SOURCES := __main__.py settings components package crosslink policy tests
# The tests that, with the checks after them, take as much CPU time as the rest, beside which they run.
HALF := tests/crosslink tests/components tests/settings tests/transitions
# Below its threshold slipcover looks through all functions to take probes away, which costs more than they do.
SLIPCOVER := $(BIN)/python -W ignore::RuntimeWarning:slipcover.importer -m slipcover --branch --threshold 100000 \
  --source settings,components,package,crosslink,policy

# What is checked, and of that what is quick enough for each commit. CI, the workflow and pre-commit run these lists.
CHECKS := unit types scan lint format
QUICK := format lint types

.PHONY: help demo demo-fault test quick format lint types scan unit unit-half unit-rest bench requirements clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' | expand -t 18

demo: .venv/ready ## what `pulumi up` would make of the stack dev, and the way of its routes; needs no cloud
	@$(BIN)/crosslink sandbox up --stack dev

demo-fault: .venv/ready ## the same with a fault planted: where the routes stop, why, and the fix
	@$(BIN)/python -m tests.faults demo; test $$? -eq 2

test: .venv/ready .checkov/ready ## everything CI runs: tests, types, templates and manifests, lint, formatting
	@$(MAKE) --no-print-directory --jobs=2 $(CHECKS)

quick: $(QUICK) ## what needs no tests to run, in seconds: formatting, lint, types

format: .venv/ready
	$(BIN)/ruff format --check $(SOURCES)

lint: .venv/ready
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/zizmor --offline --quiet .github

scan: .venv/ready .checkov/ready
	$(BIN)/python -m tests.manifests .checkov/manifests
	.checkov/bin/checkov --config-file .checkov.yaml

types: .venv/ready
	$(BIN)/pyright

unit: unit-half unit-rest # the floor is what is covered, rounded down; other processes are not looked at
	$(BIN)/python -m slipcover --branch --skip-covered --fail-under 98 \
	  --merge .coverage.half .coverage.rest --out .coverage

unit-half: .venv/ready
	$(SLIPCOVER) --json --out .coverage.half -m pytest $(HALF)

unit-rest: .venv/ready
	$(SLIPCOVER) --json --out .coverage.rest -m pytest $(addprefix --ignore=,$(HALF))

bench: .venv/ready ## docs/performance.md anew: takes a quarter of an hour, and a machine with nothing else to do
	@$(BIN)/python -m tests.bench > docs/performance.new && mv docs/performance.new docs/performance.md

# A .venv of another Python than the one that PYTHON asks for is made anew. Without PYTHON any will do.
ifneq ($(origin PYTHON),file)
ifneq ($(wildcard .venv/bin/python),)
ifneq ($(shell $(PYTHON) -V 2>&1),$(shell .venv/bin/python -V 2>&1))
.PHONY: other-python
other-python:
	@echo ".venv has $$(.venv/bin/python -V 2>&1), but PYTHON is $$($(PYTHON) -V 2>&1): it is made anew" >&2
.venv/ready: other-python
endif
endif
endif

.venv/ready: requirements-uv.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or later is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1). Another one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
	  || { echo "$(PYTHON) lacks venv. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@echo "Setting up .venv, once; this takes a minute or two" >&2
	@echo "  1/4 an environment of $$($(PYTHON) -V)" >&2
	@$(PYTHON) -m venv --clear .venv
	@echo "  2/4 uv, which installs the rest" >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@echo "  3/4 the packages of requirements-dev.txt, a gigabyte with what they need" >&2
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.txt
	@echo "  4/4 the command crosslink" >&2
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.checkov/ready: requirements-checkov.txt | .venv/ready
	@echo "Setting up .checkov, once: the check of manifests and templates, which needs other packages" >&2
	@$(BIN)/uv venv --quiet --clear .checkov
	@$(BIN)/uv pip install --quiet --python .checkov/bin/python --require-hashes -r requirements-checkov.txt
	@touch $@

requirements: .venv/ready ## pin the dependencies of pyproject.toml anew, with hashes
	$(BIN)/uv pip compile --group uv --universal --generate-hashes --upgrade --quiet \
	  --custom-compile-command 'make requirements' -o requirements-uv.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --upgrade --quiet \
	  --custom-compile-command 'make requirements' -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --upgrade --quiet \
	  --constraint requirements-dev.txt --custom-compile-command 'make requirements' -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra doctor --universal --generate-hashes --upgrade --quiet \
	  --constraint requirements-dev.txt --custom-compile-command 'make requirements' -o requirements-doctor.txt
	$(BIN)/uv pip compile --group policy --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	  --constraint requirements-dev.txt --custom-compile-command 'make requirements' -o policy/requirements.txt
	$(BIN)/uv pip compile --group checkov --universal --generate-hashes --upgrade --quiet \
	  --custom-compile-command 'make requirements' -o requirements-checkov.txt

clean: ## remove .venv and every cache
	rm -rf .venv .checkov crosslink.egg-info .pytest_cache .ruff_cache .hypothesis
