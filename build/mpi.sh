#!/usr/bin/env bash
# build/mpi.sh --install: Open MPI and MPICH for the tests of training in several processes, from Debian's packages (as root). Without one of them its tests are skipped.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ "${1:-}" = --install ] && ! { command -v mpirun.openmpi && command -v mpirun.mpich && command -v ip; } >/dev/null 2>&1; then
  get_for_tests MPI debian openmpi-bin mpich iproute2
fi
