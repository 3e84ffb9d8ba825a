#!/usr/bin/env bash
# Compares two versions of a real server, json-server 0.17.4 and 1.0.0-beta.15 from npm, on loopback with
# one database, and holds `uphold compare` to what is known of them: paging, nested routes, `_expand` and the body
# of a 404 are
# others in 1.0, and nothing else is.
#
#   UPHOLD_SERVERS   a folder with both installed, old/node_modules and new/node_modules; else npm installs
#                    them into a folder that goes away again
#
# Without Node or npm nothing is compared, the last line says so, and the exit code is 0. Exit code 1: a
# break that was not told, or one told where both versions agree.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: two versions of json-server: $1" >&2
  exit 0
}

command -v node >/dev/null 2>&1 || skip "there is no Node"
work=$(mktemp -d)
servers=()
cleanup() {
  for pid in "${servers[@]:-}"; do [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap cleanup EXIT

packages="${UPHOLD_SERVERS:-}"
if [ -z "$packages" ]; then
  command -v npm >/dev/null 2>&1 || skip "there is no npm, and UPHOLD_SERVERS names no servers"
  packages="$work/servers"
  for one in old=0.17.4 new=1.0.0-beta.15; do
    npm install --no-audit --no-fund --no-save --loglevel=error --prefix "$packages/${one%%=*}" "json-server@${one#*=}" \
      >/dev/null 2>"$work/npm" || skip "npm could not install json-server: $(tail -n 1 "$work/npm")"
  done
fi

cd "$here/../.."
uphold=$(cargo build --quiet --bin uphold --message-format=json | grep -o '"executable":"[^"]*"' | tail -n 1 | cut -d'"' -f4)

# A port that was free a moment ago; json-server takes none that the system chooses.
port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}

# Starts a version on a copy of the database; `url` is where it answers.
start() {
  local at
  at=$(port)
  cp "$here/../fixtures/upgrade/db.json" "$work/$1.json"
  (cd "$work" && exec "$packages/$1/node_modules/.bin/json-server" --port "$at" --host 127.0.0.1 "$1.json") >"$work/$1.log" 2>&1 &
  servers+=("$!")
  url="http://127.0.0.1:$at"
  for _ in $(seq 100); do
    if node -e 'fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$url/profile"; then return; fi
    sleep 0.1
  done
  echo "json-server ($1) does not answer:" >&2
  cat "$work/$1.log" >&2
  exit 1
}

start old
old=$url
start new
new=$url

cp -r "$here/../fixtures/upgrade" "$work/cases"
cd "$work"
code=0
"$uphold" compare posts --old "$old" --new "$new" >"$work/upgrade" || code=$?
node "$here/compare.js" reports/run.json "$code"
head -n 1 "$work/upgrade"

# The noise test: a server against itself.
"$uphold" compare posts --old "$new" --new "$new" --values --fail-on info >"$work/itself"
head -n 1 "$work/itself"
grep -q '^compare: 0 of 12 cases break; 12 unchanged$' "$work/itself"
