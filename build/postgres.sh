#!/usr/bin/env bash
# build/postgres.sh --install: PostgreSQL for the tests of sweeps over machines, from Debian's packages (as root). Without it those tests are skipped.
# The tests start servers of their own; that of the system is not started, and no database of it made.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

get_postgres() {
  mkdir -p /etc/postgresql-common/createcluster.d && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/no-main.conf && debian postgresql iproute2
}

if [ "${1:-}" = --install ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  get_for_tests PostgreSQL get_postgres
fi
