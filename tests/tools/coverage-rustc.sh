#!/bin/sh
# The compiler for the crates of this workspace when coverage is measured (coverage.sh): rustc with its instrumentation on.
exec "$@" -C instrument-coverage
