"""Run the benchmarks that are named, or all: ``python -m tests.bench [redirects] [rewriting] [edge] [sends] …``."""

import sys

from tests.bench import edge, redirects, rewriting, sends

BENCHMARKS = {"redirects": redirects, "rewriting": rewriting, "edge": edge, "sends": sends}

for name in sys.argv[1:] or BENCHMARKS:
    benchmark = BENCHMARKS[name]
    print(f"\n{name}: {(benchmark.__doc__ or '').splitlines()[0]}")
    for line in benchmark.run():
        print(f"  {line}", flush=True)
