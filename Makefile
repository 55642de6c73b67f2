# The commands of this project. Everything here is thin: each target runs a tool that also works by itself.
#
#   make demo     build and start the demo; ARGS='--once' runs one certificate's life and ends
#   make test     the tests: test-rust, on SQLite and on a PostgreSQL of their own, test-web, the dashboard's units, and test-e2e
#   make e2e      the dashboard in Chromium on the built binary (test-e2e); ARGS=axe is one file (web/README.md)
#   make lint     format, clippy, dependency rules, documentation; types, format and lints of the dashboard
#   make bench    measure and print the figures of docs/benchmarks.md
#   make web      build the dashboard
#   make schemathesis  test the API against its own document, on both stores (part of make test)
#   make coverage  which lines the tests reach, against the gates of tests/tools/coverage.toml
#   make fmt      format the code
#   make openapi  write openapi.json from the code
#   make deps     install or name what the tests need
#
# lint, test and demo share the dev profile, so no crate is compiled twice for them.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help schemathesis coverage demo test test-rust test-web test-e2e e2e lint bench web fmt openapi deps

BIN := $(or $(CARGO_TARGET_DIR),target)/debug
RELEASE_BIN := $(or $(CARGO_TARGET_DIR),target)/release
ARGS ?=

# $(call need,COMMAND): fail, and say so, when the built certctl does not have this command.
need = @$(BIN)/certctl --help 2>/dev/null | grep -qE '^ +$(1)( |$$)' || { \
	echo "make $@: this build of certctl has no command '$(1)' yet: it comes with a later step" >&2; exit 1; }

help:
	@sed -n 's/^#   make/make/p' Makefile

deps:
	@tests/tools/deps.sh test

demo:
	@tests/tools/deps.sh demo
	cargo build -p certctl -p certctl-agent
	$(BIN)/certctl demo $(ARGS)

# The dashboard comes first: the binary that the tests start has it inside.
test: web test-rust test-web test-e2e

test-rust: deps
	cargo nextest run --workspace $(ARGS)
	@if grep -rqE --include='*.rs' '^ *//[/!] *```' crates tests; then set -x; cargo test --doc --workspace --quiet; fi

test-web: web
	cd web && npm test && npm run budget

# test-e2e is e2e as a part of test, where ARGS are those of test-rust.
e2e test-e2e: web
	@tests/tools/deps.sh browser
	cargo build -p certctl -p certctl-agent -p certctl-bench
	cd web && CERTCTL_BIN=$(abspath $(BIN))/certctl npm run e2e $(if $(filter e2e,$@),-- $(ARGS))

schemathesis: deps
	cargo build -p certctl -p certctl-agent
	cargo nextest run -p certctl contract:: --no-capture $(ARGS)

coverage: deps
	@tests/tools/coverage.sh $(ARGS)

lint:
	@tests/tools/deps.sh lint
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	python3 tests/tools/deny.py
	RUSTDOCFLAGS='-D warnings -A rustdoc::bare_urls -A rustdoc::private_intra_doc_links' cargo doc --workspace --no-deps --quiet
	@$(MAKE) --no-print-directory web/node_modules/.package-lock.json
	cd web && npm run check && npm run lint

bench:
	@tests/tools/deps.sh test
	cargo build --release -p certctl -p certctl-agent -p certctl-bench
	$(RELEASE_BIN)/certctl-bench $(ARGS)

web: web/node_modules/.package-lock.json
	cd web && npm run build

# What npm writes last of all.
web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	@tests/tools/deps.sh web
	cd web && npm ci --no-audit --no-fund
	@touch $@

fmt:
	cargo fmt --all

openapi:
	cargo build -p certctl
	$(BIN)/certctl openapi > openapi.json.new
	mv openapi.json.new openapi.json
