#!/usr/bin/env bash
# The compiler for the crates of this workspace when coverage is measured (coverage.sh): rustc with its instrumentation on.
# Not sh: dash takes names with a hyphen, as cargo gives the paths of programs, out of the environment.
exec "$@" -C instrument-coverage
