.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help
help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: install
install: $(STAMP) ## Makes .venv with everything, out of the lock file

$(STAMP): pyproject.toml requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: demo
demo: install ## Runs the whole way on sample articles, on embedded real servers
	$(BIN)/wiredesk demo

.PHONY: up
up: install ## Runs embedded servers and both services in the foreground
	$(BIN)/wiredesk up

.PHONY: check
check: lint types test ## Format, lint, types and all tests: what CI runs

.PHONY: format
format: install ## Formats the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lint
lint: install ## Checks format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

.PHONY: types
types: install ## Checks types
	$(BIN)/mypy

.PHONY: test
test: install ## Runs unit, contract, integration and system tests
	$(BIN)/pytest -n 2 -m "not compose and not browser"

.PHONY: test-unit
test-unit: install ## Runs the tests that need no servers
	$(BIN)/pytest tests/unit tests/contract

.PHONY: test-formats
test-formats: install ## Prints what each format's samples keep and lose; fails where something is lost silently
	$(BIN)/python -m tests.formats_table

.PHONY: fuzz
fuzz: install ## Posts 100,000 malformed bodies and mutations, runs schemathesis and atheris; about 20 minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.lock
	$(BIN)/python -m tests.fuzz

.PHONY: chaos
chaos: install ## Every fault against real servers, a line each: accepted, indexed, dead, doubled, stale, lost; about 15 minutes
	$(BIN)/python -m tests.chaos

.PHONY: chaos-peer
chaos-peer: install ## The same faults, where they apply, against PEER=file, a Redpanda Connect; about 6 minutes
	$(BIN)/python -m tests.chaos.peer $(PEER)

.PHONY: soak
soak: install ## A steady load with small faults for MINUTES (60): nothing may grow
	$(BIN)/python -m tests.chaos.soak $(or $(MINUTES),60)

.PHONY: quality
quality: install ## Measures texts, facts, tags and clusters on the sets in SETS=directory (benchmarks/quality/README.md)
	@test -n "$(SETS)" || { echo "SETS=directory is needed; benchmarks/quality/README.md says what is in it"; exit 1; }
	$(BIN)/python -m benchmarks.quality $(SETS)

.PHONY: relevance
relevance: install ## Asks the judged queries of tests/relevance and prints each one's verdict and NDCG@10; half a minute
	$(BIN)/python -m tests.relevance

.PHONY: bench-search
bench-search: install ## Measures searches over 100,000 articles beside a bare match; about 10 minutes
	$(BIN)/python -m benchmarks.search

.PHONY: bench-normalize
bench-normalize: install ## Measures the CPU of normalizing, step by step, and how long it holds the event loop
	$(BIN)/python -m benchmarks.normalize

.PHONY: test-reindex
test-reindex: install ## Reindexes 50,000 articles while 200 a second arrive: nothing may be lost, stale or gone; about 4 minutes
	$(BIN)/python -m tests.reindexing

.PHONY: test-restore
test-restore: install ## Backs up, destroys, restores and compares everything; then rebuilds it from the archive; about 3 minutes
	$(BIN)/python -m tests.restoring

.PHONY: bench-alerts
bench-alerts: install ## Measures how long 1,000 and 10,000 saved searches take for a hundred articles, on WIREDESK_OPENSEARCH_URL
	$(BIN)/python -m benchmarks.alerts

.PHONY: bench-analysis
bench-analysis: install ## Measures what our analysis costs beside the plain english one; about 5 minutes
	$(BIN)/python -m benchmarks.analysis

.PHONY: bench-guard
bench-guard: install ## Measures the CPU of every step of an article's way beside benchmarks/guard.json; half a minute
	$(BIN)/python -m benchmarks.guard

.PHONY: test-compose
test-compose: install ## Brings docker-compose.yml up, posts, searches, scales, takes it down
	$(BIN)/pytest -m compose tests/compose

.PHONY: test-cluster
test-cluster: install ## Kills each part of docker-compose.cluster.yml in turn under load: nothing lost, back within 15 s; 12 minutes
	$(BIN)/python -m tests.cluster

.PHONY: bench
bench: install ## Asks every question of speed, beside a reference in the same run, and writes benchmarks/results/; about 15 minutes
	$(BIN)/python -m benchmarks

.PHONY: bench-long
bench-long: install ## Drains into an index of a million articles, and a stream of a million waiting entries; about 15 minutes
	$(BIN)/python -m benchmarks.growth long

.PHONY: bench-scaling
bench-scaling: install ## Measures how fast one to four indexers empty a full stream, and what is busiest then; about 10 minutes
	$(BIN)/python -m benchmarks.scaling

.PHONY: browser
browser: install
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/browser.lock
	@command -v "$${CHROMIUM:-chromium}" chromium chromium-browser google-chrome >/dev/null || { \
	  test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -yqq --no-install-recommends chromium fonts-noto-cjk >/dev/null; } || \
	  { echo "Chromium is needed: apt-get install chromium, or CHROMIUM=its path"; exit 1; }

.PHONY: test-browser
test-browser: browser ## The reading room in headless Chromium, with axe-core; about 3 minutes
	$(BIN)/pytest -m browser tests/browser

.PHONY: screenshots
screenshots: browser ## Takes the pictures of docs/screenshots anew
	$(BIN)/python -m tests.browser.screenshots docs/screenshots

AUDIT := $(VENV)/audit

$(AUDIT)/.installed: requirements/audit.lock | install
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/audit.lock
	@touch $@

.PHONY: audit
audit: $(AUDIT)/.installed ## Asks whether a package of the lock files has a known vulnerability; needs the network
	@for lock in services dev; do \
	  $(AUDIT)/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r requirements/$$lock.lock || exit 1; \
	done

.PHONY: sbom
sbom: $(AUDIT)/.installed ## Writes dist/wiredesk.cdx.json: what the image holds, in CycloneDX
	@mkdir -p dist
	$(AUDIT)/bin/cyclonedx-py requirements requirements/services.lock --pyproject pyproject.toml --output-reproducible \
	  --of JSON -o dist/wiredesk.cdx.json

.PHONY: metrics-page
metrics-page: install ## Writes docs/metrics.md anew
	$(BIN)/python -m services.metrics_page > docs/metrics.md

.PHONY: test-rules
test-rules: ## Checks the alarms with promtool, each firing and quiet
	@command -v promtool >/dev/null || { \
	  test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -yqq --no-install-recommends prometheus >/dev/null; } || \
	  { echo "promtool is needed: it comes with Prometheus"; exit 1; }
	promtool check config deploy/prometheus/prometheus.yml
	promtool test rules deploy/prometheus/rules.test.yml

.PHONY: schemas
schemas: install ## Writes schemas/json/ anew
	$(BIN)/python -m schemas.generate

.PHONY: lock
lock: install ## Writes the lock files anew from pyproject.toml
	$(BIN)/python -m pip install --quiet 'uv>=0.13'
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra tracing pyproject.toml -o requirements/services.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra embedded --extra dev -c requirements/services.lock pyproject.toml -o requirements/dev.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra embedded --extra dev --extra fuzz -c requirements/dev.lock pyproject.toml -o requirements/fuzz.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --extra embedded --extra dev --extra browser -c requirements/dev.lock pyproject.toml -o requirements/browser.lock

	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  requirements/audit.in -o requirements/audit.lock

.PHONY: clean
clean: ## Removes what was made here, the cache of servers excepted
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
