# ./test.ps1 [OPTIONS of dotnet test, for instance --filter NAME]: builds everything and runs every test project, tests/*.Tests.
# The last line, "N passed, N failed, N skipped", is added up from the result files; a test project that ends without
# one, or badly though no test failed (a crash), counts as one failure. Exit code 0 only if tests ran and none failed.
. (Join-Path $PSScriptRoot 'build/common.ps1')

Assert-Dotnet
Invoke-Build 'MLNet.GradientTrainers.sln'

$results = Join-Path $Root 'artifacts/test-results'
if (Test-Path $results) { Remove-Item -Recurse -Force $results }
New-Item -ItemType Directory -Force $results | Out-Null
$passed = 0; $failed = 0; $skipped = 0
$lines = @()

foreach ($project in Get-ChildItem (Join-Path $Root 'tests/*.Tests/*.csproj') | Sort-Object FullName) {
    $name = $project.BaseName
    $file = Join-Path $results "$name.trx"
    dotnet test $project.FullName -c Release --no-build --nologo --results-directory $results `
        --logger 'console;verbosity=minimal' --logger "trx;LogFileName=$name.trx" @args | Out-Host
    $code = $LASTEXITCODE
    $failures = 0
    $written = Test-Path $file
    if ($written) {
        $run = ([xml](Get-Content -Raw -Encoding UTF8 $file)).TestRun
        $counters = $run.ResultSummary.Counters
        $failures = [int]$counters.executed - [int]$counters.passed
        $passed += [int]$counters.passed
        $failed += $failures
        $skipped += [int]$counters.total - [int]$counters.executed
        foreach ($result in @($run.SelectNodes("//*[local-name()='UnitTestResult'][@outcome='Failed' or @outcome='NotExecuted']"))) {
            $kind = if ($result.outcome -eq 'Failed') { 'failed' } else { 'skipped' }
            $message = ("$($result.Output.ErrorInfo.Message)" -split "`n")[0].Trim()
            $lines += "${kind}: ${name}: $($result.testName): $message"
        }
    }
    if ($failures -eq 0 -and ($code -ne 0 -or (-not $written -and $args.Count -eq 0))) {
        $where = if ($written) { "see $file" } else { 'no result file' }
        Write-Host "${name}: the test run broke off (exit code $code, $where)."
        $failed++
    }
}

$lines | ForEach-Object { Write-Host $_ }
if ($passed + $failed -eq 0) { Write-Host 'No test ran.' }
Write-Host "$passed passed, $failed failed, $skipped skipped"
if ($failed -ne 0 -or $passed -eq 0) { exit 1 }
