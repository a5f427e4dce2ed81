"""The bounds of a tier, each held against its number."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from typing import Any

from decisions.domain import completeness
from decisions.domain.evidence import Calibration, Snapshot, Version
from decisions.domain.options import DISABLE, ROLL_BACK, SHIFT
from decisions.domain.policy_bounds import Tier
from decisions.domain.policy_margins import AfterAction
from decisions.domain.wording import minutes_in_words, money, percent

PASS, FAIL = "pass", "fail"
NOMINAL = 0.9
SLICED_WITHIN = timedelta(hours=1)
_REJECTED, _ALIKE = 0.05, 1 + 1e-7
Shown = float | str | None


@dataclass(frozen=True)
class Check:
    """One bound: `number` and `bound` in `unit`; `says` is what is wrong when it fails, as half a sentence."""

    name: str
    label: str
    state: str
    number: Shown
    bound: Shown
    unit: str
    says: str

    @property
    def passes(self) -> bool:
        return self.state == PASS


def of_target(option: Mapping[str, Any], tier: Tier, target: Version | None) -> Iterator[Check]:
    """Kind, target version and share of the traffic."""
    bounds, kind, version = tier.bounds, option["kind"], option.get("version")
    allowed = ", ".join(sorted(bounds.kinds)) or "none"
    yield _check("kind", "Kind of option", kind in bounds.kinds, kind, allowed, "", f"{kind} may not run by itself")
    if kind in (ROLL_BACK, SHIFT):
        healthy = target.healthy_seconds if target and target.known_good else None
        least = bounds.known_good_seconds
        ok = healthy is not None and healthy >= least
        has = (
            "is not known good"
            if healthy is None
            else f"has been healthy for {_time(healthy)}, less than {_time(least)}"
        )
        yield _check("known_good", "Target healthy for", ok, healthy, least, "s", f"{version} {has}")
        signed = target is not None and target.attested
        yield _check(
            "attested", "Target attested", signed, "yes" if signed else "no", "yes", "", f"{version} is not attested"
        )
    if kind != DISABLE or bounds.fallback_moves_traffic:
        moved, most = float(option["share_moved"]), bounds.share_at_most
        says = f"{percent(moved)} of the traffic would move, at most {percent(most)} may"
        yield _check("share", "Share of traffic moved", moved <= most + 1e-9, moved, most, "share", says)


def of_slices(option: Mapping[str, Any], tier: Tier, moved: Mapping[str, float]) -> Iterator[Check]:
    """Whether small moves, each inside its bound, add up to more than one of them may be.

    Where one plan may move everything there is nothing to slice.

    Args:
        moved: share of the traffic that moved without approval within `SLICED_WITHIN`, by kind of option.
    """
    bounds = tier.bounds
    counted = {ROLL_BACK, SHIFT} | ({DISABLE} if bounds.fallback_moves_traffic else set())
    before, most = math.fsum(share for kind, share in moved.items() if kind in counted), bounds.share_at_most
    if option["kind"] in counted and before > 0 and most < 1:
        moved_then = before + float(option["share_moved"])
        ok = moved_then <= most + 1e-9
        says = f"{percent(moved_then)} of the traffic would have moved within an hour, at most {percent(most)} may"
        yield _check("slices", "Moved within an hour, with this", ok, moved_then, most, "share", says)


def of_comparison(option: Mapping[str, Any], settles_at: datetime | None) -> Iterator[Check]:
    """Whether it has come out if the version that would take over suffers too."""
    if option["kind"] in (ROLL_BACK, SHIFT):
        until = f"{settles_at:%H:%M:%S} UTC" if settles_at else "settled"
        says = f"whether {option['version']} suffers too is not known yet, and it is early"
        yield _check("comparison", "Versions compared", settles_at is None, until, "settled", "", says)


def of_score(option: Mapping[str, Any], tier: Tier, currency: str) -> Iterator[Check]:
    """How sure, how good and how bad at worst, and how well known."""
    bounds = tier.bounds
    p_best, least = option["p_best"], bounds.p_best_at_least
    says = f"P(best) is {_figure(p_best)}, at least {least:g} is asked"
    yield _check("p_best", "P(best)", p_best is not None and p_best >= least, p_best, least, "", says)
    share, most = option["regret_share"], bounds.regret_share_at_most
    says = f"regret is {_percent(share)} of doing nothing, at most {percent(most)} is allowed"
    yield _check(
        "regret", "Regret, of do-nothing loss", share is not None and share <= most, share, most, "share", says
    )
    tail, worst = float(option["tail"]), float(bounds.tail_at_most)
    says = f"the worst 5 % average {money(tail, currency)}, at most {money(worst, currency)} is allowed"
    yield _check("tail", "CVaR95", tail <= worst, tail, worst, currency, says)
    uses, needed = _uses(option), bounds.past_uses_at_least
    says = f"{uses:.2g} past uses, weighted, at least {needed:g} are asked"
    yield _check("past_uses", "Past uses, weighted", uses >= needed, uses, needed, "uses", says)


def of_evidence(snapshot: Snapshot, tier: Tier, at: datetime) -> Iterator[Check]:
    """How old and how complete the evidence is by now."""
    bounds = tier.bounds
    age = max((at - snapshot.taken_at).total_seconds(), 0.0) + completeness.oldest_seconds(snapshot)
    says = f"the evidence is {_time(age)} old, at most {_time(bounds.evidence_seconds)} is allowed"
    ok = age <= bounds.evidence_seconds
    yield _check("evidence_age", "Evidence age", ok, age, bounds.evidence_seconds, "s", says)
    whole = completeness.complete(snapshot)
    says = f"{percent(whole)} of the indicators have a value, at least {percent(bounds.evidence_complete)} is asked"
    ok = whole >= bounds.evidence_complete
    yield _check("evidence_complete", "Evidence complete", ok, whole, bounds.evidence_complete, "share", says)


def of_moment(
    after: AfterAction, reversals: int, last_action_at: datetime | None, freeze: str | None, at: datetime
) -> Iterator[Check]:
    """Cooldown, reversals, and a freeze where the evidence names one: no record says yet that there is none."""
    since = None if last_action_at is None else (at - last_action_at).total_seconds()
    ok = since is None or since >= after.cooldown_seconds
    says = f"the last action was {_time(max(since or 0.0, 0.0))} ago, the cooldown is {_time(after.cooldown_seconds)}"
    yield _check("cooldown", "Cooldown passed", ok, since, after.cooldown_seconds, "s", says)
    most = after.reversals_at_most
    says = f"{reversals} actions of this incident were reversed, after {most} people decide"
    yield _check("reversals", "Reversals", reversals < most or most == 0 == reversals, reversals, most, "", says)
    if freeze is not None:
        yield _check("freeze", "No freeze", False, freeze, "none", "", f"nothing may change now: {freeze}")


def of_calibration(found: Calibration | None) -> Check:
    """Whether past 90 % intervals of this kind held about as often as they say; a few cases cannot reject them."""
    n, hits = (found.n, found.hits) if found else (0, 0)
    least, most = accepted_hits(n)
    says = f"{hits} of {n} past 90 % intervals held, which is too {'few' if hits < least else 'many'}"
    told, bound = f"{hits} of {n}", f"{least} to {most}"
    if (least, most) == (0, n):
        told, bound = f"{told if n else 'none yet'}, too few to reject", "any"
    return _check("calibration", "Past intervals held", least <= hits <= most, told, bound, "", says)


@lru_cache(maxsize=64)
def accepted_hits(n: int) -> tuple[int, int]:
    """Fewest and most hits of `n` 90 % intervals that an exact two-sided binomial test does not reject at 5 %.

    The p-value of a count is the chance of all counts that are no likelier.
    """
    miss = math.log1p(-NOMINAL)
    ways = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in range(n + 1)]
    chances = [math.exp(way + k * math.log(NOMINAL) + (n - k) * miss) for k, way in enumerate(ways)]
    ascending = sorted(chances)
    up_to = list(accumulate(ascending))
    accepted = [k for k, each in enumerate(chances) if up_to[bisect_right(ascending, each * _ALIKE) - 1] >= _REJECTED]
    return accepted[0], accepted[-1]


def _check(name: str, label: str, ok: bool, number: Shown, bound: Shown, unit: str, says: str) -> Check:
    return Check(name, label, PASS if ok else FAIL, number, bound, unit, says)


def _uses(option: Mapping[str, Any]) -> float:
    return float((option["past_uses"] or {"effective": 0.0})["effective"])


def _time(seconds: float) -> str:
    return minutes_in_words(seconds / 60)


def _percent(share: float | None) -> str:
    return "not known" if share is None else percent(share)


def _figure(value: float | None) -> str:
    return "not known" if value is None else f"{value:.2f}"
