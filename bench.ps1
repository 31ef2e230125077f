# ./bench.ps1 [--quick] [--json FILE] [--only NAME], ./bench.ps1 accuracy [--seeds N] [--json FILE] [--only NAME], ./bench.ps1 scoring [--quick] [--only NAME] [--threads N] [--json FILE], or ./bench.ps1 serving [--quick] [--only NAME] [--json FILE]: builds the benchmarks and runs ours and the peer's in turn.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
Invoke-Build 'benchmarks/Benchmarks.csproj'
dotnet (Join-Path $Root 'artifacts/bin/Benchmarks/release/MLNet.GradientTrainers.Benchmarks.dll') @args
exit $LASTEXITCODE
