# Dot-sourced by run.ps1, test.ps1 and bench.ps1: the SDK check, a quiet build. Sets $Root (the repository).

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

# Release, only errors and warnings shown, no build server left behind.
function Invoke-Build([string] $project) {
    if (-not (Test-Path (Join-Path $Root 'artifacts/bin'))) { Write-Host 'Building, which takes a minute or two the first time ...' }
    dotnet msbuild (Join-Path $Root $project) -restore -t:Build -p:Configuration=Release -p:UseSharedCompilation=false -v:q -nologo -tl:off -m -nodeReuse:false | Out-Host
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
