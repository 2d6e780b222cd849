# `make demo` and `make test` do all their own set-up: Python 3.11+, make and a package index are enough.

PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
# Of the package; fleet (Ray) is large, and only tests of a fleet need it.
EXTRAS ?= all
READY := $(VENV)/.ready

.PHONY: demo sim test tests timeless pull lint install clean

demo: $(READY)
	$(BIN)/edge demo $(if $(MIC),--mic "$(MIC)")

sim: $(READY)
	$(BIN)/edge sim $(ARGS)

# With make -j2 what no clock is waited for in runs beside the rest, which it must not disturb.
test: tests timeless

tests: lint pull
	$(BIN)/pytest $(if $(ARGS),$(ARGS),$(TIMELESS:%=--ignore=%))

timeless: lint pull
	$(if $(ARGS),,$(LOWEST) $(BIN)/pytest -q -p no:cacheprovider $(TIMELESS))

# Scenarios in virtual time, and skills whose clock stands still.
TIMELESS := tests/scenario/test_library.py tests/reason/skills
LOWEST := $(if $(filter Windows_NT,$(OS)),,nice -n 19)

pull: $(READY)
	$(BIN)/edge models pull $(TEST_MODELS)

# What the tests need beyond the default loop.
TEST_MODELS := wake-front-end silero-vad smart-turn-v3.2 minilm-l6-v2 moonshine-tiny-en piper-en-us-joe-medium qwen2.5-coder-0.5b smollm2-135m vosk-ko

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(READY)

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "edge needs Python 3.11 or newer; choose one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable '.[$(EXTRAS)]' --group dev
	$(BIN)/python -c "open('$(READY)', 'w')"

clean:
	$(PYTHON) -c "import shutil; [shutil.rmtree(d, True) for d in ('$(VENV)', 'build', 'dist')]"
