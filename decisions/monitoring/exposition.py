"""Reading the Prometheus text format, bounded in bytes and series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from prometheus_client.parser import text_string_to_metric_families

from decisions.domain.rates import Labels, Reading


class BadPage(ValueError):
    """A metrics page that is not used. str() is the reason to show beside the source."""


def read(text: str, wanted: Collection[str], *, most_series: int) -> Reading:
    """The wanted metrics of a page. The whole page is parsed, so that a fault anywhere in it is seen.

    Args:
        wanted: metric names with their suffixes.
        most_series: a page with more series than this is refused, whatever it holds.

    Raises:
        BadPage: the page breaks the format, holds a series twice, or is too large.
    """
    found: dict[str, dict[Labels, float]] = defaultdict(dict)
    count = 0
    try:
        for family in text_string_to_metric_families(text):
            count += len(family.samples)
            if count > most_series:
                raise BadPage(f"exports more than {most_series:,} series")
            for sample in family.samples:
                if sample.name in wanted:
                    _keep(found[sample.name], tuple(sorted(sample.labels.items())), sample.value)
    except BadPage:
        raise
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BadPage(f"is not in the Prometheus text format: {_first(error)}") from error
    return found


def _keep(series: dict[Labels, float], labels: Labels, value: float) -> None:
    if labels in series:
        raise BadPage("exports one series twice")
    series[labels] = value


def _first(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
