"""What a draft policy would have decided in the past, worked out when somebody asks for it, once for each pair."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache

from decisions.assessment import backtests, policies
from decisions.domain.policy import Policy
from decisions.models import Assessment, PolicyVersion
from decisions.web.words import amount

MOST_FLIPS = 20
REMEMBERED_SECONDS = 3600


def of_version(version: PolicyVersion, at: datetime) -> dict[str, Any]:
    """The back-test of a stored version; remembered until there is another assessment."""
    policy = policies.parsed(version)
    replaced = backtests.nearest(policy)
    if replaced is None or replaced.pk == version.pk:
        return {"backtest": None}
    newest = Assessment.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = f"backtest-{replaced.digest}-{version.digest}-{newest}"
    found = cache.get(key)
    if found is None:
        found = _shown(policies.parsed(replaced), policy, at)
        cache.set(key, found, REMEMBERED_SECONDS)
    return {"backtest": found}


def of_draft(policy: Policy, at: datetime) -> dict[str, Any]:
    """The back-test of a text that is not stored yet."""
    replaced = backtests.nearest(policy)
    return {"backtest": _shown(policies.parsed(replaced), policy, at) if replaced else None}


def _shown(before: Policy, after: Policy, at: datetime) -> dict[str, Any]:
    found = backtests.against(before, after, at)
    flipped = [case for case in found["cases"] if case["flips"] or case["bounds_flip"]]
    saved = float(found["saved"])
    return {
        "count": len(found["cases"]),
        "incidents": found["incidents"],
        "flips": found["flips"],
        "bounds_flip": found["bounds_flip"],
        "saved": amount(abs(saved), found["currency"]),
        "saved_word": "cheaper" if saved > 0 else "dearer" if saved < 0 else "",
        "cases": [_case(case, found["currency"]) for case in flipped[:MOST_FLIPS]],
        "skipped": found["skipped"],
    }


def _case(case: dict[str, Any], currency: str) -> dict[str, Any]:
    saved = float(case["saved"]) if case["saved"] is not None else None
    return {
        "key": case["key"],
        "service": case["service"],
        "flips": case["flips"],
        "before": _verdict(case["before"]),
        "after": _verdict(case["after"]),
        "saved": f"{amount(saved, currency)} saved" if saved is not None else "not comparable",
    }


def _verdict(verdict: dict[str, Any]) -> str:
    return f"{verdict['title']}, {'inside' if verdict['in_bounds'] else 'outside'} the bounds"
