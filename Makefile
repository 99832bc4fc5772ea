# Two commands: `make demo` shows the main job, `make test` runs every test this machine can run.
# Needs only Python 3.11 or newer. uv comes into .tools, packages into .venv; nothing is written elsewhere.

PYTHON ?= python3
PORT   ?= 8000
TOOLS  := .tools
UV     := $(TOOLS)/bin/uv
export UV_CACHE_DIR ?= $(CURDIR)/$(TOOLS)/cache
export UV_PYTHON_DOWNLOADS = never
# Offices often stand behind a certificate of their own; the machine knows it, the tools should ask the machine.
export UV_SYSTEM_CERTS ?= 1
# Compiled once, everything starts in a fraction of the time; some machines tell Python to compile at every start.
export PYTHONDONTWRITEBYTECODE :=
RUN    := .venv/bin/python
READY  := .venv/.ready
TESTED := .venv/.ready-for-tests

.PHONY: help setup setup-for-tests demo serve test check bench docs clean

help:
	@echo "make demo   set everything up, take in the sample city's files, serve http://127.0.0.1:8000 (another port: PORT=8001)"
	@echo "make test   set everything up and run every test this machine can run"
	@echo "make check  ruff, strict mypy, import contracts, law book"
	@echo "make bench  measure beside the peers and the limits; writes docs/benchmarks.md"

# Debian's Python refuses `pip install` outside a virtual environment and may lack venv itself,
# so uv is unpacked by pip into a folder of its own (--target), which needs neither.
$(UV):
	@echo "· bringing uv into $(TOOLS)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || { echo "pip is missing: apt-get install python3-pip"; exit 1; }
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-warn-script-location --target $(TOOLS) "uv>=0.9,<1"

$(READY): pyproject.toml uv.lock | $(UV)
	@echo "· installing packages into .venv"
	@$(UV) sync --quiet --frozen --no-dev --inexact --python $(PYTHON)
	@touch $@

$(TESTED): pyproject.toml uv.lock | $(READY)
	@echo "· installing what the tests need"
	@$(UV) sync --quiet --frozen --inexact --python $(PYTHON)
	@touch $@

setup: $(READY)

setup-for-tests: $(READY) $(TESTED)

demo: setup
	@$(RUN) -m gongxin.doors.cli demo --port $(PORT)

serve: setup
	@$(RUN) -m gongxin.doors.cli serve --port $(PORT)

test: setup-for-tests
	@$(RUN) -m tests.run

check: setup-for-tests
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@$(RUN) -m gongxin.doors.cli law lint

bench: setup-for-tests
	@$(RUN) -m bench.run

docs: setup
	@$(RUN) -m gongxin.doors.cli law index --out docs/law-index.md
	@$(RUN) -m gongxin.doors.api

clean:
	rm -rf .venv $(TOOLS) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
