"""Whether a service got better or worse after a switch, by what was measured since then and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from decisions.domain.levels import Level
from decisions.domain.rates import Measured, across
from decisions.models import Service, ServiceLevel, Source
from decisions.monitoring import samples
from decisions.monitoring.readings import query_of
from decisions.monitoring.wording import in_unit

FINE, UNHEALED, WORSE, UNKNOWN = "fine", "unhealed", "worse", "unknown"

Before = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Watch:
    """The verdict on a service and the sentence that says why.

    fine: every level is measured and inside its margin. unhealed: one still is beyond it, not worse than before.
    worse: one that held broke, or a broken one got worse by more than its margin. unknown: something is not measured,
    and what is measured is no worse. No data is never fine.
    """

    verdict: str
    sentence: str


def standing(service: Service) -> dict[str, dict[str, Any]]:
    """Where every level stands, by id, to be held against what comes after."""
    return {
        str(level.pk): {"is_broken": level.is_broken, "value": level.value, "state": level.state}
        for level in _levels(service)
    }


def watched(
    service: Service, *, before: Before, serving: Iterable[str], since: datetime, at: datetime, settled: float
) -> Watch:
    """How the service does since a switch.

    Args:
        before: `standing` at the switch.
        serving: the versions that answer since then; empty when a fallback does. Then levels that only a model can
            keep are neither missed nor held against the switch: that is its known price.
        since: when the switch was read back; samples that reach behind it do not count.
        settled: seconds of data after which a level that was broken before may be called worse.
    """
    levels, serving = _levels(service), frozenset(serving)
    has_model = bool(serving)
    measured = _measured(levels, serving, since + _longest_interval(service), at)
    looks = [_Look(level, before.get(str(level.pk), {}), measured.get(level.pk), settled) for level in levels]
    worse = [look for look in looks if look.is_worse() or (has_model and look.is_newly_broken(since))]
    if worse:
        return Watch(WORSE, worse[0].says())
    unknown = _unknown(service, looks, has_model)
    if unknown is not None:
        return Watch(UNKNOWN, unknown)
    unhealed = [look for look in looks if look.is_unhealed(has_model)]
    if unhealed:
        return Watch(UNHEALED, unhealed[0].says())
    return Watch(FINE, "Every service level that is measured is inside its margin.")


def _unknown(service: Service, looks: list[_Look], has_model: bool) -> str | None:
    sources = list(service.sources.all())
    if not looks or not sources:
        return f"{service} has no service level that is measured, so nobody can say how it does."
    silent = next((source for source in sources if source.state != Source.HEALTHY), None)
    if silent is not None:
        return f"The source {silent} is {silent.state}: {silent.reason or 'it was not read yet'}."
    missing = [look for look in looks if look.value is None]
    if missing and has_model:
        return f"{missing[0].level.indicator.title} was not measured after the switch."
    return None


@dataclass(frozen=True)
class _Look:
    """One level: what it was at the switch and what was measured after it."""

    level: ServiceLevel
    before: Mapping[str, Any]
    measured: Measured | None
    settled: float

    @property
    def rule(self) -> Level:
        return self.level.rule()

    @property
    def value(self) -> float | None:
        """The value after the switch; None when it is not measured, or rests on too few events."""
        found = self.measured
        return found.value if found is not None and (found.n or 0.0) >= self.rule.minimum_n else None

    @property
    def is_beyond(self) -> bool:
        return self.value is not None and self.rule.is_beyond(self.value)

    @property
    def was_broken(self) -> bool:
        return bool(self.before.get("is_broken"))

    def is_newly_broken(self, since: datetime) -> bool:
        """Two witnesses: the level itself, with its hysteresis, and the samples after the switch alone."""
        broke = self.level.is_broken and self.level.since is not None and self.level.since >= since
        return not self.was_broken and broke and self.is_beyond

    def is_worse(self) -> bool:
        """It was broken, and is further from its target than then by more than its margin, over long enough."""
        was, now = self.before.get("value"), self.value
        if not self.was_broken or was is None or now is None or self._seconds < self.settled:
            return False
        allowed = was + self.rule.sign * self.rule.margin * abs(self.rule.target)
        return self.is_beyond and self.rule.sign * now > self.rule.sign * allowed

    @property
    def _seconds(self) -> float:
        return self.measured.seconds if self.measured else 0.0

    def is_unhealed(self, has_model: bool) -> bool:
        return self.is_beyond and (self.was_broken or (has_model and self.level.is_broken))

    def says(self) -> str:
        indicator, rule = self.level.indicator, self.rule
        now = in_unit(self.measured.value if self.measured else None, indicator.unit)
        was = self.before.get("value")
        then = f", {in_unit(was, indicator.unit)} before the switch" if was is not None else ""
        return f"{indicator.title} is {now}{then}; the margin ends at {in_unit(rule.breaks_at, indicator.unit)}."


def _levels(service: Service) -> list[ServiceLevel]:
    return list(ServiceLevel.objects.filter(indicator__service=service).select_related("indicator"))


def _longest_interval(service: Service) -> timedelta:
    # A sample reaches back over its scrape interval: the first one after the switch is half about before.
    longest = service.sources.aggregate(longest=Max("every_seconds"))["longest"] or 0.0
    return timedelta(seconds=longest)


def _measured(
    levels: list[ServiceLevel], serving: frozenset[str], since: datetime, at: datetime
) -> dict[int, Measured]:
    found: dict[int, Measured] = {}
    for level in levels:
        query = query_of(level.indicator)
        window = [(level.indicator_id, query.kind, query.q, level.window_seconds)]
        seen = samples.window(window, at=at, since=since)
        live = [
            each
            for (_, version, mode), each in sorted(seen.items())
            if mode == "live" and (not serving or version in serving)
        ]
        whole = across(query.kind, live, query.q)
        if whole is not None:
            found[level.pk] = whole
    return found
