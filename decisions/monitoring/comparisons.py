"""Version against version: what the judge says of each new version, look after look, for the pages and the evidence.

A version is held against the one before it in the same rows where that one reads the same traffic, live or in shadow;
else against that version's own last healthy time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.domain.evidence_indicators import WORSE_SIDE
from decisions.domain.judges.rows import Rows, Sampled
from decisions.domain.rates import Measured
from decisions.domain.versions import Outcome
from decisions.live import wake
from decisions.models import Comparison, Deployment, Indicator, Sample
from decisions.monitoring import findings, pairs
from decisions.monitoring.pairs import Scene
from decisions.monitoring.readings import query_of, unpacked

if TYPE_CHECKING:
    from decisions.domain.judges.expectations import Expected
    from decisions.domain.judges.results import ComparisonResult

AT_ONCE = 20

Samples = Mapping[tuple[str, int], Sequence[Sampled]]
"""By version and indicator id, in no order."""


@dataclass(frozen=True)
class Other:
    """What the candidate is held against: a version, in which rows, and its samples."""

    version: str
    rows: Rows
    samples: Samples
    is_paired: bool


def look(at: datetime) -> int:
    """Look at every comparison that has new rows; answers how many verdicts changed. Safe to run twice."""
    return sum(_look(scene, at) for scene in pairs.scenes(at)[:AT_ONCE])


def _look(scene: Scene, at: datetime) -> bool:
    samples = _samples(scene, (scene.candidate, *scene.older), scene.rows)
    other = _same_traffic(scene, samples) or _own_time(scene)
    result = _judged(scene, samples, other) if other else None
    if other is None or result is None:
        return False
    changed = _keep(scene, other, result, at)
    wake.topics({f"versions-{scene.service.name}"})
    return changed


def _samples(scene: Scene, versions: Iterable[str], rows: Rows) -> Samples:
    """What was measured of these versions in these rows, in one query; of the candidate only what it served."""
    found: dict[tuple[str, int], list[Sampled]] = defaultdict(list)
    stored = Sample.objects.filter(
        series__indicator__in=[indicator.pk for indicator in scene.indicators],
        series__version__in=list(versions),
        at__gt=rows.since,
        at__lte=rows.until,
        value__isnull=False,
    ).order_by("series_id", "at")
    columns = ("series__version", "series__mode", "series__indicator_id", "at", "value", "n", "seconds", "buckets")
    for version, mode, indicator, when, value, n, seconds, buckets in stored.values_list(*columns):
        if mode == "live" or version != scene.candidate:
            found[version, indicator].append((when, Measured(value, n, seconds, unpacked(buckets))))
    return found


def _same_traffic(scene: Scene, samples: Samples) -> Other | None:
    """The nearest older version that was measured in at least half of the candidate's rows."""
    for version in scene.older:
        places = {
            scene.rows.place(when, sample.seconds)
            for indicator in scene.indicators
            for when, sample in samples.get((version, indicator.pk), ())
        }
        if 2 * len(places - {None}) >= scene.rows.count:
            return Other(version, scene.rows, samples, is_paired=True)
    return None


def _own_time(scene: Scene) -> Other | None:
    """The last rows of an older version's healthy time; None when it had none, or nothing is left of it."""
    healthy = Deployment.objects.filter(
        service=scene.service,
        version__name__in=scene.older,
        outcome=Outcome.HEALTHY,
        ended_at__isnull=False,
        ended_at__lte=scene.rows.since,
    )
    last = healthy.select_related("version").order_by("-ended_at", "-pk").first()
    if last is None or last.ended_at is None:
        return None
    seconds = scene.rows.seconds
    count = min(int((last.ended_at - last.started_at).total_seconds() / seconds), pairs.MOST_ROWS)
    rows = Rows(last.ended_at - timedelta(seconds=count * seconds), seconds, count)
    samples = _samples(scene, [last.version.name], rows)
    return Other(last.version.name, rows, samples, is_paired=False) if samples else None


def _judged(scene: Scene, samples: Samples, other: Other) -> ComparisonResult | None:
    """What the sequential judge says of the rows; None when the service measures nothing that two versions share."""
    # Imported when asked for: the pages that show comparisons do without numpy at their start.
    from decisions.domain.judges import sequential_comparison
    from decisions.domain.judges.configuration import Configuration, Rule

    expected = {each: _expected(each) for each in scene.indicators}
    compared = {each: one for each, one in expected.items() if one.is_comparable}
    if not compared:
        return None
    candidate = _series(compared, scene.candidate, scene.rows, samples)
    baseline = _series(compared, other.version, other.rows, other.samples)
    asked = tuple(one.indicator() for one in compared.values())
    configuration = Configuration(asked, rule=Rule(same_minutes=other.is_paired))
    return sequential_comparison.compare(baseline, candidate, configuration)


def _expected(indicator: Indicator) -> Expected:
    from decisions.domain.judges.expectations import Expected

    side = WORSE_SIDE[indicator.direction]
    level = next((each.rule() for each in indicator.levels.all() if each.bound == side), None)
    return Expected(indicator.name, query_of(indicator).kind, indicator.direction, level)


def _series(compared: Mapping[Indicator, Expected], version: str, rows: Rows, samples: Samples) -> dict[str, Any]:
    from decisions.domain.judges import rows as spacing

    found: dict[str, Any] = {}
    for indicator, expected in compared.items():
        query = query_of(indicator)
        own = samples.get((version, indicator.pk), ())
        found |= expected.series(spacing.measured(rows, query.kind, own, query.q))
    return found


def _keep(scene: Scene, other: Other, result: ComparisonResult, at: datetime) -> bool:
    """Write down what was found; answers whether the verdict changed. Somebody who saw as many rows goes first."""
    verdict = findings.verdict(result)
    with journal.act(DESK, at=at) as act:
        kept, _ = Comparison.objects.select_for_update().get_or_create(
            service=scene.service,
            candidate=scene.candidate,
            baseline=other.version,
            since=scene.rows.since,
            defaults={"looked_at": at, "row_seconds": scene.rows.seconds},
        )
        if kept.rows >= scene.rows.count:
            return False
        changed, kept.verdict = kept.verdict != verdict, verdict
        kept.rows, kept.is_paired, kept.looked_at = scene.rows.count, other.is_paired, at
        kept.findings = findings.kept(result, kept.findings, scene.rows.until)
        kept.sentence = _sentence(scene, other, result)
        kept.save()
        if changed:
            about = scene.incident or scene.service
            facts = {"candidate": kept.candidate, "baseline": kept.baseline, "verdict": verdict}
            act.note(Event.VERSION_COMPARED, about=about, **facts, sentence=kept.sentence)
    return changed


def _sentence(scene: Scene, other: Other, result: ComparisonResult) -> str:
    where = "on the same traffic" if other.is_paired else "in its own last healthy time"
    said = findings.WORDS[findings.verdict(result)]
    return f"{scene.candidate} {said} {other.version} {where}. {findings.reason(result, scene.indicators)}"[:500]
