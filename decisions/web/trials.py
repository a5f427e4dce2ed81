"""What a draft policy would have decided in the past: worked out some cases at a time while somebody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from decisions.assessment import backtests, policies
from decisions.assessment.backtests import PastCase
from decisions.domain.policy import Policy
from decisions.models import PolicyVersion
from decisions.web.words import amount

MOST_FLIPS = 200
REMEMBERED_SECONDS = 3600


def of_version(version: PolicyVersion, at: datetime) -> dict[str, Any]:
    """The back-test of a stored version, as far as it has come; each asking takes it some cases further."""
    return of_draft(policies.parsed(version), at, stored=version.pk)


def of_draft(policy: Policy, at: datetime, stored: int | None = None) -> dict[str, Any]:
    """The back-test of a policy, which may not be stored yet."""
    replaced = backtests.nearest(policy)
    if replaced is not None and replaced.pk == stored:
        return {"backtest": None}
    before = policies.parsed(replaced) if replaced else None
    wanted = backtests.cases(policy, at)
    done = _further(wanted, before, policy)
    shown = _shown([done[each] for each in wanted if each in done], len(wanted), before, policy)
    return {"backtest": shown | {"url": reverse("policy-backtest", args=[stored]) if stored else ""}}


def _further(wanted: list[PastCase], before: Policy | None, after: Policy) -> dict[PastCase, dict[str, Any]]:
    """The cases that are known by now, after the next few were judged. A case is judged once for a pair of policies."""
    key = f"backtest-{before.digest if before else 'alone'}-{after.digest}"
    done: dict[PastCase, dict[str, Any]] = cache.get(key, {})
    some = [each for each in wanted if each not in done][: backtests.CASES_AT_ONCE]
    done |= dict(zip(some, backtests.judged(some, before, after), strict=True))
    cache.set(key, done, REMEMBERED_SECONDS)
    return done


def _shown(found: list[dict[str, Any]], count: int, before: Policy | None, after: Policy) -> dict[str, Any]:
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import backtest

    summed = backtest.summed(found, before, after)
    turned = [case for case in summed["cases"] if case["flips"] or case["bounds_flip"] or before is None]
    return {
        "alone": before is None,
        "count": len(summed["cases"]),
        "looked": len(found),
        "of": count,
        "left": count - len(found),
        "percent": 100 * len(found) / count if count else 100,
        "flips": summed["flips"],
        "bounds_flip": summed["bounds_flip"],
        "causes_known": summed["causes_known"],
        "sums": _sums(summed),
        "cases": [_case(case, summed) for case in turned[:MOST_FLIPS]],
        "unlisted": max(len(turned) - MOST_FLIPS, 0),
        "skipped": summed["skipped"][:MOST_FLIPS],
        "unlisted_skipped": max(len(summed["skipped"]) - MOST_FLIPS, 0),
    }


def _sums(summed: dict[str, Any]) -> list[dict[str, str]]:
    """What the draft's choices save in all, once for each set of prices that they can be seen at."""
    now, own = summed["currency"], summed["currency_after"]
    rows = [
        ("At the prices of the policy in force", _saved(summed["saved"], now)),
        ("At its own prices", _saved(summed["saved_at_its_own"], own)),
    ]
    if summed["causes_known"]:
        rows += [
            ("In hindsight, at the prices in force", _saved(summed["saved_in_hindsight"], now)),
            ("In hindsight, at its own prices", _saved(summed["saved_in_hindsight_at_its_own"], own)),
        ]
    return [{"name": name, "value": value} for name, value in rows]


def _case(case: dict[str, Any], summed: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": case["key"],
        "service": case["service"],
        "flips": case["flips"],
        "before": _verdict(case["before"]) if case["before"] else "",
        "after": _verdict(case["after"]),
        "saved": _saved(case["saved"], summed["currency"]),
        "own": _saved(case["saved_at_its_own"], summed["currency_after"]),
    }


def _saved(saved: str | None, currency: str) -> str:
    if saved is None:
        return "not comparable"
    if float(saved) == 0:
        return "no difference"
    return f"{amount(abs(float(saved)), currency)} {'saved' if float(saved) > 0 else 'dearer'}"


def _verdict(verdict: dict[str, Any]) -> str:
    if verdict["in_bounds"]:
        return f"{verdict['title']}, inside the bounds"
    return f"{verdict['title']}, outside: {', '.join(verdict['broken'])}"
