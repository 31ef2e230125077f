# ./run.ps1 [SAMPLE [OPTIONS]]: builds the samples and runs one; the main job when none is named. ./run.ps1 --help lists them.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
Select-MLNetSource
Invoke-Build 'src/Samples/MLNet.GradientTrainers.Samples.csproj'
dotnet (Join-Path $Tree 'bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll') @args
exit $LASTEXITCODE
