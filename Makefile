# Two commands: `make estimate` answers the main question, `make test` checks everything.
# Both need only Python >= 3.11, git and make; run again they reuse what is there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out
export MPLBACKEND := Agg
# One thread for each process: the matrices are small, and the tests run side by side.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: estimate test lint unit package clean

estimate: $(VENV)/.installed
	@echo "==> How many North Korean casualties by 18 December 2024? (the bundled ledger: seeds/)"
	@$(BIN)/reconcile estimate casualties 2024-12-18
	@mkdir -p $(OUT)
	@echo
	@echo "==> The whole timeline as a figure:"
	@$(BIN)/reconcile plot casualties -o $(OUT)/casualties.svg
	@$(BIN)/reconcile plot casualties -o $(OUT)/casualties.png

test: lint unit
	@echo "==> All checks passed."

lint: $(VENV)/.installed-dev
	@echo "==> Style, types and floors (ruff, pyright, import-linter)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/pyright
	@$(BIN)/lint-imports

unit: $(VENV)/.installed-dev
	@echo "==> Tests: laws, oracles, references, calibration, doctests"
	@$(BIN)/pytest -n auto

$(VENV)/bin/python:
	@echo "==> Creating $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; set PYTHON=" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "==> Installing reconcile into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "==> Installing reconcile with its test and development tools into $(VENV)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.installed

package: $(VENV)/.installed-dev
	@$(BIN)/python -m build --outdir dist .

clean:
	@rm -rf $(VENV) $(OUT) dist build .pytest_cache .ruff_cache .hypothesis
