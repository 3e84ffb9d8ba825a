#!/usr/bin/env bash
# Runs newman 6.2.2 and uphold side by side on five collections against one recording server, and
# compares what arrives; before that, its options are held against docs/coming-from-newman.md (options.js), and newman
# opens what `uphold record` wrote (record.js). Exit code 1: a difference that compare.js does not explain, an option
# that the page does not have, or a file that newman reads otherwise.
#
#   UPHOLD_CORPUS   the folder of the collections
#   UPHOLD_NEWMAN   a folder in which newman 6.2.2 is installed (its node_modules); else npm installs
#                   it into a folder that goes away again
#
# Without Node, npm or the collections nothing is compared, the last line says so, and the exit code
# is 0. compare.js says how the collections are chosen; `compare.sh --choose` shows the list.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: newman beside uphold: $1" >&2
  exit 0
}

[ -d "${UPHOLD_CORPUS:-}" ] || skip "UPHOLD_CORPUS names no folder of collections"
command -v node >/dev/null 2>&1 || skip "there is no Node"
if [ "${1:-}" = "--choose" ]; then
  exec node "$here/choose.js" "$UPHOLD_CORPUS"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
newman="${UPHOLD_NEWMAN:-}"
if [ -z "$newman" ]; then
  command -v npm >/dev/null 2>&1 || skip "there is no npm, and UPHOLD_NEWMAN names no newman"
  newman="$work/newman"
  npm install --no-audit --no-fund --no-save --loglevel=error --prefix "$newman" newman@6.2.2 >/dev/null 2>"$work/npm" \
    || skip "npm could not install newman: $(tail -n 1 "$work/npm")"
fi

cd "$here/../.."
uphold=$(cargo build --quiet --bin uphold --message-format=json | grep -o '"executable":"[^"]*"' | tail -n 1 | cut -d'"' -f4)
node "$here/options.js" "$newman"
node "$here/record.js" cases/docusign-esignature/*.postman_collection.json "$newman" "$uphold" "$work"
node "$here/compare.js" "$UPHOLD_CORPUS" "$newman" "$uphold" "$work"
