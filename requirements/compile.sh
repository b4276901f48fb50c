#!/usr/bin/env bash
# Pins what each deployable and the development environment are made of, by version and hash.
# Arguments go to `uv pip compile`: `requirements/compile.sh --upgrade` moves everything on.
set -euo pipefail
cd "$(dirname "$0")/.."

members=(api operator workers/runtime workers/gateway workers/ocr workers/extract workers/archive local documents demo models/tiny-invoice)
own=()
for member in "${members[@]}"; do
  own+=(--no-emit-package "$(sed -n 's/^name = "\(.*\)"/\1/p' "$member/pyproject.toml" | head -n 1)")
done
# No address gets into the files: which registry serves a package is the machine's business.
common=(--quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-emit-build-options
  --custom-compile-command "make requirements" "${own[@]}" "$@")

# People and CI: any CPython from 3.11 on.
uv pip compile "${common[@]}" --universal --python-version 3.11 \
  --output-file requirements/dev.txt "${members[@]/%//pyproject.toml}" --extra training --group pyproject.toml:dev

# Images hold CPython 3.13 on x86_64, are built from wheels alone, and hold the versions that the
# tests ran with: dev.txt constrains them.
image() {
  local output=$1
  shift
  uv pip compile "${common[@]}" --python-version 3.13 --python-platform x86_64-manylinux_2_28 \
    --only-binary :all: --constraint requirements/dev.txt --output-file "requirements/$output.txt" "$@"
}
image operator operator/pyproject.toml
image gateway workers/gateway/pyproject.toml
image ocr workers/ocr/pyproject.toml
image extract workers/extract/pyproject.toml
image archive workers/archive/pyproject.toml
