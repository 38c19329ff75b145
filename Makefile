# Everything works from a fresh clone with python3 and make; nothing outside .venv is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
CONSTRAINTS ?= --constraint constraints.txt

.PHONY: help setup demo test test-release test-thorough fuzz check lint format new-rule advice docs catalog-age goldens benchmark mutants constraints sbom clean

help:
	@echo "make setup        install everything into .venv; the other targets do this too"
	@echo "make demo         show a few findings in the examples"
	@echo "make test         run all tests"
	@echo "make test-release run all tests like a user of a release: no git, newest dependencies"
	@echo "make test-thorough run the tests of properties with ten times as many examples"
	@echo "make fuzz         change files at random and look for what fails: MINUTES=60 SEED=1"
	@echo "make check        check style, types and import contracts, then run all tests"
	@echo "make format       format the code"
	@echo "make new-rule     write the files of a rule: CODE=VM508 NAME=floppy-in-production"
	@echo "make advice       show the first answers of vmlint suggest to fifty workloads, and how many are right"
	@echo "make docs         write the generated pages and schemas"
	@echo "make catalog-age  list what of the catalogue was checked longest ago, and which releases it lacks"
	@echo "make goldens      accept changed screens in tests/golden/"
	@echo "make benchmark    compare the speed with other linters; ARGS=--help shows how"
	@echo "make mutants      count how many small changes of the rules the tests notice"
	@echo "make constraints  pin the newest versions of the development dependencies"
	@echo "make sbom         list what vmlint needs to run, as CycloneDX: dist/vmlint.cdx.json"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "vmlint needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	rm -rf vmlint.egg-info  # an old one would hide new entry points
	PYTHONWARNINGS='ignore:Editable installation' $(BIN)/python -m pip install --quiet --disable-pip-version-check $(CONSTRAINTS) --editable . --group dev
	@touch $@

setup: $(STAMP)

# The examples contain faults on purpose, so exit status 1 (findings) is success here.
demo: $(STAMP)
	@$(BIN)/vmlint check --select VM401,VM603,VM622 $(addprefix examples/native/,compose/flagged-runner.yaml \
		libvirt/flagged-desktop.xml proxmox/flagged.conf) || test $$? -eq 1
	@printf '\nThese are the findings of three rules in three files. All rules find in examples/:\n'
	@$(BIN)/vmlint check examples/ | sed -n '/^[0-9]* errors, /p'
	@echo 'To see them: $(BIN)/vmlint check examples/'
	@echo 'To see what else would fit: $(BIN)/vmlint suggest examples/native/compose/flagged-runner.yaml'

test: $(STAMP)
	$(BIN)/python -m pytest -n auto

# Test as the user of a release: without .git, and with the newest dependencies.
test-release:
	folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && git archive HEAD | tar -x -C "$$folder" \
		&& $(MAKE) -C "$$folder" test CONSTRAINTS=

test-thorough: $(STAMP)
	VMLINT_TEST_EXAMPLES=10 $(BIN)/python -m pytest -n auto $$(grep -lrE 'examples\(|TIMES' tests --include='test_*.py')

fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),2) --seed $(or $(SEED),0)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

check: lint test

new-rule: $(STAMP)
	$(BIN)/python -m vmlint.testing.new_rule $(CODE) $(NAME) $(FOLDER)

advice: $(STAMP)
	@$(BIN)/python -m pytest -q -s -n 0 tests/advice/test_workloads.py -k score

docs: $(STAMP)
	$(BIN)/python docs/generate.py

catalog-age: $(STAMP)
	@$(BIN)/python docs/catalog_age.py $(ARGS)

goldens: $(STAMP)
	$(BIN)/python -m pytest -q --update-goldens

benchmark: $(STAMP)
	$(BIN)/python -m benchmarks.run $(ARGS)

mutants: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check cosmic-ray
	$(BIN)/python benchmarks/mutants.py --survivors mutants.diff

constraints:
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group dev
	$(BIN)/python -m pip freeze --exclude-editable --exclude pip > constraints.txt
	$(BIN)/python releasing/hashes.py

sbom: $(STAMP)
	mkdir -p dist
	$(BIN)/python releasing/sbom.py > dist/vmlint.cdx.json

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
