"""How long one incident takes from snapshot to stored result, with 50 indicators of 1,000 samples each.

The database is a fresh one of the configured kind, on disk. A round is one assessment as the worker makes it: records
read, evidence frozen and digested, options scored, everything stored and journalled in one transaction. "Bare" reads
all the samples in one query and commits one row: what no way of doing it can do without. Rounds of the two alternate.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import pages_desk
from bench.execution import fresh_database
from decisions.assessment import assessments
from decisions.models import Incident, Indicator, Pulse, Sample, ServiceLevel, clock

GOAL_MS = 300.0
RUNS = 3


def run(argv: Sequence[str] = ()) -> dict[str, Any]:
    """Assess again and again.

    Returns:
        `assess_ms` (p50, p95, max over all rounds), `first_ms` (the first one of this process, imports included),
        `bare_ms`, `ratio` (median of the three runs' ratios of medians), `queries`, `met`, and what was measured.
    """
    parser = argparse.ArgumentParser(prog="bench incident", description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=40, help="assessments in each of the three runs")
    parser.add_argument("--indicators", type=int, default=50)
    parser.add_argument("--samples", type=int, default=1_000, help="of each indicator, half of them in shadow")
    options = parser.parse_args(argv)
    logging.disable(logging.WARNING)
    settings.LIVE_URL = "memory://"
    with fresh_database():
        incident = _incident(options.indicators, options.samples)
        Pulse.objects.create(name="bare", at=clock.now())
        first = _timed(lambda: assessments.assess(incident.pk, at=clock.now()))
        measured = [_rounds(incident, options.rounds) for _ in range(RUNS)]
        with CaptureQueriesContext(connection) as queries:
            assessments.assess(incident.pk, at=clock.now())
        held = {"indicators": Indicator.objects.count(), "samples": Sample.objects.count()}
    return _figures(measured) | {
        "first_ms": first,
        "queries": len(queries),
        "held": held,
        "database": connection.vendor,
    }


def _figures(measured: list[tuple[list[float], list[float]]]) -> dict[str, Any]:
    ours = sorted(each for part, _ in measured for each in part)
    p95 = ours[int(0.95 * (len(ours) - 1))]
    return {
        "assess_ms": {"p50": statistics.median(ours), "p95": p95, "max": ours[-1]},
        "bare_ms": statistics.median(each for _, part in measured for each in part),
        "ratio": statistics.median(statistics.median(part) / statistics.median(bare) for part, bare in measured),
        "met": p95 < GOAL_MS,
    }


def _rounds(incident: Incident, count: int) -> tuple[list[float], list[float]]:
    ours, bare = [], []
    for _ in range(count):
        ours.append(_timed(lambda: assessments.assess(incident.pk, at=clock.now())))
        bare.append(_timed(_bare))
    return ours, bare


def _bare() -> None:
    list(Sample.objects.order_by("series_id", "at").values_list("series_id", "at", "value", "n"))
    Pulse.objects.filter(name="bare").update(at=clock.now())


def _incident(indicators: int, samples: int) -> Incident:
    """The example's service that hurts, with further indicators until there are as many as asked for."""
    at = clock.now()
    pages_desk.add_policies(at)
    service = pages_desk.add_service(0, at)
    for number in range(Indicator.objects.count(), indicators):
        Indicator.objects.create(
            service=service,
            name=f"further-{number}",
            title=f"Further {number}",
            direction="higher_is_worse",
            query={"kind": "ratio", "metric": f"further_{number}_total", "over": "requests_total"},
            unit="fraction",
            position=number,
        )
    pages_desk.add_samples(indicators * samples, at)
    ServiceLevel.objects.filter(indicator__service=service).update(state="broken", value=0.7, measured_at=at)
    return Incident.objects.create(service=service, title="It misreads", opened_at=at - timedelta(minutes=2))


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds by the clock."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000
