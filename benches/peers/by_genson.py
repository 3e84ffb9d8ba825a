"""Infers the schema of the first 2 MB of a file of JSON lines by GenSON and prints what it took."""
import json
import sys
import time

try:
    from genson import SchemaBuilder
except ImportError:
    sys.exit("skipped: GenSON is not installed (pip install genson)")

text = open(sys.argv[1], encoding="utf-8").read(2_000_000)
lines = text.splitlines()[:-1]
started = time.perf_counter()
builder = SchemaBuilder()
for line in lines:
    builder.add_object(json.loads(line))
builder.to_schema()
seconds = time.perf_counter() - started
print(f"GenSON          {sum(map(len, lines)) / 1e6 / seconds:7.1f} MB/s")
