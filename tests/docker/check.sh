#!/usr/bin/env bash
# Builds the image of the Dockerfile and holds it to what the guide says of it: nothing in it but the program and the
# authorities; no shell, no root; suites below a mounted folder run and leave their reports there; names are looked up by
# /etc/hosts; TLS trusts an authority of the caller, and no other one. Exit code 1: something did not hold.
#
#   UPHOLD_IMAGE   an image that is built already, by this name; else it is built here, which takes some minutes
#
# With Docker where its daemon answers, else with buildah as root. Without both, or where the base image cannot be had,
# nothing is checked, the last line says so, and the exit code is 0.
set -euo pipefail
cd "$(dirname "$0")/../.."

skip() {
  echo "SKIPPED: the image: $1" >&2
  exit 0
}

fail() {
  echo "FAILED: the image: $1" >&2
  exit 1
}

tool=""
if docker info >/dev/null 2>&1; then
  tool=docker
elif command -v buildah >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  tool=buildah
  export BUILDAH_ISOLATION=chroot
fi
[ -n "$tool" ] || skip "there is neither a Docker daemon nor buildah"
command -v python3 >/dev/null 2>&1 && command -v openssl >/dev/null 2>&1 || skip "the checks need python3 and openssl"

work=$(mktemp -d)
container=""
cleanup() {
  [ -z "${server:-}" ] || kill "$server" 2>/dev/null || true
  [ -z "$container" ] || "$tool" rm "$container" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT

image="${UPHOLD_IMAGE:-}"
if [ -z "$image" ]; then
  image=uphold-check
  base=$(sed -n 's/^FROM \(.*\) AS build$/\1/p' Dockerfile)
  case $tool in
    docker)
      docker image inspect "$base" >/dev/null 2>&1 || docker pull "$base" >/dev/null 2>&1 || skip "no $base"
      docker build --quiet --tag "$image" . >/dev/null
      ;;
    buildah)
      buildah inspect --type image "$base" >/dev/null 2>&1 || buildah pull "$base" >/dev/null 2>&1 || skip "no $base"
      buildah bud --quiet --network host --tag "$image" . >/dev/null
      ;;
  esac
fi

# What is in it.
case $tool in
  docker)
    container=$(docker create "$image")
    docker export "$container" | tar --list | grep -v '/$' | sort >"$work/list"
    # What Docker itself puts into every container.
    grep -v -e '^\.dockerenv$' -e '^dev/' -e '^etc/hostname$' -e '^etc/hosts$' -e '^etc/mtab$' -e '^etc/resolv.conf$' \
      "$work/list" >"$work/own"
    user=$(docker inspect --format '{{.Config.User}}' "$image")
    ;;
  buildah)
    container=$(buildah from --pull-never --add-host api.uphold.test:127.0.0.1 "$image")
    (cd "$(buildah mount "$container")" && find . ! -type d | sed 's#^\./##' | sort) >"$work/own"
    user=$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")
    ;;
esac
[ "$(cat "$work/own")" = "$(printf 'etc/ssl/certs/ca-certificates.crt\nuphold')" ] \
  || fail "it holds other files: $(cat "$work/own")"
[ "$user" = 65532:65532 ] || fail "it runs as '$user'"

# The program, in the folder of the suites, as the user who owns it.
mkdir "$work/suites"
cp -r cases schemas "$work/suites"
chown -R 4711:4711 "$work/suites" 2>/dev/null || true
owner=$(stat -c %u:%g "$work/suites")
uphold() {
  case $tool in
    docker)
      docker run --rm --network host --add-host api.uphold.test:127.0.0.1 --user "$owner" \
        --volume "$work/suites:/project" "$image" "$@"
      ;;
    buildah)
      buildah run --network host --user "$owner" --volume "$work/suites:/project" --workingdir /project "$container" -- /uphold "$@"
      ;;
  esac
}
expect() {
  local wanted=$1 code=0
  shift
  uphold "$@" >"$work/out" 2>&1 || code=$?
  [ "$code" = "$wanted" ] || fail "exit code $code for 'uphold $*': $(cat "$work/out")"
}

expect 0 --version
grep -q "^uphold $(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)$" "$work/out" || fail "$(cat "$work/out")"
expect 0 run --mock
grep -q '^summary: 12 passed, 0 failed, 0 errored, 0 skipped' "$work/out" || fail "$(cat "$work/out")"
for report in junit.xml run.json index.html summary.md; do
  [ "$(stat -c %u:%g "$work/suites/reports/$report")" = "$owner" ] || fail "$report is not there, or another's"
done

# A server with and without TLS, whose certificate is of an authority made here.
(
  cd "$work"
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=authority of a test" -keyout ca.key -out ca.pem
  openssl req -newkey rsa:2048 -nodes -subj "/CN=api.uphold.test" -keyout server.key -out server.csr
  printf 'subjectAltName=DNS:api.uphold.test,DNS:localhost\n' >names
  openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem
) >/dev/null 2>&1
cp "$work/ca.pem" "$work/suites"
cat >"$work/suites/one.json" <<'JSON'
{"info": {"name": "One", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
 "item": [{"name": "Get", "request": {"method": "GET", "header": [], "url": "https://nobody.invalid/one"},
   "response": [{"name": "ok", "code": 200, "header": [{"key": "Content-Type", "value": "application/json"}], "body": "{\"id\": 1}",
     "originalRequest": {"method": "GET", "header": [], "url": "https://nobody.invalid/one"}}]}]}
JSON
python3 - "$work" >"$work/ports" <<'PYTHON' &
import http.server, ssl, sys, threading

class One(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "9")
        self.end_headers()
        self.wfile.write(b'{"id": 1}')

    def log_message(self, *_):
        pass

plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), One)
secured = http.server.ThreadingHTTPServer(("127.0.0.1", 0), One)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/server.pem", sys.argv[1] + "/server.key")
secured.socket = context.wrap_socket(secured.socket, server_side=True)
print(plain.server_port, secured.server_port, flush=True)
threading.Thread(target=plain.serve_forever).start()
secured.serve_forever()
PYTHON
server=$!
for _ in $(seq 100); do
  [ -s "$work/ports" ] && break
  sleep 0.1
done
read -r plain secured <"$work/ports"

expect 0 run one.json --base-url "http://localhost:$plain"
expect 0 run one.json --base-url "http://api.uphold.test:$plain"
expect 3 run one.json --base-url "http://unknown.uphold.test:$plain"
grep -qi 'unknown.uphold.test' "$work/out" || fail "$(cat "$work/out")"
expect 0 run one.json --base-url "https://api.uphold.test:$secured" --cacert ca.pem
# The authorities in the image are read, and this one is not among them.
expect 3 run one.json --base-url "https://api.uphold.test:$secured"
grep -qi 'certificate' "$work/out" || fail "$(cat "$work/out")"
! grep -q 'TLS is not available' "$work/out" || fail "$(cat "$work/out")"

echo "the image does what it must, with $tool"
