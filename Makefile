# Everything a newcomer needs: `make demo` and `make test`. `make help` lists the rest.
# Both set up what they need in .venv, once; they do so again when pyproject.toml or constraints.txt change.

PYTHON ?= python3
VENV ?= .venv
PIP_FLAGS ?= -qq
# What the demo changes in the experiment file, so that it ends within two minutes of computing.
DEMO_SETTINGS ?= --set replicates=100
DEMO_OUT ?= results/warmth_titration
# A file stays on one worker, so that what its tests share is computed once; tests/conftest.py orders the files.
PYTEST_FLAGS ?= -n 2 --dist loadfile --no-loadscope-reorder

BIN := $(VENV)/bin
# Without build isolation the editable install needs no second download of setuptools.
INSTALL := $(BIN)/python -m pip install $(PIP_FLAGS) --disable-pip-version-check -c constraints.txt
EDITABLE := $(INSTALL) --no-build-isolation -e
NOTEBOOKS := $(wildcard notebooks/*.ipynb)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format notebooks evidence docs clean python-matches

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "Another Python: make test PYTHON=python3.13 (after make clean, or with VENV=.venv313)."

demo: $(VENV)/.fast ## Run the warmth titration experiment, small: table, sentence, figures
	$(BIN)/mentalities run experiments/warmth_titration.toml --out $(DEMO_OUT) $(DEMO_SETTINGS)

# pytest comes last: whoever reads only the closing lines finds its summary there.
test: lint notebooks ## Lint, check types, run the notebooks, then all tests
	$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: $(VENV)/.dev ## Check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev ## Put style and format right where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(VENV)/.dev ## Run every notebook from top to bottom (the files stay as they are)
	$(if $(NOTEBOOKS),$(BIN)/jupyter-execute --timeout=600 $(NOTEBOOKS),@echo "No notebooks yet.")

evidence: $(VENV)/.fast ## Put every claim to the full test (within an hour), and make docs/evidence.md anew
	$(BIN)/mentalities evidence --all --out results/evidence
	$(BIN)/python -m mentalities_sim.evidence.page results/evidence/evidence.json docs

docs: $(VENV)/.docs ## Build the documentation into docs/_build/html
	$(BIN)/python -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "Open docs/_build/html/index.html"

clean: ## Remove .venv, builds and caches (results/ stays)
	rm -rf $(VENV) build dist *.egg-info docs/_build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find mentalities_sim tests benchmarks docs notebooks -name __pycache__ -type d -prune -exec rm -rf {} +

# --- setting up -------------------------------------------------------------------------------

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Cannot find '$(PYTHON)'. Name a Python 3.11 or later: make PYTHON=/path/to/python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "This needs Python 3.11 or later; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "If you have a newer one, name it: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) (once; a few minutes) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

# A PYTHON named on the command line must not be passed over because .venv is already there.
python-matches: $(VENV)/.made
ifneq ($(filter command% environment%,$(origin PYTHON)),)
	@have=$$($(BIN)/python --version); want=$$($(PYTHON) --version); \
	[ "$$have" = "$$want" ] || { \
	  echo "$(VENV) was made with $$have, you asked for $$want: run 'make clean' first, or add VENV=.venv-other." >&2; exit 1; }
endif

$(VENV)/.fast: pyproject.toml constraints.txt | python-matches
	@$(INSTALL) 'setuptools>=77'
	@$(EDITABLE) '.[fast]'
	@touch $@

$(VENV)/.dev: $(VENV)/.fast
	@echo "Adding the tools for testing to $(VENV) ..."
	@$(EDITABLE) '.[dev]'
	@touch $@

$(VENV)/.docs: $(VENV)/.fast
	@$(EDITABLE) '.[docs]'
	@touch $@
