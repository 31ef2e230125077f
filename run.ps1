# ./run.ps1 [SAMPLE [OPTIONS]]: builds the samples and runs one; the main job when none is named. ./run.ps1 --help lists them.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
Invoke-Build 'src/Samples/MLNet.GradientTrainers.Samples.csproj'
dotnet (Join-Path $Root 'artifacts/bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll') @args
exit $LASTEXITCODE
