# Sourced by run.sh, test.sh, bench.sh and what gets programs for tests: the SDK check, a quiet build, Debian's packages. Leaves root (the repository) set.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "The .NET 10 SDK is needed, and there is no 'dotnet' on the PATH. Get it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 1
  fi
  if ! dotnet --list-sdks | grep -qE '^[1-9][0-9]+\.'; then
    echo "The .NET 10 SDK is needed. Installed here: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' -). Get it from https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 1
  fi
}

# Release, only errors and warnings shown, no build server left behind.
build() {
  if [ -n "${OMPI_COMM_WORLD_SIZE:-}${PMI_SIZE:-}${PMIX_RANK:-}" ] && command -v flock >/dev/null 2>&1; then
    # mpirun starts all its processes at once: the first to come builds, the others wait for it. They know each other by their parent.
    job="$1 $PPID $(cut -d' ' -f22 "/proc/$PPID/stat")"
    mkdir -p "$root/artifacts"
    (
      flock -w 1800 9 || { echo "Another process of mpirun has been building for half an hour; it holds artifacts/mpi-build.lock." >&2; exit 1; }
      [ "$(cat "$root/artifacts/mpi-build" 2>/dev/null)" = "$job" ] || { release_build "$1" 9>&- && echo "$job" >"$root/artifacts/mpi-build"; }
    ) 9>"$root/artifacts/mpi-build.lock"
  else
    release_build "$1"
  fi
}

release_build() {
  [ -d "$root/artifacts/bin" ] || echo "Building, which takes a minute or two the first time ..." >&2
  dotnet msbuild "$root/$1" -restore -t:Build -p:Configuration=Release -p:UseSharedCompilation=false -v:q -nologo -tl:off -m -nodeReuse:false
}

# debian PACKAGE...: installs packages of Debian's (as root).
debian() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# get_for_tests NAME COMMAND...: installs by a command what some tests need; where that is not possible, they are skipped.
get_for_tests() {
  "${@:2}" >&2 || echo "$1 for tests can't be installed here; its tests will be skipped." >&2
}
