"""What a version of the example would be measured as, scrape by scrape, with values that move a little."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import sin

from decisions.models import Sample, Series, Service

WELL = {"misread_share": 0.002, "accepted_share": 0.77, "latency_p99": 0.004, "error_rate": 0.0}
OLD = {"misread_share": 0.014, "accepted_share": 0.8, "latency_p99": 0.003, "error_rate": 0.0}
TRANSPOSED = WELL | {"misread_share": 0.75, "accepted_share": 0.05}


def measure(
    service: Service, version: str, values: dict[str, float], *, mode: str = "live", since: datetime, seconds: float
) -> None:
    """Samples of a version each two seconds from `since` on; its shares move a little from one to the next."""
    source = service.sources.get()
    for indicator in service.indicators.filter(name__in=values):
        series, _ = Series.objects.get_or_create(
            service=service, indicator=indicator, source=source, version=version, mode=mode
        )
        value = values[indicator.name]
        Sample.objects.bulk_create(
            Sample(
                series=series,
                at=since + timedelta(seconds=2 * place),
                seconds=2,
                value=value * (1 + 0.02 * sin(1.7 * place + (mode == "live"))),
                n=40,
                buckets=[[value, 39.6], [2 * value, 40.0], ["+Inf", 40.0]] if indicator.name == "latency_p99" else None,
            )
            for place in range(1, int(seconds / 2) + 1)
        )
