#!/usr/bin/env bash
# ./bench.sh [--quick] [--json FILE] [--only NAME], ./bench.sh accuracy [--seeds N] [--json FILE] [--only NAME], ./bench.sh scoring [--quick] [--only NAME] [--threads N] [--json FILE], ./bench.sh serving [--quick] [--only NAME] [--json FILE], ./bench.sh streaming [--quick] [--mnist DIR] [--only speed|bound|mnist] [--json FILE], ./bench.sh scaling [--quick] [--only NAME] [--json FILE], ./bench.sh profile [--quick], ./bench.sh distributed [--quick] [--only NAME] [--json FILE], or ./bench.sh gpu [--device N] [--quick] [--json FILE]: builds the benchmarks and runs ours and the peer's in turn.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build/common.sh"

need_dotnet
build benchmarks/Benchmarks.csproj
exec dotnet "$root/artifacts/bin/Benchmarks/release/MLNet.GradientTrainers.Benchmarks.dll" "$@"
