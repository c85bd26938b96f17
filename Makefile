# Quiet Audience. `make` alone lists what can be done.
SHELL := bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help report test test-faults test-engines test-browser lab sample data claims validate peers fuzz bench growth lint lock clean

PYTHON ?= python3
SOURCE ?= data/sample
OUT ?= reports
AUTHOR ?=
TIMEZONE ?=
CURRENCY ?=
DATES ?=
QUESTION ?=
IMPOSSIBLE ?=
FILES ?= 10000
FORMAT ?=
DESIGN ?=
EVENTS ?= 5000000
AUTHORS ?= 3
export EVENTS AUTHORS PYTHON SOURCE OUT AUTHOR TIMEZONE CURRENCY DATES QUESTION IMPOSSIBLE FILES FORMAT DESIGN

READY := .venv/.installed

help: ## List what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

report: $(READY) ## Write the report: SOURCE="a folder of exports" [AUTHOR= OUT= TIMEZONE= CURRENCY= DATES= QUESTION=]
	@.venv/bin/quiet-audience report "$$SOURCE" --out "$$OUT" \
		$${AUTHOR:+--author "$$AUTHOR"} $${TIMEZONE:+--timezone "$$TIMEZONE"} \
		$${CURRENCY:+--currency "$$CURRENCY"} $${DATES:+--dates "$$DATES"} \
		$${QUESTION:+--question "$$QUESTION"} $${IMPOSSIBLE:+--impossible "$$IMPOSSIBLE"}

test: lint ## Check the code, then run every test
	@.venv/bin/pytest -n 2 --ignore=tests/browser

test-browser: $(READY) ## Open the page, and the notebooks in JupyterLab, in the machine's Chromium
	@.venv/bin/pytest tests/browser

test-faults: ## Kill, starve and choke batches, and see that every page is whole (slow: 20 minutes)
	@.venv/bin/pytest tests/faults/faults.py

test-engines: $(READY) ## Count events on PostgreSQL and on a cluster of Spark too (fetches 450 MB, once)
	@[ -x .venv-engines/bin/python ] || .venv/bin/uv venv --quiet .venv-engines
	@.venv/bin/uv pip install --quiet --python .venv-engines --constraint requirements.lock \
		"psycopg[binary]>=3.2" "pyspark>=4.0,<4.1"
	@.venv/bin/python -c 'import sysconfig; site = sysconfig.get_path("purelib"); \
		print(f"import site; site.addsitedir({site!r})")' \
		> "$$(.venv-engines/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/project.pth"
	@.venv-engines/bin/python -m pytest tests/test_events.py

lab: $(READY) ## Open the first notebook in JupyterLab
	@.venv/bin/jupyter lab notebooks/01-load-engagement.ipynb

sample: $(READY) ## Write the invented authors of data/sample anew
	@.venv/bin/quiet-audience sample

data: $(READY) ## Fetch the public data that test the essay's claims and the methods
	@.venv/bin/quiet-audience data

claims: $(READY) ## Put the essay's claims to public data: OUT=reports
	@.venv/bin/python -m helpers.claims "$$OUT"

validate: $(READY) ## Measure how often each method is right: [DESIGN=] (slow: hours)
	@OMP_NUM_THREADS=1 .venv/bin/python -m helpers.validate $$DESIGN

peers: $(READY) ## Set our designs beside the packages that others use, on the same series (slow)
	@OMP_NUM_THREADS=1 .venv/bin/python -m helpers.validate.peers

bench: $(READY) ## Measure speed and memory against what a user would otherwise run: [EVENTS= AUTHORS=]
	@.venv/bin/python -m helpers.bench
	@.venv/bin/python -m helpers.bench_unseen
	@.venv/bin/python -m helpers.bench_report
	@.venv/bin/python -m helpers.bench_batch events "$$EVENTS"
	@.venv/bin/python -m helpers.bench_batch notebooks "$$AUTHORS"

growth: $(READY) ## Measure how costs grow with authors and events, for the README (slow: 20 minutes)
	@.venv/bin/python -m helpers.bench_growth

fuzz: $(READY) ## Damage every kind of export at random and see that rows still add up (slow: an hour and a half)
	@PYTHONPATH=tests .venv/bin/python -m fuzz --files "$$FILES" --format "$$FORMAT"

lint: $(READY) ## Check style, form and types of the code
	@.venv/bin/ruff check --quiet
	@.venv/bin/ruff format --check --quiet
	@.venv/bin/mypy --no-error-summary

lock: ## Choose the newest versions: requirements.lock and environment.yml
	@[ -x .venv/bin/uv ] || $(MAKE) --no-print-directory $(READY)
	@.venv/bin/uv pip compile pyproject.toml --quiet --no-config --system-certs --upgrade \
		--universal --python-version 3.11 --fork-strategy fewest --all-extras \
		--generate-hashes --no-emit-index-url --custom-compile-command "make lock" \
		--output-file requirements.lock
	@.venv/bin/pyproject2conda project

clean: ## Remove .venv and caches; reports and data stay
	@rm -rf .venv .hypothesis .mypy_cache .pytest_cache .ruff_cache
	@find notebooks src tests \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune \
		-exec rm -rf {} +

# The stamp is written last, so that a failed set-up is begun again.
$(READY): requirements.lock pyproject.toml
	@rm -f $@; \
	tried=("$$PYTHON"); \
	[ "$$PYTHON" != python3 ] || tried+=(python3.14 python3.13 python3.12 python3.11); \
	for python in "$${tried[@]}" ""; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Quiet Audience needs Python 3.11 or newer; tried: $${tried[*]}." >&2; \
		echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	if .venv/bin/python -m pip --version >/dev/null 2>&1; then \
		echo "Bringing .venv up to date"; \
	else \
		echo "Setting up .venv (about 2 minutes, once)"; \
		"$$python" -m venv --clear .venv; \
	fi
	@set -o pipefail; \
	.venv/bin/python -m pip install --disable-pip-version-check --require-hashes \
		--requirement requirements.lock 2>.venv/pip.log \
	| { fetched=0; while read -r word _; do case $$word in \
		Collecting) fetched=$$((fetched + 1)); \
			[ ! -t 1 ] || printf '\r  %d packages fetched' $$fetched;; \
		Installing) [ ! -t 1 ] || printf ', installing …\n';; \
	esac; done; } || { cat .venv/pip.log >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@.venv/bin/python -m compileall -q src
	@touch $@
