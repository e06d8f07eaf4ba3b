#!/usr/bin/env bash
# Builds everything and runs every test. DuckDB is embedded; for PostgreSQL and S3 a server is found, or started from installed programs. Where there is
# neither, Debian's packages are installed if that needs no password.
set -uo pipefail
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null 2>&1; then
  echo "The .NET 10 SDK is needed and 'dotnet' is not on the PATH; see https://dotnet.microsoft.com/download" >&2
  exit 1
fi
echo "Found the .NET SDK $(dotnet --version)."

# Tells which server the tests will use; they look in the same order.
find_postgres() {
  if [ -n "${WAREHOUSE_TEST_POSTGRES:-}" ]; then
    echo "the server that WAREHOUSE_TEST_POSTGRES names"
    return
  fi
  local folder
  while IFS= read -r folder; do
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "a private server, started from $folder"
      return
    fi
  done < <(
    printf '%s\n' "${PGBIN:-}"
    tr ':' '\n' <<<"$PATH"
    ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/postgresql@*/bin 2>/dev/null | sort -rV
  )
  if docker version >/dev/null 2>&1; then
    echo "a container, started with Docker"
    return
  fi
  return 1
}

find_s3() {
  if [ -n "${WAREHOUSE_TEST_S3:-}" ]; then
    echo "the server that WAREHOUSE_TEST_S3 names"
    return
  fi
  local program missing=
  for program in radosgw radosgw-admin ceph ceph-mon ceph-osd ceph-authtool monmaptool; do
    command -v "$program" >/dev/null 2>&1 || missing=$program
  done
  if [ -z "$missing" ]; then
    echo "a private Ceph gateway, started from $(dirname "$(command -v radosgw)")"
    return
  fi
  if docker version >/dev/null 2>&1; then
    echo "a MinIO container, started with Docker"
    return
  fi
  return 1
}

# install NAME PACKAGE...
install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  local name=$1 root=
  shift
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true >/dev/null 2>&1 || return 1
    root="sudo -n"
  fi
  echo "There is no $name for the tests; installing Debian's $* ..."
  # Away from its network a machine shall say so soon.
  local options="-qq -o Acquire::http::Timeout=20 -o Acquire::Retries=1 -o DPkg::Lock::Timeout=300"
  $root apt-get install $options --simulate "$@" >/dev/null 2>&1 || $root apt-get update $options >/dev/null 2>&1
  $root env DEBIAN_FRONTEND=noninteractive apt-get install $options --yes --no-install-recommends "$@" >/dev/null 2>&1
}

# provide NAME VARIABLE FINDER PACKAGE...
provide() {
  local name=$1 variable=$2 finder=$3 server
  shift 3
  if ! server=$($finder); then
    install "$name" "$@"
    server=$($finder) || server=
  fi
  if [ -n "$server" ]; then
    echo "$name: $server."
  elif [ "${CI:-}" = true ]; then
    echo "$name: none, and it cannot be installed here; its tests will fail, because CI is set."
  else
    echo "$name: none, and it cannot be installed here; its tests will be skipped. Install it, start Docker, or set $variable."
  fi
}

provide PostgreSQL WAREHOUSE_TEST_POSTGRES find_postgres postgresql
provide S3 WAREHOUSE_TEST_S3 find_s3 radosgw ceph-mon ceph-osd ceph-common

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
