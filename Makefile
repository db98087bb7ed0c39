# Everything a user or developer calls. Each target installs what it needs into .venv, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
OUT ?= demo
DATA ?= ../shared/data
TORCH ?= torch  # a build for CPU is a tenth of the size: TORCH="torch==2.13.0+cpu" and where pip finds it

.PHONY: demo test check eval bench bench-bertopic noise kills docs lock clean

$(VENV)/base: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -m pip check --disable-pip-version-check >/dev/null || { $(BIN)/python -m pip check --disable-pip-version-check; exit 1; }
	touch $@

$(VENV)/dev: $(VENV)/base requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	touch $@

demo: $(VENV)/base  ## three days of invented posts become a site in $(OUT)
	$(BIN)/dawnchorus demo --out $(OUT)

test: check  ## what CI runs
	cd tests/browser && if command -v npm >/dev/null; then npm ci --silent --no-audit --no-fund; fi
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/command_reference.py --check
	$(BIN)/python tools/rule_reference.py --check

eval: $(VENV)/dev  ## quality against floors; DATA is a folder of evaluation sets
	$(BIN)/python -m evals $(DATA)

bench: $(VENV)/dev  ## speed and memory, against a named alternative in the same run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group bench
	$(BIN)/python -m bench

bench-bertopic:  ## stories beside BERTopic on Tweet89 of DATA and made-up days; a venv of its own, most of an hour
	$(PYTHON) -m venv $(VENV)-bertopic
	$(VENV)-bertopic/bin/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(VENV)-bertopic/bin/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	$(VENV)-bertopic/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group bench-bertopic
	$(VENV)-bertopic/bin/python bench/stories.py --data $(DATA)

noise: $(VENV)/dev  ## nonsense of a real model server through whole editions; compiles llama.cpp for most of an hour
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group nightly
	$(BIN)/python -m tests.noise

kills: $(VENV)/dev  ## 200 runs killed at random, then one at each commit and rename
	$(BIN)/python -m tests.kills --kills 200
	$(BIN)/python -m tests.kills --points fresh
	$(BIN)/python -m tests.kills --points renewed

docs: $(VENV)/base
	$(BIN)/python tools/command_reference.py
	$(BIN)/python tools/rule_reference.py

lock:  ## needs uv
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --output-file requirements.lock
	uv pip compile pyproject.toml --extra llm --group dev --constraint requirements.lock --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) $(VENV)-bertopic dist build .mypy_cache .ruff_cache .pytest_cache
