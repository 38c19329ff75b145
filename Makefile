# Everything works from a fresh clone with python3 and make; nothing outside .venv is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CONSTRAINTS ?= --constraint constraints.txt

.PHONY: help demo test test-release check lint format docs goldens benchmark mutants constraints clean

help:
	@echo "make demo         lint the examples"
	@echo "make test         run the whole test suite"
	@echo "make test-release the suite in an unpacked archive, without git, with the newest dependencies"
	@echo "make check        what CI runs: style, types, contracts, tests"
	@echo "make format       write the code as the style asks"
	@echo "make docs         regenerate the generated pages"
	@echo "make goldens      accept the screens that the tests compare"
	@echo "make benchmark    measure against other linters"
	@echo "make mutants      count the faults in rules that the tests notice"
	@echo "make constraints  pin the newest releases of all development dependencies"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vmlint needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	rm -rf vmlint.egg-info  # a stale one would hide new entry points
	PYTHONWARNINGS='ignore:Editable installation' $(BIN)/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS) --editable . --group dev
	@touch $@

# The examples hold faults on purpose, so status 1 (findings) is what success looks like here.
demo: $(STAMP)
	$(BIN)/vmlint check examples/ || test $$? -eq 1

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

# What a person has who downloads a release: no .git, and whatever the package index holds today.
test-release:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && git archive HEAD | tar -x -C "$$folder" \
		&& $(MAKE) -C "$$folder" test CONSTRAINTS=

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test

docs: $(STAMP)
	$(BIN)/python docs/generate.py

goldens: $(STAMP)
	$(BIN)/python -m pytest -q --update-goldens

benchmark: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check yamllint check-jsonschema
	$(BIN)/python benchmarks/run.py

mutants: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check cosmic-ray
	$(BIN)/python benchmarks/mutants.py --survivors mutants.diff

constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	$(BIN)/python -m pip freeze --exclude-editable --exclude pip > constraints.txt

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
