#!/usr/bin/env bash
# build/opencl.sh [--install]: an OpenCL device on the processor for the GPU's tests. --install gets what it needs from Debian's packages (as root).
# Where PoCL and a C compiler are there, builds tests/OpenCL/shim.c and prints the folder to put on LD_LIBRARY_PATH; else prints nothing: the tests then skip.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
folder="$root/artifacts/opencl"

if [ "${1:-}" = --install ]; then
  get_for_tests OpenCL debian pocl-opencl-icd ocl-icd-libopencl1 gcc libc6-dev
fi

[ "$(uname -s)" = Linux ] || exit 0
grep -qs pocl /etc/OpenCL/vendors/*.icd || exit 0
command -v gcc >/dev/null 2>&1 || exit 0
mkdir -p "$folder"
if [ ! -f "$folder/libOpenCL.so" ] || [ "$root/tests/OpenCL/shim.c" -nt "$folder/libOpenCL.so" ]; then
  gcc -O1 -shared -fPIC -o "$folder/libOpenCL.$$" "$root/tests/OpenCL/shim.c" -ldl -Wl,--no-as-needed -l:libOpenCL.so.1 2>"$folder/build.log" ||
    { echo "tests/OpenCL/shim.c can't be built (see artifacts/opencl/build.log); the tests on OpenCL will be skipped." >&2; exit 0; }
  mv "$folder/libOpenCL.$$" "$folder/libOpenCL.so"
fi
echo "$folder"
