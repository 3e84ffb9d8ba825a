#!/usr/bin/env bash
# How large the program is and how fast it starts, beside a bare Rust program, and beside Node and newman where they are.
# Cold is what a build agent does: a new process each time, files in the cache of the system. Ratios are of one run, because
# figures of two runs say more of the machine than of the program.
#
#   benches/startup.sh [UPHOLD]   a release build; without it `cargo build --release` makes one, which takes minutes
#   UPHOLD_NEWMAN                 a folder with newman in its node_modules
set -euo pipefail
cd "$(dirname "$0")/.."

program="${1:-}"
if [ -z "$program" ]; then
  cargo build --release --locked --bin uphold
  program="${CARGO_TARGET_DIR:-target}/release/uphold"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'fn main() {\n    println!("hello");\n}\n' >"$work/hello.rs"
rustc -C opt-level=3 -C strip=symbols -o "$work/hello" "$work/hello.rs"

python3 - "$program" "$work/hello" "${UPHOLD_NEWMAN:-}" <<'PYTHON'
import os, shutil, statistics, subprocess, sys, time

program, hello, newman = sys.argv[1:4]
rows = [
    ("hello", [hello]),
    ("uphold --version", [program, "--version"]),
    ("uphold list", [program, "list"]),
    ("uphold run --mock", [program, "run", "--mock", "--report", "json=" + os.path.join(os.path.dirname(hello), "run.json")]),
]
node = shutil.which("node")
if node:
    rows.append(("node -e 0", [node, "-e", "0"]))
else:
    print("SKIPPED: there is no Node", file=sys.stderr)
script = os.path.join(newman, "node_modules", "newman", "bin", "newman.js")
if node and newman and os.path.exists(script):
    rows.append(("newman --version", [node, script, "--version"]))
else:
    print("SKIPPED: UPHOLD_NEWMAN names no newman", file=sys.stderr)

taken = {name: [] for name, _ in rows}
# One after the other, so that a busy moment of the machine hits all of them.
for turn in range(31):
    for name, command in rows:
        begun = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        if turn:
            taken[name].append((time.perf_counter() - begun) * 1000)

print(f"{os.cpu_count()} cores; 30 starts each, median (fastest)")
bare = statistics.median(taken["hello"])
for name, times in taken.items():
    print(f"{name:18} {statistics.median(times):8.1f} ms ({min(times):.1f})  {statistics.median(times) / bare:6.1f} x hello")
size = lambda path: os.path.getsize(path) / 1e6
print(f"size: uphold {size(program):.1f} MB, hello {size(hello):.2f} MB")
PYTHON
