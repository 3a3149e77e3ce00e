# Everything a stranger needs: `make run` and `make test` do all set-up on a bare Debian machine.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.run
DEV_STAMP := $(VENV)/.dev
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run demo test check bench simulate day screenshots lock seed clean

run: $(RUN_STAMP)
	@if .ci/display; then exec $(BIN)/python -m onestop_desktop; else \
	  echo "Không có màn hình: chạy bản trình diễn, giấy tờ để ở ./out (no display: running the demo into ./out)"; \
	  QT_QPA_PLATFORM=offscreen $(BIN)/python -m onestop_desktop demo --out out; fi

demo: $(RUN_STAMP)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m onestop_desktop demo --out out

# Three at a time on two cores: the parts share nothing but the checkout, and tests of a window mostly wait.
PARTS := simulation window store pages hub link rules
window_TESTS := $(wildcard tests/gui/test_[a-f]*.py) tests/journeys
pages_TESTS := $(wildcard tests/gui/test_[g-z]*.py)
store_TESTS := tests/cli tests/store tests/desk
rules_TESTS := tests/domain tests/house tests/papers tests/wire tests/sync
hub_TESTS := tests/hub
link_TESTS := tests/link
simulation_TESTS := tests/simulation

test: $(DEV_STAMP)
	@$(MAKE) --no-print-directory -k -j3 --output-sync=target check $(PARTS:%=test-%)

test-%: $(DEV_STAMP)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -p no:cacheprovider $($*_TESTS)

check: $(DEV_STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV_STAMP)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

# Hours on a small machine: many more seeds than `make test` has time for, and every planted bug from the first seed on.
simulate: $(DEV_STAMP)
	$(BIN)/python -m tests.simulation --seeds 20000 --planted

day: $(DEV_STAMP)
	$(BIN)/python -m tests.journeys.day_at_the_window --out out/day --count 60

screenshots: $(DEV_STAMP)
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.screens docs/screens resources/help/pictures
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.hub.pictures docs/screens

lock: $(DEV_STAMP)
	$(BIN)/uv pip compile -q --universal --generate-hashes --extra hub pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --group dev --extra hub pyproject.toml -o requirements-dev.lock

$(BIN)/python:
	.ci/system-packages
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): requirements.lock | $(BIN)/python
	.ci/system-packages
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m compileall -q $(VENV)/lib onestop_desktop || true
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(BIN)/python
	.ci/system-packages test
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q $(VENV)/lib onestop_desktop || true
	@touch $@ $(RUN_STAMP)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache out receipts
