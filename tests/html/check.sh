#!/usr/bin/env bash
# Opens the HTML report of failing runs in Chromium and uses it (drive.js says how): search, filters, links,
# keyboard, copying, axe in light and dark on a desktop and a phone, a hostile run, 10,000 cases. Exit code 1: something
# did not hold.
#
#   UPHOLD_CORPUS     a folder of collections; two of them are run as well
#   UPHOLD_CHROMIUM   Chromium; else that of the path, or Debian's package where this is root
#   UPHOLD_PLAYWRIGHT a node_modules with what package.json names; else npm installs it into a folder that goes away
#   UPHOLD_SHOTS      a folder for screenshots; else none are taken
#
# Without Node, npm or Chromium nothing is checked, the last line says so, and the exit code is 0.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

skip() {
  echo "SKIPPED: the HTML report in Chromium: $1" >&2
  exit 0
}

command -v node >/dev/null 2>&1 || skip "there is no Node"

find_chromium() {
  for name in "${UPHOLD_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name" 2>/dev/null; then return; fi
  done
}
chromium=$(find_chromium)
if [ -z "$chromium" ] && command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/dev/null 2>&1 || true
  chromium=$(find_chromium)
fi
[ -n "$chromium" ] || skip "there is no Chromium"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
modules="${UPHOLD_PLAYWRIGHT:-}"
if [ -z "$modules" ]; then
  command -v npm >/dev/null 2>&1 || skip "there is no npm, and UPHOLD_PLAYWRIGHT names no packages"
  cp "$here/package.json" "$here/package-lock.json" "$work"
  npm ci --no-audit --no-fund --loglevel=error --prefix "$work" >/dev/null 2>"$work/npm" \
    || skip "npm could not install Playwright and axe: $(tail -n 1 "$work/npm")"
  modules="$work/node_modules"
fi

cd "$here/../.."
uphold=$(cargo build --quiet --bin uphold --message-format=json | grep -o '"executable":"[^"]*"' | tail -n 1 | cut -d'"' -f4)
node "$here/drive.js" "$uphold" "$work" "$chromium" "$modules" ${UPHOLD_SHOTS:+"$UPHOLD_SHOTS"}
