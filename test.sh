#!/usr/bin/env bash
# Builds everything and runs every test. DuckDB is embedded: nothing has to be installed but the .NET SDK.
set -uo pipefail
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is needed and 'dotnet' is not on the PATH; see https://dotnet.microsoft.com/download" >&2
  exit 1
fi
echo "Found the .NET SDK $(dotnet --version)."

configuration=${CONFIGURATION:-Release}
if ! dotnet build Warehouse.Sdk.sln --configuration "$configuration" --nologo --verbosity quiet; then
  echo "The build failed; no test was run." >&2
  exit 1
fi

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0 status=0

counter() { sed -nE "s/.*<Counters [^>]*\b$1=\"([0-9]+)\".*/\1/p" "$2"; }

for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  log="$results/$name.log" trx="$results/$name.trx"
  dotnet test "$project" --configuration "$configuration" --no-build --nologo --verbosity quiet \
    --logger "console;verbosity=normal" --logger "trx;LogFileName=$trx" >"$log" 2>&1 || status=1
  if [ ! -s "$trx" ]; then
    cat "$log"
    echo "$name ran no test." >&2
    status=1
    continue
  fi
  total=$(counter total "$trx") p=$(counter passed "$trx") f=$(counter failed "$trx")
  s=$((total - p - f))
  [ "$f" -eq 0 ] || grep -vE '^ *Passed ' "$log"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "$name: $p passed, $f failed, $s skipped"
  # Why tests were skipped, each reason once.
  [ "$s" -eq 0 ] || grep -A 1 '\[SKIP\]' "$log" | grep -vE '\[SKIP\]|^--' | sed -E 's/^\[[^]]*\] */  skipped: /' | sort -u
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || status=1
exit "$status"
