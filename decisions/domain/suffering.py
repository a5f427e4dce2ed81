"""Evidence about the cause that a snapshot holds without saying so: who suffers, what was changed, how new it is."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from enum import StrEnum

from decisions.domain import allowances, precision, units
from decisions.domain.evidence import Seen, Snapshot
from decisions.domain.evidence_indicators import HIGHER, NEITHER, Indicator, Measured
from decisions.domain.policy import Policy
from decisions.domain.wording import listed

VERSIONS_SUFFER, SETTING_CHANGED, RECENT_RELEASE = "versions_suffer", "setting_changed", "recent_release"
# Observations below which a level that is not broken says nothing.
_ENOUGH = 20
# Standard errors, and share of the usual value, that a version must have moved by.
_SURE, _MATERIAL = 2.5, 0.1


class Condition(StrEnum):
    """How a version is, judged by its own sample."""

    SUFFERS = "suffers"
    FINE = "fine"
    UNKNOWN = "unknown"


def tokens(snapshot: Snapshot, policy: Policy) -> dict[str, Seen]:
    """All tokens by name: those the snapshot states, and those that can be worked out from the rest of it."""
    found = [versions_suffer(snapshot, policy), setting_changed(snapshot), recent_release(snapshot)]
    return {**{each.name: each for each in found if each is not None}, **snapshot.tokens}


def versions_suffer(snapshot: Snapshot, policy: Policy) -> Seen:
    """Whether only the version that carries the traffic suffers, all alike, or nobody can say.

    A version suffers when any of its levels lies beyond target and margin. It need not be the same level: fed with
    the same bad data, one version declines everything and the other is confidently wrong.
    """
    suspect = snapshot.suspect
    others = sorted(each.name for each in snapshot.versions if each.name != suspect)
    conditions = {name: condition(name, snapshot, policy) for name in others}
    if suspect is None or condition(suspect, snapshot, policy) is not Condition.SUFFERS:
        return Seen(
            VERSIONS_SUFFER, "unknown", "It does not show that the version now serving is the one that suffers."
        )
    suffering = [name for name in others if conditions[name] is Condition.SUFFERS]
    fine = [name for name in others if conditions[name] is Condition.FINE]
    if suffering and not fine:
        return Seen(
            VERSIONS_SUFFER, "all_alike", f"{listed(sorted([*suffering, suspect]))} suffer on the same traffic."
        )
    if fine and not suffering:
        return Seen(VERSIONS_SUFFER, "only_new", f"{suspect} suffers; {listed(fine)} on the same traffic does not.")
    return Seen(VERSIONS_SUFFER, "unknown", "No other version has a sample to compare with.")


def settles_at(snapshot: Snapshot, policy: Policy) -> datetime | None:
    """Until when it is too early to act on who suffers; None when that has come out, or never can.

    Early is: the incident is younger than the policy's `settle_seconds`, other versions read the same traffic, and
    their samples do not say yet whether they suffer too.
    """
    end = snapshot.incident.opened_at + timedelta(seconds=policy.doubt.settle_seconds)
    if snapshot.taken_at >= end or tokens(snapshot, policy)[VERSIONS_SUFFER].value != "unknown":
        return None
    sampled = {name for each in snapshot.indicators.values() for name in each.by_version}
    return end if sampled - {snapshot.suspect} else None


def condition(version: str, snapshot: Snapshot, policy: Policy) -> Condition:
    """How one version is, judged by its own sample.

    It suffers when its sample shows a level broken, or that it is worse than it usually is by more than a tenth:
    labels come late, and a shift is seen before a level breaks. It is fine when every level that is measured by
    version has enough observations of it, all inside. In between nobody can say yet.
    """
    samples = [(each, _own(version, each, snapshot)) for each in snapshot.indicators.values()]
    if any(own and _suffers(version, each, own, policy) for each, own in samples):
        return Condition.SUFFERS
    judged = [(each, own) for each, own in samples if each.target is not None and each.by_version]
    fine = [own and own.n >= _ENOUGH and not allowances.breaks(own.value, each, policy) for each, own in judged]
    return Condition.FINE if fine and all(fine) else Condition.UNKNOWN


def _own(version: str, indicator: Indicator, snapshot: Snapshot) -> Measured | None:
    own = indicator.by_version.get(version)
    if own is None and snapshot.split.get(version, 0.0) >= 1:
        own = indicator.current
    return own if indicator.is_seen(own) else None


def _suffers(version: str, indicator: Indicator, own: Measured, policy: Policy) -> bool:
    good, bad = precision.at_least_as_good_as(indicator, own), precision.at_most_as_bad_as(indicator, own)
    if allowances.breaks(good, indicator, policy) and allowances.breaks(bad, indicator, policy):
        return True
    return _is_worse_than_usual(indicator, own, indicator.usual_by_version.get(version))


def _is_worse_than_usual(indicator: Indicator, own: Measured, usual: Measured | None) -> bool:
    # Counts per minute follow the traffic, and shares do not.
    if usual is None or usual.n <= 0 or indicator.unit != units.FRACTION:
        return False
    moved = own.value - usual.value if indicator.direction == HIGHER else usual.value - own.value
    moved = abs(moved) if indicator.direction == NEITHER else moved
    doubt = math.hypot(precision.standard_error(indicator, own), precision.standard_error(indicator, usual))
    return moved > max(_SURE * doubt, _MATERIAL * abs(usual.value))


def setting_changed(snapshot: Snapshot) -> Seen | None:
    """Whether a setting differs from its record; None when the snapshot holds no settings at all."""
    if not snapshot.settings:
        return None
    changed = [each for each in snapshot.settings if each.differs]
    if not changed:
        return Seen(SETTING_CHANGED, "no", "Every setting is as recorded.")
    detail = "; ".join(f"{each.name} is {each.now}, recorded as {each.recorded}" for each in changed)
    return Seen(SETTING_CHANGED, "yes", f"{detail}.")


def recent_release(snapshot: Snapshot) -> Seen | None:
    """Minutes between the newest served version going live and the opening of the incident; None when not known."""
    since = [each.live_since for each in snapshot.versions if each.live_since and snapshot.split.get(each.name, 0)]
    if not since:
        return None
    minutes = max((snapshot.incident.opened_at - max(since)).total_seconds() / 60, 0.0)
    return Seen(RECENT_RELEASE, minutes, f"It began {minutes:.0f} min after the newest served version went live.")
