# Everything goes into .venv; nothing outside this folder is touched.
PYTHON ?= python3
PORT ?= 8000
# Each module of tests stays in one process, which shares one release and one server; in their order, as the modules
# with the most tests are not those that take longest.
PYTEST_ARGS ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_TEST := $(VENV)/.installed-test
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help serve install build test lint format bench constraints clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

serve: build ## install, build and serve on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/bio2kg serve --port $(PORT)

install: $(INSTALLED) ## install into .venv

build: install ## make a checked release in build/release
	@$(BIN)/bio2kg build

test: $(INSTALLED_TEST) lint ## run all checks
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(INSTALLED_TEST) ## ruff, mypy, and the layout of the Turtle files
	@$(BIN)/ruff check bio2kg tests
	@$(BIN)/ruff format --check bio2kg tests
	@$(BIN)/mypy
	@$(BIN)/bio2kg format --check

format: $(INSTALLED_TEST) ## bring code and Turtle files into the project's layout
	@$(BIN)/ruff check --fix --quiet bio2kg tests
	@$(BIN)/ruff format --quiet bio2kg tests
	@$(BIN)/bio2kg format

bench: build ## time every named question, with a peer beside it
	@$(BIN)/bio2kg bench

constraints: ## pin the newest versions that fit into constraints.txt
	@rm -rf $(VENV)-new && $(PYTHON) -m venv $(VENV)-new && $(VENV)-new/bin/python -m pip install --quiet '.[test]'
	@echo "# The versions this project is tested with. Make again with: make constraints" > constraints.txt
	@$(VENV)-new/bin/python -m pip freeze --local --exclude bio2kg | LC_ALL=C sort -f >> constraints.txt
	@rm -rf $(VENV)-new

clean: ## remove .venv and build
	rm -rf $(VENV) build

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "bio2kg needs Python 3.11 or newer; name one with PYTHON=…"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(INSTALLED_TEST): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@
