#!/usr/bin/env bash
# ./run.sh [SAMPLE [OPTIONS]]: builds the samples and runs one; the main job when none is named. ./run.sh --help lists them.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build/common.sh"

need_dotnet
build src/Samples/MLNet.GradientTrainers.Samples.csproj
exec dotnet "$root/artifacts/bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll" "$@"
