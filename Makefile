# Every verb of the house. Thin lines: the work is in the tools and in local/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

CACHE := $(or $(INKWELL_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/inkwell)
STATE := $(or $(INKWELL_STATE),$(or $(XDG_STATE_HOME),$(HOME)/.local/state)/inkwell)
export PATH := $(CACHE)/bin:$(PATH)
# The machine brings the interpreter; uv fetches none.
export UV_PYTHON_DOWNLOADS := never

BIN := .venv/bin
PYTHON := $(BIN)/python
LOCAL := local/bootstrap.sh
MEMBERS := api operator workers/runtime workers/gateway workers/ocr workers/extract workers/archive local documents demo models/tiny-invoice
STAMP := .venv/.made-from
PYTEST := $(BIN)/pytest $(PYTEST_ARGS)

##@ Start
.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z0-9-]+:.*## / {printf "  %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Install what this machine lacks, and the virtual environment
	@$(LOCAL) setup
	@$(MAKE) $(STAMP)

$(STAMP): requirements/dev.txt $(MEMBERS:%=%/pyproject.toml)
	@command -v uv >/dev/null || $(LOCAL) setup
	@test -x $(PYTHON) || uv venv --quiet .venv
	@uv pip install --quiet --python $(PYTHON) --require-hashes --requirements requirements/dev.txt
	@uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation $(MEMBERS:%=--editable %)
	@touch $@

.PHONY: demo
demo: $(STAMP) ## From nothing to documents in a database, step by step
	@$(PYTHON) -m inkwell_demo

##@ Platform
.PHONY: up down status images load
up: ## Start Docker, kind and every service (again: repairs what is broken)
	@$(LOCAL) up
down: ## Stop and remove all of it; what was built stays cached
	@$(LOCAL) down
status: ## Say what runs
	@$(LOCAL) status
images: ## Build the operator's and the workers' images
	@$(LOCAL) images
load: ## Bring those images into the cluster
	@$(LOCAL) load

.PHONY: tools
tools: $(CACHE)/bin/helm $(CACHE)/bin/netpolicy
$(CACHE)/bin/helm $(CACHE)/bin/netpolicy &:
	@$(LOCAL) tools

.PHONY: run
run: $(STAMP) ## Run the operator from this shell against the local cluster
	@eval "$$($(LOCAL) env)" && exec $(PYTHON) -m inkwell_operator

##@ Tests
TEST_STEPS := lint types verify test-unit up images load chart test-integration test-cluster test-e2e test-faults
.PHONY: test
test: $(STAMP) ## Everything that a fresh machine can run, with a summary of times
	@summary=; \
	for step in $(TEST_STEPS); do \
	  printf '\n=== make %s\n' "$$step"; started=$$SECONDS; verdict=ok; \
	  $(MAKE) "$$step" || verdict=FAILED; \
	  summary+="$$(printf '%-18s %5d s  %s' "$$step" $$((SECONDS - started)) "$$verdict")"$$'\n'; \
	  if [ $$verdict = FAILED ]; then break; fi; \
	done; \
	printf '\n=== summary\n%s%-18s %5d s\n' "$$summary" total $$SECONDS; \
	[ $$verdict = ok ]

.PHONY: test-unit
test-unit: $(STAMP) ## Pure parts: no sockets, some seconds
	@$(PYTEST) tests/unit --disable-socket --allow-unix-socket

.PHONY: test-integration
test-integration: $(STAMP) ## Each backend and stage against the real service (needs `make up`)
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 $(PYTEST) tests/integration

.PHONY: test-cluster
test-cluster: $(STAMP) ## The operator against a real API server (needs `make up`)
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 $(PYTEST) tests/cluster

.PHONY: test-e2e
test-e2e: $(STAMP) ## The chart installed, images running, upload to row (needs `make up images load`)
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 $(PYTEST) tests/e2e

.PHONY: test-faults chaos
test-faults: $(STAMP) ## Some processes killed under load (needs `make up images load`)
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 $(PYTEST) tests/faults/test_chaos.py
chaos: $(STAMP) ## 200 processes killed under load; publishes what came of it (needs `make up images load`)
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 INKWELL_CHAOS_KILLS=$(or $(KILLS),200) INKWELL_CHAOS_PUBLISH=1 $(PYTEST) tests/faults

.PHONY: bench
bench: $(STAMP) ## Measure what docs/benchmarks.md reports (needs `make up images load`)
	@eval "$$($(LOCAL) env)" && $(PYTEST) tests/bench

.PHONY: evaluate
evaluate: $(STAMP) ## Extraction quality on documents with known truth, offline and through the pipeline
	@PYTHONPATH=tests $(PYTHON) -m bench.accuracy
	@eval "$$($(LOCAL) env)" && $(PYTHON) -m inkwell_demo evaluate

.PHONY: accuracy-gate
accuracy-gate: $(STAMP) ## Record anew what the gate of accuracy holds to; say why in the commit
	@PYTHONPATH=tests $(PYTHON) -m bench.accuracy --record-gate
	@git diff --stat -- tests/data/accuracy-gate.json

.PHONY: evaluate-model
evaluate-model: $(STAMP) ## What the served model reads, field by field, beside the rules (needs `make up`)
	@eval "$$($(LOCAL) env)" && PYTHONPATH=tests $(PYTHON) -m bench.evaluate_model $(EVALUATE_ARGS)

# Each step frees its big arrays; given back to the kernel, they are zeroed page by page at the next.
KEPT_MEMORY := glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=8589934592:glibc.malloc.arena_max=1:glibc.malloc.hugetlb=1

.PHONY: model
model: $(STAMP) ## Train models/tiny-invoice from scratch (hours; stops and goes on), and export it
	@GLIBC_TUNABLES=$(KEPT_MEMORY) $(PYTHON) -m inkwell_tiny_invoice

##@ Code
.PHONY: fmt
fmt: $(STAMP) ## Format the code and fix what can be fixed
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: lint
lint: $(STAMP) ## ruff, its formatter, and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

.PHONY: types
types: $(STAMP) ## mypy, strict
	@$(BIN)/mypy

.PHONY: chart
chart: $(STAMP) tools ## Lint the Helm chart, judge what it renders, and ask the API server (needs `make up`)
	@helm lint --strict --quiet --kube-version 1.34.0 charts/inkwell
	@eval "$$($(LOCAL) env)" && REQUIRE_SERVICES=1 $(PYTEST) tests/charts

.PHONY: generate
generate: $(STAMP) tools ## Write again everything that is generated: CRDs, install manifests, references
	@$(PYTHON) -m inkwell_api.crdgen --output crds
	@$(PYTHON) -m inkwell_api.crdgen --output charts/inkwell/crds
	@$(MAKE) docs
	@manifests/install/render.sh > manifests/install/inkwell.yaml

.PHONY: golden
golden: $(STAMP) ## Write again the plans and objects that tests compare whole; read the difference
	@GOLDEN=rewrite $(PYTEST) -q tests/unit/backends -k "reviewed or has_read"
	@git diff --stat -- tests/data

GENERATED := crds charts/inkwell/crds charts/inkwell/values.schema.json manifests/install docs/reference
.PHONY: verify
verify: generate ## Generate, and fail when that changed anything that is committed
	@git diff --exit-code -- $(GENERATED)
	@left=$$(git ls-files --others --exclude-standard -- $(GENERATED)); \
	  [ -z "$$left" ] || { echo "generated, but not committed:"; echo "$$left"; exit 1; }

.PHONY: docs
docs: $(STAMP) ## Write docs/reference from the models, settings, metrics and reasons
	@$(PYTHON) docs/generate.py

.PHONY: requirements
requirements: ## Pin dependencies again (UPGRADE=1: to the newest)
	@requirements/compile.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove the virtual environment and every cache of the checkout
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist .coverage htmlcov uv.lock
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
