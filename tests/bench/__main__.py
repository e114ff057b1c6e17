"""Run the benchmarks that are named, or all: ``python -m tests.bench [redirects] [rewriting] [edge] [clicks] …``."""

import sys

from tests.bench import clicks, console, edge, hub, redirects, rewriting, sends

BENCHMARKS = {
    "redirects": redirects,
    "rewriting": rewriting,
    "edge": edge,
    "clicks": clicks,
    "hub": hub,
    "sends": sends,
    "console": console,
}

if __name__ == "__main__":  # A process that a benchmark starts imports this module, too.
    for name in sys.argv[1:] or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        print(f"\n{name}: {(benchmark.__doc__ or '').splitlines()[0]}")
        for line in benchmark.run():
            print(f"  {line}", flush=True)
