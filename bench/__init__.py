"""Benchmarks (性能对照): each job beside what a team would otherwise do and beside what the machine allows."""
