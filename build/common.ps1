# Dot-sourced by run.ps1, test.ps1 and bench.ps1: the SDK check, the source of ML.NET, a quiet build.
# Sets $Root (the repository); Select-MLNetSource sets $Tree (the output folder of the chosen source).

$ErrorActionPreference = 'Stop'
$Root = Split-Path -Parent $PSScriptRoot
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'

function Assert-Dotnet {
    if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
        throw "The .NET 10 SDK is needed, and there is no 'dotnet' on the PATH. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
    }
    $sdks = @(dotnet --list-sdks | ForEach-Object { ($_ -split ' ')[0] })
    if (-not ($sdks -match '^[1-9][0-9]+\.')) {
        throw "The .NET 10 SDK is needed. Installed here: $sdks. Get it from https://dotnet.microsoft.com/download/dotnet/10.0"
    }
}

# Asks the feed once, whatever an earlier build found; the builds that follow read the answer.
function Select-MLNetSource {
    $version = if ($env:MLNetVersion) { $env:MLNetVersion } else { '5.0.0' }
    $source = $env:MLNetSource
    if ($source -eq 'packages') {
        Write-Host "ML.NET: package Microsoft.ML $version, forced by MLNetSource=packages"
    }
    elseif ($source -eq 'compat') {
        Write-Host 'ML.NET: stand-in (compat/), forced by MLNetSource=compat'
    }
    elseif ($source) {
        throw "MLNetSource is '$source': it must be 'packages' or 'compat', or empty to let the build choose."
    }
    else {
        dotnet msbuild (Join-Path $Root 'build/probe/MLNetProbe.csproj') -t:ChooseMLNetSource -p:MLNetProbe=always -v:q -nologo -nodeReuse:false | Out-Host
        if ($LASTEXITCODE -ne 0) { throw 'The probe of the package sources failed.' }
        $choice = @(Get-Content (Join-Path $Root "artifacts/mlnet-source/$version.txt"))
        $source = $choice[0]
        Write-Host $choice[1]
    }
    $folder = if ($source -eq 'packages') { "packages-$version" } else { 'compat' }
    $script:Tree = Join-Path (Join-Path $Root 'artifacts') $folder
}

# Release, only errors and warnings shown, no build server left behind.
function Invoke-Build([string] $project) {
    dotnet msbuild (Join-Path $Root $project) -restore -t:Build -p:Configuration=Release -p:UseSharedCompilation=false -v:q -nologo -tl:off -m -nodeReuse:false | Out-Host
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
