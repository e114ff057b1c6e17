"""Run every benchmark and print its ratio; ``make bench``."""

from tests.bench import redirects, rewriting

for benchmark in (redirects, rewriting):
    print(f"\n{(benchmark.__doc__ or '').splitlines()[0]}")
    for line in benchmark.run():
        print(f"  {line}")
