#!/usr/bin/env bash
# build/browser.sh --install: a browser for the tests of pages, from Debian's packages (as root). Without one those tests are skipped.
set -euo pipefail

if [ "${1:-}" = --install ] && ! command -v chromium >/dev/null 2>&1; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >&2 ||
    echo "A browser for tests can't be installed here; its tests will be skipped." >&2
fi
