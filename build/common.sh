# Sourced by run.sh, test.sh and bench.sh: the SDK check, the source of ML.NET, a quiet build.
# Leaves root (the repository) and tree (the output folder of the chosen source) set.

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

# Asks the feed once, whatever an earlier build found; the builds that follow read the answer.
choose_source() {
  local version=${MLNetVersion:-5.0.0} choice
  case ${MLNetSource:-} in
    packages) echo "ML.NET: package Microsoft.ML $version, forced by MLNetSource=packages" ;;
    compat) echo "ML.NET: stand-in (compat/), forced by MLNetSource=compat" ;;
    '')
      choice="$root/artifacts/mlnet-source/$version.txt"
      dotnet msbuild "$root/build/probe/MLNetProbe.csproj" -t:ChooseMLNetSource -p:MLNetProbe=always -v:q -nologo -nodeReuse:false || exit 1
      sed -n 2p "$choice" | tr -d '\r' ;;
    *) echo "MLNetSource is '$MLNetSource': it must be 'packages' or 'compat', or empty to let the build choose." >&2; exit 1 ;;
  esac
  if [ "${MLNetSource:-}" = packages ] || { [ -z "${MLNetSource:-}" ] && grep -q '^packages' "$choice"; }; then
    tree="$root/artifacts/packages-$version"
  else
    tree="$root/artifacts/compat"
  fi
}

# Release, only errors and warnings shown, no build server left behind.
build() {
  dotnet msbuild "$root/$1" -restore -t:Build -p:Configuration=Release -p:UseSharedCompilation=false -v:q -nologo -tl:off -m -nodeReuse:false
}
