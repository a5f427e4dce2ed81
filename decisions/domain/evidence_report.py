"""What an assessment says about its evidence: causes, harm, severity, margins and what is missing. JSON-able parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from decisions.domain import allowances
from decisions.domain.amounts import number, text
from decisions.domain.case_making import Made
from decisions.domain.cause_finding import Finding, Weighed
from decisions.domain.completeness import complete, missing, oldest_seconds
from decisions.domain.evidence import Spent
from decisions.domain.evidence_indicators import Indicator
from decisions.domain.harm import CategoryHarm, PartHarm, State, lognormal_sum
from decisions.domain.policy import Policy
from decisions.domain.policy_curves import ROLL_BACK, STABILISE, Curve
from decisions.domain.precision import ONE_SIDED
from decisions.domain.reported import reported
from decisions.domain.wording import money, value_with_unit


def causes(finding: Finding) -> dict[str, Any]:
    """The policy's prior, what own incidents made of it, each token with what it did, and the posterior."""
    return {
        "stated": _shares(finding.stated),
        "incidents": reported(finding.incidents),
        "prior": _shares(finding.prior),
        "posterior": _shares(finding.posterior),
        "tokens": [_token(each) for each in finding.weighed],
    }


def harm(made: Made) -> dict[str, Any]:
    """Cost per minute and so far, with 90 % intervals, down to the arithmetic of every part."""
    low, high = _interval(*lognormal_sum((each.per_minute, each.spread) for each in made.harm.categories))
    mean = math.fsum(each.mean for each in made.harm.categories)
    spent = _spent(made, mean, low, high)
    return {
        "per_minute": text(mean),
        "low": text(low),
        "high": text(high),
        "minutes_open": number(made.snapshot.minutes_open()),
        "so_far": text(spent.expected),
        "so_far_low": text(spent.low),
        "so_far_high": text(spent.high),
        "requests_per_minute": number(made.harm.traffic.per_minute),
        "requests_known": made.harm.traffic.is_known,
        "categories": [_category(each, made) for each in made.harm.categories],
    }


def _spent(made: Made, mean: float, low: float, high: float) -> Spent:
    """What the snapshot carries over; before that, and in another currency, today's rate since the incident opened."""
    spent, currency = made.snapshot.spent, made.policy.currency
    if spent is not None and spent.currency == currency:
        return spent
    minutes = made.snapshot.minutes_open()
    return Spent(mean * minutes, low * minutes, high * minutes, currency)


def severity(made: Made) -> dict[str, Any]:
    """Each category beside its threshold curves, and what the strongest of them asks for."""
    curves = made.policy.tier(made.snapshot.tier).curves
    minutes = made.snapshot.minutes_open()
    with_curves = [each for each in made.harm.categories if each.category.name in curves]
    rows = [_on_curves(each, curves[each.category.name], made) for each in with_curves]
    asked = {row["asks_for"] for row in rows}
    strongest = next((kind for kind in (ROLL_BACK, STABILISE) if kind in asked), "nothing")
    return {"minutes": number(minutes), "curves": rows, "asks_for": strongest}


def state(made: Made) -> dict[str, Any]:
    """Every indicator with its age, what is missing, and what this service does not measure at all."""
    snapshot = made.snapshot
    return {
        "indicators": [_indicator(each, made.policy) for _, each in sorted(snapshot.indicators.items())],
        "missing": [{"indicator": name, "reason": reason} for name, reason in sorted(missing(snapshot).items())],
        "unmeasured": [
            {"category": each.category.name, "part": part.part.name, "indicator": part.part.indicator}
            for each in made.harm.categories
            for part in each.parts
            if part.state is State.UNMEASURED
        ],
        "complete": number(complete(snapshot)),
        "oldest_seconds": number(oldest_seconds(snapshot)),
    }


def margins(made: Made) -> list[dict[str, Any]]:
    """What each margin allows for, part by part, with what is overdue: the policy's, and else the service's own."""
    today = made.snapshot.taken_at.date()
    known = allowances.all_parts(made.policy, made.snapshot.indicators)
    return [
        {
            "indicator": name,
            "size": number(math.fsum(part.size for part in parts)),
            "parts": [
                {
                    "allows_for": part.allows_for,
                    "size": number(part.size),
                    "owner": part.owner,
                    "reason": part.reason,
                    "review_on": part.review_on.isoformat(),
                    "overdue": part.is_overdue(today),
                }
                for part in parts
            ],
        }
        for name, parts in known.items()
    ]


def _shares(shares: Mapping[str, float]) -> dict[str, float]:
    return {name: reported(share) for name, share in shares.items()}


def _token(each: Weighed) -> dict[str, Any]:
    return {
        "name": each.token.name,
        "value": _seen_value(each),
        "detail": each.seen.detail if each.seen else "Nothing was seen.",
        "reason": each.token.reason,
        "likelihood": None if each.likelihood is None else _shares(each.likelihood),
        "after": _shares(each.after),
    }


def _seen_value(each: Weighed) -> str | float | None:
    if each.seen is None or isinstance(each.seen.value, str):
        return each.seen.value if each.seen else None
    return reported(each.seen.value)


def _category(each: CategoryHarm, made: Made) -> dict[str, Any]:
    low, high = _interval(each.per_minute, each.spread)
    return {
        "name": each.category.name,
        "counts": each.category.counts,
        "says": each.reason,
        "per_minute": text(each.mean),
        "median": text(each.per_minute),
        "spread": reported(each.spread),
        "low": text(low),
        "high": text(high),
        "parts": [_part(part, made) for part in each.parts],
    }


def _part(each: PartHarm, made: Made) -> dict[str, Any]:
    return {
        "name": each.part.name,
        "indicator": each.part.indicator,
        "measure": each.part.measure,
        "of": each.part.of,
        "state": str(each.state),
        "says": each.reason,
        "current": number(each.current),
        "usual": number(each.usual),
        "margin_ends": number(each.edge),
        "excess": reported(each.excess),
        "volume_per_minute": reported(each.volume),
        "rate": str(each.part.rate),
        "unit": each.part.unit,
        "per_minute": text(each.per_minute),
        "spread": reported(each.spread),
        "mean": text(each.mean),
        "reason": each.part.reason,
        "arithmetic": _arithmetic(each, made),
    }


def _arithmetic(each: PartHarm, made: Made) -> str:
    indicator = made.snapshot.indicators.get(each.part.indicator)
    excess = value_with_unit(each.excess, indicator.unit if indicator else "")
    total = money(each.per_minute, made.policy.currency)
    return f"{excess}{_volume(each, made)} × {each.part.rate} {each.part.unit} = {total} per min"


def _volume(each: PartHarm, made: Made) -> str:
    """What the excess is multiplied with, factor by factor."""
    if each.part.measure == "per_minute":
        return ""
    requests = made.harm.traffic.per_minute
    counted = f" × {requests:,.4g} per min"
    if each.part.of is None or requests == 0:
        return counted
    return f"{counted} × {each.part.of.replace('_', ' ')} {value_with_unit(each.volume / requests, 'fraction')}"


def _on_curves(each: CategoryHarm, pair: Mapping[str, Curve], made: Made) -> dict[str, Any]:
    seconds = made.snapshot.minutes_open() * 60
    low, high = pair[STABILISE].severity_at(seconds), pair[ROLL_BACK].severity_at(seconds)
    asks_for = ROLL_BACK if each.mean >= high else STABILISE if each.mean >= low else "nothing"
    return {
        "category": each.category.name,
        "severity": text(each.mean),
        "stabilise_from": text(low),
        "roll_back_from": text(high),
        "asks_for": asks_for,
    }


def _indicator(each: Indicator, policy: Policy) -> dict[str, Any]:
    now = each.current
    return {
        "name": each.name,
        "unit": each.unit,
        "value": number(now.value) if now else None,
        "n": number(now.n) if now else None,
        "age_seconds": number(now.age_seconds) if now else None,
        "usual": number(allowances.usual(each)),
        "target": number(each.target),
        "margin_ends": number(allowances.edge(each, policy)),
        "breaks": bool(now and allowances.breaks(now.value, each, policy)),
        "by_version": {name: number(own.value) for name, own in each.by_version.items()},
    }


def _interval(median: float, spread: float) -> tuple[float, float]:
    reach = math.exp(ONE_SIDED * spread)
    return median / reach, median * reach
