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
if ! dotnet build Warehouse.Sdk.sln --configuration "$configuration" --verbosity quiet; then
  echo "The build failed; no test was run." >&2
  exit 1
fi

passed=0 failed=0 skipped=0 status=0
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  log=$(mktemp)
  dotnet test "$project" --configuration "$configuration" --no-build --nologo --verbosity quiet --logger "console;verbosity=minimal" >"$log" 2>&1 || status=1
  # The runner's last line: "Passed!  - Failed: 0, Passed: 12, Skipped: 0, Total: 12, ..."
  line=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$log" | tail -n 1)
  if [ -z "$line" ]; then
    cat "$log"
    echo "$name ran no test." >&2
    status=1
    continue
  fi
  f=$(sed -E 's/.*Failed: +([0-9]+).*/\1/' <<<"$line")
  p=$(sed -E 's/.*Passed: +([0-9]+).*/\1/' <<<"$line")
  s=$(sed -E 's/.*Skipped: +([0-9]+).*/\1/' <<<"$line")
  [ "$f" -eq 0 ] || cat "$log"
  [ "$s" -eq 0 ] || grep -E '\[SKIP\]|skipped' -A 2 "$log" || true
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  echo "$name: $p passed, $f failed, $s skipped"
  rm -f "$log"
done

echo
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] || status=1
exit "$status"
