# All that a developer types. A new machine needs git, make and python3 >= 3.11 with venv.
#
#   make demo        the main job, shown in under a minute
#   make test        the fast tests
#   make check       format, lint, types, import rules, fast tests with branch coverage
#   make test-slow   the slow tests
#   make test-long   those that take minutes: a million operations beside a model, an interrupt at every moment,
#                    every mutant, tens of thousands of crash states
#   make test-all    both, and make torture
#   make format      format the source
#   make docs        the pages that are made from the source: docs/cli.md, docs/format.md, docs/limits-of-a-run.md ...
#   make bench       measure everything beside other stores (half an hour), and make docs/performance.md of it;
#                    in pieces: make bench BENCH="--only recovery"; the others come with make bench-peers
#   make bench-interp    measure the language beside GT.M (ten minutes)
#   make sigkill     kill working processes a hundred times and count what they were promised
#   make reopen      how long an open takes after a kill, by the size of the journal
#   make stress      threads that mix everything for SECONDS=60, checked for lies and leaks
#   make torture     300,000 crash states of 20,000 lives on a simulated disk, failing calls, flipped bytes
#   make torture-ci  the same with a third of the states, as in .ci/run
#   make mutants     break the engine on purpose, line by line: each must be noticed
#   make wheel       dist/*.whl
#   make clean       what make made

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
JOBS ?= auto
SECONDS ?= 60
TORTURE_JOBS ?= $(shell nproc 2>/dev/null || echo 1)
TORTURE_SEED ?= 1
BENCH ?= --large
BENCH_RESULT := docs/performance.json
COVERAGE_MIN ?= 90
ENGINE_BRANCHES_MIN ?= 97
INTERP_BRANCHES_MIN ?= 95

PYTEST := $(BIN)/python -m pytest -q -n $(JOBS)
COVERAGE := $(BIN)/python -m coverage

.DEFAULT_GOAL := test
.PHONY: demo test check format-check lint types imports coverage test-slow test-long test-all format docs bench bench-interp bench-peers bench-page sigkill reopen stress torture torture-ci mutants wheel clean venv

venv: $(STAMP)

$(STAMP): pyproject.toml bumps/version.py
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "bumps needs Python 3.11 or later: make PYTHON=python3.13 ..., for example" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

demo: $(STAMP)
	$(BIN)/bumps demo

test: $(STAMP)
	$(PYTEST) -m "not slow"

check: format-check lint types imports coverage

format-check: $(STAMP)
	$(BIN)/ruff format --check .

lint: $(STAMP)
	$(BIN)/ruff check .

types: $(STAMP)
	$(BIN)/mypy

imports: $(STAMP)
	$(BIN)/lint-imports

coverage: $(STAMP)
	@rm -rf build/coverage && mkdir -p build/coverage
	$(COVERAGE) run -m pytest -q -n $(JOBS) -m "not slow"
	@$(COVERAGE) combine --quiet
	@$(COVERAGE) report --fail-under=$(COVERAGE_MIN)
	@$(COVERAGE) json --quiet -o build/coverage/all.json
	@$(BIN)/python .ci/branches.py build/coverage/all.json $(ENGINE_BRANCHES_MIN) $(INTERP_BRANCHES_MIN)

test-slow: $(STAMP)
	$(PYTEST) -m "slow and not long"

test-long: $(STAMP)
	$(PYTEST) -m long

test-all: test test-slow test-long torture

format: $(STAMP)
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

docs: $(STAMP)
	$(BIN)/python -m bumps.tools.manual docs

# What is measured stays in docs/performance.json until the same work is measured again.
bench: $(STAMP)
	$(BIN)/bumps bench db $(BENCH) --save $(BENCH_RESULT)
	$(MAKE) bench-page

# The language beside GT.M, where that is installed; BUMPS_VISTA names a checkout of VistA-M for one of its programs.
bench-interp: $(STAMP)
	$(BIN)/bumps bench interp --save $(BENCH_RESULT)
	$(MAKE) bench-page

bench-peers: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'

bench-page: $(STAMP)
	$(BIN)/bumps bench report $(BENCH_RESULT) --page docs/performance.md --svg docs/performance.svg

sigkill: $(STAMP)
	$(BIN)/python -m bumps.tools.sigkill --kills 100

stress: $(STAMP)
	$(BIN)/python -m bumps.tools.stress --seconds $(SECONDS)

reopen: $(STAMP)
	$(BIN)/python -m bumps.tools.reopen

torture: $(STAMP)
	$(BIN)/bumps torture run --states 300000 --lives 20000 --seed $(TORTURE_SEED) --jobs $(TORTURE_JOBS)
	$(BIN)/bumps torture replay faults:0
	$(BIN)/bumps torture replay faults:1
	$(BIN)/bumps torture replay continuations:9
	$(BIN)/bumps torture rot

torture-ci: $(STAMP)
	$(BIN)/bumps torture run --states 100000 --lives 5000 --seed $(TORTURE_SEED) --jobs $(TORTURE_JOBS)
	$(BIN)/bumps torture replay faults:0
	$(BIN)/bumps torture rot

mutants: $(STAMP)
	$(BIN)/bumps torture mutants

wheel: $(STAMP)
	@rm -rf build/lib build/bdist.* dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

clean:
	rm -rf build dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache bumps_m.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
