# make run   sets up everything and serves the dashboard
# make test  sets up everything and checks it: ruff, known weaknesses, mypy, unit, page and browser tests

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PORT   ?= 8501

.PHONY: run test lint unit browser bench shots clean

run: $(VENV)/app
	$(BIN)/streamlit run app.py --server.port $(PORT)

# Browsers last and by themselves: what stands in their way is noticed by those who click.
test: lint unit
	$(MAKE) browser

lint: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.audit
	$(BIN)/mypy --config-file tests/windows.ini --cache-dir .mypy_cache/win32 & other=$$!; $(BIN)/mypy && wait $$other

# Two at a time, and as nice as the workers under test, so that these get their share of two cores.
unit: $(VENV)/dev
	nice -n 19 $(BIN)/python -m pytest -q -m "not browser" -n 2 --dist worksteal

browser: $(VENV)/dev
	$(BIN)/python -m pytest -q tests/browser -n 2 --dist loadfile

bench: $(VENV)/dev
	$(BIN)/python -m benchmarks $(PARTS)

shots: $(VENV)/dev
	$(BIN)/python -m tests.browser.screenshots assets

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Stamps: a folder's requirements are installed anew when their file has changed.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11 to 3.13 is needed, $$($(PYTHON) --version) found; choose one with: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/app: requirements.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev: $(wildcard requirements*.txt) | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.txt
	@touch $(VENV)/app $@
