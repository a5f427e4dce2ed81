"""How long the server takes for each page, with 100 services, 10,000 versions and 1,000,000 samples.

The database is a fresh one of the configured kind, on disk. Every page is asked for in turn, again and again, by a
signed-in person through the whole of Django: session, rights, queries, template. What is printed for a page: its first
time in this process, p50, p95, CPU time, the number of queries, and the ratio to the same desk with 1,000 versions: of
CPU times on SQLite, where the database works in this process and other programs' work is no part of them, of times by
the clock elsewhere.
"""

from __future__ import annotations

import gc
import logging
import statistics
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from bench import pages_desk
from bench.execution import fresh_database
from decisions.management.line_command import LineParser, at_least_one

GOAL_MS, GOAL_RATIO = 100.0, 1.2
FEW_VERSIONS, MANY_VERSIONS = 1_000, 10_000


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Fill a desk, ask for every page, and say whether the goals are met.

    Returns:
        `pages` (a row each: first_ms, p50_ms, p95_ms, queries, ratio), `worst_p95_ms`, `worst_ratio`, `met`, and what
        the desk held.
    """
    parser = LineParser(prog="bench pages", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=at_least_one, default=40, help="how often each page is asked for")
    parser.add_argument("--samples", type=at_least_one, default=1_000_000)
    parser.add_argument("--services", type=at_least_one, default=100)
    options = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    with fresh_database(), plain_files():
        desk = pages_desk.fill(services=options.services, samples=options.samples, versions=FEW_VERSIONS)
        client = Client(HTTP_HOST="127.0.0.1")
        client.force_login(desk.user)
        few = measured(client, desk, options.rounds)
        pages_desk.add_versions(MANY_VERSIONS - FEW_VERSIONS)
        many = measured(client, desk, options.rounds)
    rows = [_row(name, few[name], many[name]) for name in many]
    worst, ratio = max(row["p95_ms"] for row in rows), max(row["ratio"] for row in rows)
    return {
        "pages": rows,
        "worst_p95_ms": worst,
        "worst_ratio": ratio,
        "met": worst < GOAL_MS and ratio <= GOAL_RATIO and all(row["queries"] == row["queries_few"] for row in rows),
        "held": desk.held,
        "database": connection.vendor,
    }


@contextmanager
def plain_files() -> Iterator[None]:
    """Style sheets by their plain names: the hashed ones are known to a desk that `up` has started, not here."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


def measured(client: Client, desk: pages_desk.Desk, rounds: int) -> dict[str, dict[str, Any]]:
    """Times in ms and numbers of queries, by page; all pages once in every round, so that noise hits all alike."""
    addresses = {name: _address(name, arguments, query) for name, arguments, query in desk.pages}
    found: dict[str, dict[str, Any]] = {name: {"times": [], "cpu": []} for name in addresses}
    gc.collect()
    gc.freeze()  # as the process of the pages does at its start
    for name, path in addresses.items():
        found[name]["first"], _ = _timed(client, path)
        with CaptureQueriesContext(connection) as queries:
            _timed(client, path)
        found[name]["queries"] = len(queries)
    for _ in range(rounds):
        for name, path in addresses.items():
            took, cpu = _timed(client, path)
            found[name]["times"].append(took)
            found[name]["cpu"].append(cpu)
    return found


def _address(name: str, arguments: Iterable[Any], query: str) -> str:
    return reverse(name.partition(" ")[0], args=list(arguments)) + query


def _timed(client: Client, path: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of this process's CPU."""
    began, working = time.perf_counter(), time.process_time()
    answer = client.get(path)
    took, cpu = (time.perf_counter() - began) * 1000, (time.process_time() - working) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return took, cpu


def _row(name: str, few: dict[str, Any], many: dict[str, Any]) -> dict[str, Any]:
    ordered = sorted(many["times"])
    by = "cpu" if connection.vendor == "sqlite" else "times"
    return {
        "page": name,
        "first_ms": round(many["first"], 1),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1),
        "cpu_ms": round(statistics.median(many["cpu"]), 1),
        "queries": many["queries"],
        "queries_few": few["queries"],
        "ratio": round(statistics.median(many[by]) / statistics.median(few[by]), 2),
    }
