#!/usr/bin/env bash
# Writes the public API into PublicAPI.Unshipped.txt of every package. Read the difference before committing it.
set -euo pipefail
cd "$(dirname "$0")/.."
for project in ${1:-src/*/*.csproj}; do
  file="$(dirname "$project")/PublicAPI.Unshipped.txt"
  echo '#nullable enable' >"$file"
  dotnet format analyzers "$project" --diagnostics RS0016 --severity warn --no-restore
  echo "$project: $(wc -l <"$file") lines"
done
