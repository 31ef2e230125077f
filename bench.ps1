# ./bench.ps1 [--quick] [--json FILE] [--only NAME]: builds the benchmarks and runs ours and the peer's in turn.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
Select-MLNetSource
Invoke-Build 'benchmarks/Benchmarks.csproj'
dotnet (Join-Path $Tree 'bin/Benchmarks/release/MLNet.GradientTrainers.Benchmarks.dll') @args
exit $LASTEXITCODE
