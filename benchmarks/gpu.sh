#!/usr/bin/env bash
# benchmarks/gpu.sh [--out DIR]: everything that needs a real card, in one command of at most eight minutes: the devices and their self-test, the back end's
# conformance on the card, and the GPU benchmarks. Writes DIR/devices.txt, conformance.txt, gpu.txt and gpu.json (default: out/gpu).
# On a machine without package sources, build elsewhere first and carry artifacts/bin along, and the .NET SDK in .dotnet or on the PATH: what is built is not built again.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out="$root/out/gpu"
if [ "${1:-}" = --out ] && [ $# -ge 2 ]; then
  out=$2
elif [ $# -gt 0 ]; then
  echo "Usage: benchmarks/gpu.sh [--out DIR]" >&2
  exit 2
fi

if ! command -v dotnet >/dev/null 2>&1 && [ -x "$root/.dotnet/dotnet" ]; then
  export DOTNET_ROOT="$root/.dotnet" PATH="$root/.dotnet:$PATH"
fi
bench="$root/artifacts/bin/Benchmarks/release/MLNet.GradientTrainers.Benchmarks.dll"
samples="$root/artifacts/bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll"
tests="$root/artifacts/bin/Gpu.Tests/release/MLNet.GradientTrainers.Gpu.Tests.dll"
if [ ! -f "$bench" ] || [ ! -f "$samples" ] || [ ! -f "$tests" ]; then
  . "$root/build/common.sh"
  need_dotnet
  build MLNet.GradientTrainers.sln
fi

mkdir -p "$out"
failed=0
# Each part has its share of the eight minutes.
part() {
  local name=$1 seconds=$2
  shift 2
  echo "== $name"
  timeout "$seconds" "$@" 2>&1 | tee "$out/$name.txt" || { echo "$name ended badly or took more than $seconds s." | tee -a "$out/$name.txt"; failed=1; }
}

command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L | tee "$out/card.txt"
part devices 60 dotnet "$samples" devices
part conformance 150 dotnet vstest "$tests" --TestCaseFilter:"FullyQualifiedName~CardConformance|FullyQualifiedName~CardTraining"
part gpu 260 dotnet "$bench" gpu --json "$out/gpu.json"
exit "$failed"
