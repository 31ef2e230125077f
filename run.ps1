# ./run.ps1 [SAMPLE [OPTIONS]]: builds the samples and runs one; the main job when none is named. ./run.ps1 --help lists them.
# ./run.ps1 serve [OPTIONS]: builds the web service and runs it. ./run.ps1 serve --help lists its options.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
if ($args.Count -gt 0 -and ($args[0] -eq 'serve' -or ("$($args[0..1])" -eq 'help serve'))) {
    $options = if ($args[0] -eq 'serve') { @($args | Select-Object -Skip 1) } else { @('--help') }
    Invoke-Build 'src/Samples/DigitService/MLNet.GradientTrainers.DigitService.csproj'
    dotnet (Join-Path $Root 'artifacts/bin/MLNet.GradientTrainers.DigitService/release/MLNet.GradientTrainers.DigitService.dll') @options
    exit $LASTEXITCODE
}

Invoke-Build 'src/Samples/MLNet.GradientTrainers.Samples.csproj'
dotnet (Join-Path $Root 'artifacts/bin/MLNet.GradientTrainers.Samples/release/MLNet.GradientTrainers.Samples.dll') @args
exit $LASTEXITCODE
