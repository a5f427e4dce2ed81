"""Reading the Prometheus text format, bounded in bytes, series and time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from prometheus_client.parser import text_string_to_metric_families

from decisions.domain.rates import Labels, Reading

# Labels are parsed in the square of a line's length: a line of a megabyte would take a minute.
LONGEST_LINE = 16_384

LONGEST_LABEL = 100


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
    _refuse_unbounded(text, most_series)
    found: dict[str, dict[Labels, float]] = defaultdict(dict)
    try:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name in wanted:
                    _keep(found[sample.name], tuple(sorted(sample.labels.items())), sample.value)
    except BadPage:
        raise
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise BadPage(f"is not in the Prometheus text format: {_first(error)}") from error
    return found


def _refuse_unbounded(text: str, most_series: int) -> None:
    lines = text.split("\n")
    if sum(1 for line in lines if line and not line.startswith("#")) > most_series:
        raise BadPage(f"exports more than {most_series:,} series")
    if max(map(len, lines)) > LONGEST_LINE:
        raise BadPage(f"has a line of more than {LONGEST_LINE // 1024} KiB")


def _keep(series: dict[Labels, float], labels: Labels, value: float) -> None:
    if labels in series:
        raise BadPage("exports one series twice")
    if any(len(word) > LONGEST_LABEL or not word.isprintable() for label in labels for word in label):
        raise BadPage(f"has a label that is longer than {LONGEST_LABEL} characters or cannot be printed")
    series[labels] = value


def _first(error: Exception) -> str:
    said = "".join(letter if letter.isprintable() else " " for letter in str(error))
    return " ".join(said.split())[:120] or type(error).__name__
