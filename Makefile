# `make estimate` answers the main question, `make test` checks the code, `make check` also reads
# the report in a real browser. They need only Python >= 3.11, git and make (`make check` as root on
# Debian also installs Chromium); run again they reuse what is there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT := out
export MPLBACKEND := Agg
# One thread for each process: the matrices are small, and the tests run side by side.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.PHONY: estimate test check lint style types unit docs browser notebooks bench validate package release-check clean

estimate: $(VENV)/.installed
	@echo "==> How many North Korean casualties by 18 December 2024? (the bundled ledger: seeds/)"
	@mkdir -p $(OUT)
	@$(BIN)/reconcile estimate casualties 2024-12-18 --cache $(OUT)/cache
	@echo
	@echo "==> The whole timeline as a figure:"
	@$(BIN)/reconcile plot casualties -o $(OUT)/casualties.svg --cache $(OUT)/cache
	@$(BIN)/reconcile plot casualties -o $(OUT)/casualties.png --cache $(OUT)/cache

# Types need one core for a minute: they are checked while the tests run.
test: style
	@$(MAKE) --no-print-directory -j2 types unit
	@echo "==> All checks passed."

check: export RECONCILE_ALL_LEDGERS = 1
check: test docs browser
	@echo "==> Code, documentation and report checked."

lint: style types

style: $(VENV)/.installed-dev
	@echo "==> Style and floors (ruff, import-linter)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(VENV)/.installed-dev
	@echo "==> Types (pyright)"
	@$(BIN)/pyright

unit: $(VENV)/.installed-dev
	@echo "==> Tests: laws, oracles, references, calibration, doctests"
	@$(BIN)/pytest -n auto --dist loadscope --no-loadscope-reorder

docs: $(VENV)/.installed-docs
	@echo "==> The documentation as a site (warnings are errors): docs/_build/html/index.html"
	@$(BIN)/python docs/run_pages.py docs/gallery.md --keep
	@$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build/html

browser: $(VENV)/.installed-browser
	@echo "==> The report in a real Chromium: keyboard, phone, dark mode, print, accessibility"
	@$(BIN)/python tests/browser/install.py
	@RECONCILE_BROWSER_TESTS=1 $(BIN)/pytest tests/browser

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

$(VENV)/.installed-browser: $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[browser]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	@touch $@

notebooks: $(VENV)/.installed
	@echo "==> The example notebook and Quarto document, run anew"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[notebook]'
	@$(BIN)/python examples/render.py

bench: $(VENV)/.installed-dev
	@echo "==> What the library costs here; a dated table in benchmarks/results/"
	@$(BIN)/python benchmarks/record.py

validate: $(VENV)/.installed-dev
	@echo "==> The reference values of the tests, computed anew by other tools"
	@$(BIN)/python validation/regenerate.py

package: $(VENV)/.installed-dev
	@$(BIN)/python -m build --outdir dist .

release-check: package
	@echo "==> Wheel and sdist into empty environments; the main question from another directory"
	@$(BIN)/python .ci/release_check.py dist --oldest

clean:
	@rm -rf $(VENV) $(OUT) dist build docs/_build docs/reference docs/gallery .pytest_cache .ruff_cache .hypothesis
