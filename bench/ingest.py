"""How many samples are stored a second, from the metrics page to the levels, beside a bare INSERT of the same rows.

The database is a fresh one of the configured kind, on disk. A round is one scrape of every service at once: pages as
text go in, are parsed, differenced, stored and held against every level, in one transaction; nothing is fetched. The
bare INSERT writes the samples of that round once more, multi-row statements in one transaction, into a table made like
theirs. Rounds of the two alternate.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bench.execution import fresh_database
from decisions.management.line_command import LineParser, at_least_one
from decisions.models import Indicator, Sample, Service, ServiceLevel, Source
from decisions.monitoring import scraping
from decisions.monitoring.sources import Page

BEGIN = datetime(2026, 11, 18, 3, 4, tzinfo=UTC)
EVERY_SECONDS = 15
INDICATORS = 10
# Five-minute windows are full after twenty rounds; from then on a round costs what it costs for good.
WARM_UP = 20
# SQLite takes no more than 32,766 values in one statement.
ROWS_AT_ONCE = 4_000


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Store and insert in turns.

    Returns:
        `samples_a_second` and `bare_samples_a_second`, from the medians over all rounds; `ratio`, the median over
        rounds of the one time by the other; `queries`, statements in a round; `samples_each_round`.
    """
    parser = LineParser(prog="bench ingest", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--services", type=at_least_one, default=100)
    parser.add_argument("--rounds", type=at_least_one, default=30)
    asked = parser.parse_args(argv)
    settings.LIVE_URL = "memory://"
    with fresh_database():
        sources = [_service(number) for number in range(asked.services)]
        _bare_table()
        for number in range(WARM_UP):
            _round(sources, number)
        measured = [_pair(sources, WARM_UP + number) for number in range(asked.rounds)]
        queries = _queries(lambda: _round(sources, WARM_UP + asked.rounds))
    return _figures(measured) | {"queries": queries, "services": asked.services, "database": connection.vendor}


def _figures(measured: list[tuple[float, float, int]]) -> dict[str, Any]:
    count = measured[0][2]
    whole, bare = (statistics.median(part[place] for part in measured) for place in (0, 1))
    return {
        "samples_a_second": round(count / whole),
        "bare_samples_a_second": round(count / bare),
        "ratio": round(statistics.median(whole / bare for whole, bare, _ in measured), 2),
        "round_ms": round(whole * 1000, 1),
        "samples_each_round": count,
    }


def _service(number: int) -> Source:
    """A service with ten indicators of every kind, four of them with a level."""
    service = Service.objects.create(name=f"service-{number}", title="Bench", tier="low", created_at=BEGIN)
    for place in range(INDICATORS):
        indicator = Indicator.objects.create(
            service=service,
            name=f"indicator-{place}",
            title=f"Indicator {place}",
            direction="higher_is_worse",
            query=_query(place),
            position=place,
        )
        if place < 4:
            ServiceLevel.objects.create(indicator=indicator, bound="at_most", target=1e9, window_seconds=300)
    return Source.objects.create(
        service=service, name="metrics", url="http://127.0.0.1:9", every_seconds=EVERY_SECONDS, due_at=BEGIN
    )


def _query(place: int) -> dict[str, Any]:
    if place == 0:
        return {"kind": "quantile", "metric": "seconds", "q": 0.99}
    if place < 5:
        return {"kind": "ratio", "metric": f"bad_{place}_total", "over": "requests_total"}
    return {"kind": "rate", "metric": f"bad_{place}_total"}


def _page(number: int) -> Page:
    lines = []
    for version, mode, share in (("v2", "live", 1.0), ("v1", "shadow", 0.1)):
        labels = f'version="{version}",mode="{mode}"'
        requests = 300 * number * share
        lines.append(f"requests_total{{{labels}}} {requests}")
        lines += [f"bad_{place}_total{{{labels}}} {requests / (place + 10)}" for place in range(1, INDICATORS)]
        bounds = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
        lines += [
            f'seconds_bucket{{{labels},le="{bound}"}} {requests * (1 - 0.5 / (at + 1))}'
            for at, bound in enumerate(bounds)
        ]
        lines.append(f'seconds_bucket{{{labels},le="+Inf"}} {requests}')
    return Page("\n".join(lines) + "\n")


def _at(number: int) -> datetime:
    return BEGIN + timedelta(seconds=EVERY_SECONDS * number)


def _round(sources: list[Source], number: int) -> float:
    page = _page(number)
    return _timed(lambda: scraping.store([(source, page) for source in sources], _at(number)))


def _pair(sources: list[Source], number: int) -> tuple[float, float, int]:
    whole = _round(sources, number)
    rows = list(
        Sample.objects.filter(at=_at(number)).values_list("series_id", "at", "seconds", "value", "n", "buckets")
    )
    return whole, _timed(lambda: _insert(rows)), len(rows)


def _bare_table() -> None:
    with connection.cursor() as cursor:
        table = Sample._meta.db_table
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE bare (LIKE {table} INCLUDING ALL)")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        cursor.execute(cursor.fetchone()[0].replace(f'"{table}"', '"bare"', 1))


def _insert(rows: list[tuple[Any, ...]]) -> None:
    adapted = [(*row[:5], Sample._meta.get_field("buckets").get_db_prep_save(row[5], connection)) for row in rows]
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(adapted), ROWS_AT_ONCE):
            part = adapted[start : start + ROWS_AT_ONCE]
            marks = ",".join(["(%s,%s,%s,%s,%s,%s)"] * len(part))
            values = [value for row in part for value in row]
            cursor.execute(f'INSERT INTO bare (series_id, "at", seconds, value, n, buckets) VALUES {marks}', values)


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _queries(act: Callable[[], object]) -> int:
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)
