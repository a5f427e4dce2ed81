"""Benchmarks: one module each with `run(argv) -> dict` of plain figures; `manage.py bench NAME` prints them."""
