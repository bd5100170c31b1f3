# Everything from nothing: Python 3.11 or newer, make, and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := ./metaprov '.[new]' ./modules ./plugins/scaling ./plugins/dicom ./plugins/dicomweb ./plugins/nifti ./plugins/storage ./plugins/volume ./plugins/serve './plugins/table[report,dask]'
CHECKED := conftest.py metaprov_core metaprov_command.py metaprov_pytest.py modules plugins tests examples benchmarks docs
# Nothing but serve-assets needs npm: without these, pictures of the server are shown.
export METAPROV_NO_ASSETS := 1
# Status 77 where Orthanc cannot be had.
WITH_ORTHANC := plugins/dicomweb/orthanc/run.sh
# Status 77 where npm or Chromium cannot be had.
WITH_CHROMIUM := plugins/serve/tests/browser/run.sh
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install demo demo-pacs demo-viewer demo-in-chromium test test-pacs test-viewer test-in-chromium test-built coverage test-matrix lint docs format benchmark benchmark-pacs benchmark-serve benchmark-storage serve-assets clean

help:  ## Show this
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | expand -t 16

install: $(VENV)/created  ## Install every package into .venv; where npm is, Cornerstone3D for the inspector too
	@! command -v npm > /dev/null || $(MAKE) --no-print-directory serve-assets || \
		echo "without Cornerstone3D: the inspector shows pictures of the server"
	@$(INSTALL) $(PACKAGES) './plugins/serve[decode,notebook]'

demo: $(VENV)/created  ## Ask about real CT, MR and PT files
	@$(INSTALL) $(PACKAGES) ./examples/file-module --group demo
	@$(BIN)/python examples/demo.py

demo-pacs: $(VENV)/created  ## The same about the same images on an Orthanc (Debian's, unpacked)
	@$(INSTALL) $(PACKAGES) ./examples/file-module --group demo
	@$(WITH_ORTHANC) $(BIN)/python examples/demo_pacs.py

demo-viewer:  ## Pictures of a folder in the inspector and in OHIF; needs npm and Chromium
	@$(WITH_CHROMIUM) $(MAKE) --no-print-directory demo-in-chromium

# The bundle is there before the package is installed that is to have it.
demo-in-chromium: serve-assets $(VENV)/created
	@$(INSTALL) $(PACKAGES) --group demo --group viewer
	@$(BIN)/python examples/demo_viewer.py

test: $(VENV)/created  ## Run all tests
	@$(INSTALL) $(PACKAGES) --group test --group converter --group arrays --group docs
	@$(BIN)/pytest -n auto

test-pacs: $(VENV)/created  ## Run the tests with a real Orthanc, where it can be had
	@$(INSTALL) $(PACKAGES) --group test
	@$(WITH_ORTHANC) $(BIN)/pytest -n auto plugins/dicomweb/tests/test_orthanc.py || \
		{ status=$$?; [ $$status = 77 ] && echo "skipped: the tests with a real Orthanc"; }

test-viewer:  ## Run the tests of metaprov-serve in Chromium, where it and npm can be had
	@$(WITH_CHROMIUM) $(MAKE) --no-print-directory test-in-chromium || \
		{ status=$$?; [ $$status = 77 ] && echo "skipped: the tests in Chromium"; }

test-in-chromium: serve-assets $(VENV)/created
	@$(INSTALL) $(PACKAGES) --group test --group arrays --group viewer
	@METAPROV_TEST_VIEWER=1 $(BIN)/pytest plugins/serve/tests/browser

test-built: $(VENV)/created  ## Build every distribution, and ask each in an empty environment
	@$(INSTALL) $(PACKAGES) --group test --group build
	@METAPROV_TEST_BUILT=1 $(BIN)/pytest tests/test_built.py

coverage: $(VENV)/created  ## Run all tests, and tell which branches they take
	@$(INSTALL) $(PACKAGES) --group test --group arrays
	@$(BIN)/coverage erase
	@$(BIN)/coverage run $(BIN)/pytest
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report

test-matrix:  ## Run the core's tests on each Python there is, and with the least versions of what it needs
	@sh tests/matrix.sh

lint: $(VENV)/created  ## Check style, types, and which wing imports which
	@$(INSTALL) $(PACKAGES) --group test --group arrays --group lint
	@$(BIN)/ruff format --check $(CHECKED)
	@$(BIN)/ruff check $(CHECKED)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

docs: $(VENV)/created  ## Build the documentation into docs/_build
	@$(INSTALL) $(PACKAGES) --group docs
	@$(BIN)/sphinx-build --quiet --fresh-env --fail-on-warning --keep-going docs docs/_build
	@echo docs/_build/index.html

format: $(VENV)/created  ## Format the code
	@$(INSTALL) --group lint
	@$(BIN)/ruff check --fix $(CHECKED)
	@$(BIN)/ruff format $(CHECKED)

benchmark: $(VENV)/created  ## Measure, and write benchmarks/README.md; installs PyTorch
	@$(INSTALL) $(PACKAGES) './plugins/volume[read]' --group test --group benchmark-volumes
	@$(BIN)/python benchmarks/run.py

benchmark-pacs: $(VENV)/created  ## Measure with an Orthanc, and write plugins/dicomweb/BENCHMARKS.md
	@$(INSTALL) $(PACKAGES) --group test --group benchmark-pacs
	@$(WITH_ORTHANC) $(BIN)/python benchmarks/dicomweb.py --write

benchmark-serve: $(VENV)/created  ## Measure beside an Orthanc, and write plugins/serve/BENCHMARKS.md
	@$(INSTALL) $(PACKAGES)
	@$(WITH_ORTHANC) $(BIN)/python benchmarks/serve.py --write

benchmark-storage: $(VENV)/created  ## Measure with a store on loopback, and write plugins/storage/BENCHMARKS.md
	@$(INSTALL) $(PACKAGES) --group test --group benchmark-storage
	@$(BIN)/python benchmarks/storage.py --write

serve-assets:  ## Bundle Cornerstone3D for metaprov-serve; needs npm
	@npm install --prefix plugins/serve/inspector_assets --no-audit --no-fund --no-package-lock --silent
	@node plugins/serve/inspector_assets/build.js

clean:  ## Remove what these commands made
	rm -rf $(VENV) plugins/dicomweb/orthanc/unpacked* .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache docs/_build demo-viewer

$(VENV)/created:
	@$(PYTHON) -m venv $(VENV)
	@$(INSTALL) --upgrade 'pip>=25.1'
	@touch $@
