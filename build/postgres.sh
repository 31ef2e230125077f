#!/usr/bin/env bash
# build/postgres.sh --install: PostgreSQL for the tests of sweeps over machines, from Debian's packages (as root). Without it those tests are skipped.
# The tests start servers of their own; that of the system is not started, and no database of it made.
set -euo pipefail

if [ "${1:-}" = --install ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  { mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/no-main.conf &&
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql iproute2; } >&2 ||
    echo "PostgreSQL for tests can't be installed here; its tests will be skipped." >&2
fi
