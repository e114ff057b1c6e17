"""Benchmarks: each prints a ratio of two things measured in turns in the same run, for machines here are noisy."""
