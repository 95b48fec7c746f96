# Two commands do it all on a fresh machine: 'make race' races, 'make test' passes the tests.
# 'make help' lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETUP_LOG := $(VENV)/setup.log
# The tests may use both cores of a small machine; timing is never asserted, so sharing is safe.
# Twice as many workers as such a machine has cores, since half of a test's time is waiting; with more,
# cameras that play a video in real time starve.
# In the order of the folders: by count, modules with one long test would come last.
PYTEST_ARGS ?= -n 4 --dist loadfile --no-loadscope-reorder
# Processes start in half the time where Python may keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE

# $(call step,what is done,command): one line a step; the whole output is in the log, and shown
# only where the step failed.
define step
	@printf '  %-44s' '$(1) …'; \
	started=$$SECONDS; \
	if { $(2); } >>$(SETUP_LOG) 2>&1; then printf 'done in %s s\n' $$((SECONDS - started)); \
	else printf 'failed\n\n'; tail -n 25 $(SETUP_LOG); \
	  printf '\nThe step "%s" failed; the whole output is in %s.\n' '$(1)' '$(SETUP_LOG)'; exit 1; fi
endef

.PHONY: help race serve setup setup-dev setup-train setup-cluster setup-pi setup-browser setup-sandbox test check bench faults \
	soak test-kernel docs screenshots constraints clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

race: $(VENV)/.race ## set up if needed, then race four virtual cars and show the board
	@$(BIN)/paddock demo

serve: $(VENV)/.race ## set up if needed, then run the server for an event of your own
	@$(BIN)/paddock serve

setup: $(VENV)/.race ## make .venv and install what racing needs
	@echo "Paddock is set up. 'make race' starts a race."

setup-dev: $(VENV)/.dev ## add what tests and checks need

setup-train: $(VENV)/.train ## add torch, to make models (never needed to race)

setup-cluster: $(VENV)/.cluster ## add Ray, to drive virtual races on several machines

setup-browser: ## find Chromium and a voice for the browser tests, or install them
	@.ci/find-browser
	@.ci/find-voice

setup-sandbox: ## find bubblewrap, which confines drivers' reward functions, or install it
	@.ci/find-sandbox

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Paddock needs Python 3.11 or newer; $$($(PYTHON) --version) is too old. Use: make PYTHON=python3.12 race"; exit 1; }
	@echo "Setting up Paddock in $(VENV) (only the first time)"
	@mkdir -p $(VENV)
	$(call step,making the Python environment,$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: sudo apt install python3-venv"; exit 1; })
	@touch $@

$(VENV)/.race: $(VENV)/.made pyproject.toml constraints.txt
	$(call step,server: fastapi and sqlmodel,$(BIN)/pip install -q -c constraints.txt -e '.[server]')
	$(call step,timing node: gpiozero,$(BIN)/pip install -q -c constraints.txt -e '.[node]')
	$(call step,cars and virtual track: onnxruntime and opencv,$(BIN)/pip install -q -c constraints.txt -e '.[race]')
	$(call step,warming up,$(BIN)/python -m compileall -q timing_server hardware car_agent display $(VENV)/lib || true)
	@touch $@

$(VENV)/.dev: $(VENV)/.race
	$(call step,test and check tools,$(BIN)/pip install -q -c constraints.txt -e '.[dev]')
	@touch $@

$(VENV)/.train: $(VENV)/.race
	$(call step,training: torch,$(BIN)/pip install -q -c constraints.txt -e '.[train]')
	@touch $@

$(VENV)/.cluster: $(VENV)/.race
	$(call step,cluster: ray,$(BIN)/pip install -q -c constraints.txt -e '.[cluster]')
	@touch $@

setup-pi: $(VENV)/.race ## add the pin factory with kernel edge times, for a node on a Raspberry Pi
	$(call step,Raspberry Pi pins: lgpio,$(BIN)/pip install -q -c constraints.txt -e '.[node,pi]')

test: $(VENV)/.dev setup-browser setup-sandbox ## set up if needed, then run every test
	@$(BIN)/python -m pytest $(PYTEST_ARGS) -m 'not train and not cluster and not kernel'

check: $(VENV)/.dev ## lint, format, types, import rules and the tests of the docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -q -m docs

bench: $(VENV)/.dev setup-browser ## measure, each figure as a ratio against a bare baseline
	@$(BIN)/python -m tests.bench

faults: $(VENV)/.dev ## kill real processes at random points, longer than 'make test' does
	@PADDOCK_FAULT_CYCLES=500 $(BIN)/python -m pytest -m faults -n 0 --timeout 7200

soak: $(VENV)/.dev ## try every property and every request of the interface with many more examples
	@$(BIN)/python -m pytest $(PYTEST_ARGS) -m hypothesis --hypothesis-profile thorough --timeout 7200

test-kernel: $(VENV)/.dev ## boot a kernel with a real GPIO chip, read it, and cut its power 20 times (Debian)
	@PYTHON=$(PYTHON) tests/kernel/prepare
	@$(BIN)/python -m pytest -m kernel -n 0 -v -s tests/kernel

# make screenshots ONLY="board results" takes those alone.
screenshots: $(VENV)/.dev setup-browser ## take every picture of README and docs, of a real race (7 minutes)
	@$(BIN)/python -m docs.screenshots.cli $(ONLY:%=--only %)

docs: $(VENV)/.dev ## write the reference pages from the code
	@$(BIN)/python -m docs.write_reference

constraints: $(VENV)/.dev ## write constraints.txt anew from the working environment
	@.ci/write-constraints $(BIN)/pip > constraints.new && mv constraints.new constraints.txt

clean: ## remove the environment and caches; recorded races stay
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
