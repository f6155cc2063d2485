# What one can do here; `make` alone lists it. Everything sets itself up first.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# One place says which uv: the group "dev" in pyproject.toml.
UV := $(shell sed -n 's/^ *"\(uv==[0-9.]*\)",$$/\1/p' pyproject.toml)
# Companies that look into TLS have a CA of their own, which the system knows: hence --system-certs. Compiled once, for
# every process that compiles what it imports needs a tenth more memory for good.
SYNC := UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=$(VENV) $(BIN)/uv sync --system-certs --locked --all-extras --compile-bytecode --quiet

# The tests start some hundred processes; each would compile Jawort anew where the surroundings forbid to keep it.
unexport PYTHONDONTWRITEBYTECODE

# What a target prints is read by programs, also when another make calls this one.
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long bench lint fmt messages clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY) ## create the environment in .venv with the locked versions

$(READY): pyproject.toml uv.lock
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Python is missing: on Debian, run apt-get install python3 python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is older than 3.11: name a newer one, as in make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot create environments: on Debian, run apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (once)" >&2
	@test -x $(BIN)/uv || \
	  { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --disable-pip-version-check "$(UV)"; } >&2
	@VIRTUAL_ENV= $(SYNC) >&2 || { echo "The locked packages could not be installed; the lines above say why" >&2; exit 1; }
	@touch $@

demo: $(READY) ## start everything on this machine and open it to a browser (ARGS="--port 9000 --json")
	@exec $(BIN)/jawort demo $(ARGS)

# Three for two cores: a third of the time a test waits. Slow files come first, and xdist must not put them last.
test: $(READY) ## the whole suite, every promise once (ARGS="tests/ledger -k proof")
	@$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

test-long: $(READY) ## soaks, loops and whole matrices
	@$(BIN)/pytest -m long $(ARGS)

bench: $(READY) ## measure what docs/performance.md reports
	@$(BIN)/python -m bench $(ARGS)

lint: $(READY) ## style, types, import contracts, vendored files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	@if [ -f tools/vendor.py ]; then $(BIN)/python -m tools.vendor --check; fi

fmt: $(READY) ## bring the code into its form
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

messages: $(READY) ## collect and compile the German and English texts
	@if [ -f tools/messages.py ]; then $(BIN)/python -m tools.messages; else echo "There are no translated texts yet."; fi

clean: ## remove what was built, not data/ and not .venv
	rm -rf dist build artefacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
