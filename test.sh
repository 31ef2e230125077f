#!/usr/bin/env bash
# ./test.sh [OPTIONS of dotnet test, for instance --filter NAME]: builds everything and runs every test project, tests/*.Tests.
# The last line, "N passed, N failed, N skipped", is added up from the result files; a test project that ends without
# one, or badly though no test failed (a crash), counts as one failure. Exit code 0 only if tests ran and none failed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/build/common.sh"

need_dotnet
build MLNet.GradientTrainers.sln

# An OpenCL device on the processor, where PoCL is installed.
opencl=$("$root/build/opencl.sh")
[ -z "$opencl" ] || export LD_LIBRARY_PATH="$opencl${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" POCL_CACHE_DIR="$opencl/cache"

results="$root/artifacts/test-results"
rm -rf "$results"
mkdir -p "$results"
passed=0 failed=0 skipped=0

# The value of one attribute of the first <Counters> in a result file.
counter() { sed -nE "s/.*<Counters [^>]*$2=\"([0-9]+)\".*/\1/p" "$1" | head -n 1; }

# One line for each test that failed or was skipped: project, test, first line of the message.
list() {
  awk -v project="$(basename "$1" .trx)" '/<UnitTestResult / {
         name = ""
         if (match($0, / outcome="(Failed|NotExecuted)"/)) {
           kind = ($0 ~ / outcome="Failed"/) ? "failed" : "skipped"
           match($0, / testName="[^"]*"/)
           name = substr($0, RSTART + 11, RLENGTH - 12)
         }
       }
       name != "" && /<Message>/ {
         sub(/.*<Message>/, "")
         sub(/<\/Message>.*/, "")
         line = kind ": " project ": " name ": " $0
         gsub(/&quot;/, "\"", line)
         gsub(/&lt;/, "<", line)
         gsub(/&gt;/, ">", line)
         gsub(/&amp;/, "\\&", line)
         print line
         name = ""
       }' "$1"
}

# Tells of one project that has ended, and adds up its tests.
finish() {
  local name=$1 file="$results/$1.trx" code failures=0 total executed good
  code=$(cat "$results/$name.code" 2>/dev/null || echo "unknown: it was ended")
  cat "$results/$name.log"
  if grep -qs '<Counters ' "$file"; then
    total=$(counter "$file" total) executed=$(counter "$file" executed) good=$(counter "$file" passed)
    failures=$((executed - good))
    passed=$((passed + good)) failed=$((failed + failures)) skipped=$((skipped + total - executed))
  fi
  if [ "$failures" = 0 ] && { [ "$code" != 0 ] || { [ ! -f "$file" ] && [ "$selects" = 0 ]; }; }; then
    echo "$name: the test run broke off (exit code $code, $([ -f "$file" ] && echo "see $file" || echo "no result file"))." >&2
    failed=$((failed + 1))
  fi
}

# Waits until fewer projects than $1 run, and tells of those that have ended.
await() {
  local name left
  while true; do
    left=$(jobs -rp | wc -l)
    for name in $running; do
      if [ -f "$results/$name.code" ] || [ "$left" = 0 ]; then
        finish "$name"
        running="${running/ $name/}"
      fi
    done
    [ "$left" -ge "$1" ] || break
    sleep 0.5
  done
}

# Ends what still runs when this script is ended; each project has a process group of its own (set -m).
stop() {
  local job
  for job in $(jobs -p); do
    kill -- "-$job" 2>/dev/null || true
  done
}

# Two projects at a time, as many tests wait for a browser, other processes or a clock; those that take longest begin.
projects="Gpu.Tests Trainers.Tests Kernels.Tests"
for project in "$root"/tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  [[ " $projects " == *" $name "* ]] || projects="$projects $name"
done
selects=$#
trap stop EXIT
trap 'exit 130' INT TERM
set -m
running=""
for name in $projects; do
  (
    code=0
    dotnet test "$root/tests/$name/$name.csproj" -c Release --no-build --nologo --results-directory "$results" \
      --logger "console;verbosity=minimal" --logger "trx;LogFileName=$name.trx" "$@" >"$results/$name.log" 2>&1 </dev/null || code=$?
    echo "$code" >"$results/$name.code"
  ) &
  running="$running $name"
  await 2
done
await 1
set +m

for file in "$results"/*.trx; do
  [ ! -f "$file" ] || list "$file"
done
[ $((passed + failed)) -gt 0 ] || echo "No test ran." >&2
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
