#!/usr/bin/env bash
# build/browser.sh --install: a browser for the tests of pages, from Debian's packages (as root). Without one those tests are skipped.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ "${1:-}" = --install ] && ! command -v chromium >/dev/null 2>&1; then
  get_for_tests "A browser" debian chromium
fi
