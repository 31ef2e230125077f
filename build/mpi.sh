#!/usr/bin/env bash
# build/mpi.sh --install: Open MPI and MPICH for the tests of training in several processes, from Debian's packages (as root). Without one of them its tests are skipped.
set -euo pipefail

if [ "${1:-}" = --install ] && ! { command -v mpirun.openmpi && command -v mpirun.mpich && command -v ip; } >/dev/null 2>&1; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openmpi-bin mpich iproute2; } >&2 ||
    echo "MPI for tests can't be installed here; its tests will be skipped." >&2
fi
