#!/usr/bin/env bash
# ./run.sh [SAMPLE [OPTIONS]]: builds the samples and runs one; the main job when none is named. ./run.sh --help lists them.
# ./run.sh serve [OPTIONS]: builds the web service and runs it. ./run.sh serve --help lists its options.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build/common.sh"

need_dotnet
if [ "${1:-}" = serve ] || [ "${1:-} ${2:-}" = "help serve" ]; then
  [ "$1" = serve ] && shift || set -- --help
  build src/Samples/DigitService/MLNet.GradientTrainers.DigitService.csproj
  exec dotnet "$root/artifacts/bin/MLNet.GradientTrainers.DigitService/release/MLNet.GradientTrainers.DigitService.dll" "$@"
fi

build src/Samples/MLNet.GradientTrainers.Samples.csproj
exec dotnet "$root/artifacts/bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll" "$@"
