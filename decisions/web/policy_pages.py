"""The pages of policies: the shelf, one version, and a draft while it is written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.assessment import backtests, paging, policies, withdrawals
from decisions.domain import changes
from decisions.domain.actors import Actor
from decisions.domain.canonical import BadDocument
from decisions.domain.policy import Policy, parse
from decisions.domain.policy_bounds import Tier
from decisions.models import PolicyVersion
from decisions.models.policy_version import PolicyState
from decisions.web import alarm_words, curve_drawing, playbook_pages, policy_standing, policy_words, trials
from decisions.web.policy_standing import OPEN, STATE_WORDS, scope_words

MOST_CHANGES, MOST_LINES = 60, 400


def shelf(actor: Actor) -> dict[str, Any]:
    """Every version: what waits for somebody first, then what is in force, then the rest, newest first."""
    order = {state: place for place, state in enumerate(("proposed", "draft", "active", "retired"))}
    found = sorted(PolicyVersion.objects.defer("body"), key=lambda each: (order[each.state], -each.pk))
    named = people.names({version.drafted_by for version in found} | {version.signed_by for version in found} - {""})
    rows = [
        {
            "version": version,
            "url": reverse("policy-detail", args=[version.pk]),
            "word": STATE_WORDS[version.state],
            "scope": scope_words(version),
            "drafted": named[version.drafted_by],
            "signed": named.get(version.signed_by, ""),
        }
        for version in found
    ]
    return {"rows": rows, "draft_refusal": policies.drafting_refusal(actor)}


def version_page(version: PolicyVersion, actor: Actor, at: datetime, *, try_it: bool = False) -> dict[str, Any]:
    """One version: who stands behind it, what it changes, what it allows, and its text."""
    policy = policies.parsed(version)
    is_over = version.state == PolicyState.RETIRED
    implied = {} if is_over else paging.implied(policy)
    return {
        **policy_standing.of(version, actor),
        "tiers": [_tier(policy, tier) for tier in policy.tiers.values()],
        "costs": policy_words.costs(policy),
        "weights": policy_words.weights(policy),
        "restraint": policy_words.restraint(policy),
        "playbooks": [playbook_pages.words(playbook) for playbook in policy.playbooks.values()],
        "margins": policy_words.margins(policy, at, alarm_words.by_indicator(implied)),
        "alarms": None if is_over else alarm_words.of_policy(policy, implied),
        **_beside(version, policy),
        **(trials.of_version(version, at) if try_it else {}),
    }


def _tier(policy: Policy, tier: Tier) -> dict[str, Any]:
    """A tier's bounds in words and its threshold curves as drawings; categories without a curve are named."""
    without = [each.name for each in policy.categories if each.name not in tier.curves]
    return {
        **policy_words.tier(tier, policy.currency),
        "curves": [curve_drawing.of(policy, category, pair) for category, pair in tier.curves.items()],
        "no_curve": ", ".join(without),
    }


def _beside(version: PolicyVersion, policy: Policy) -> dict[str, Any]:
    """How an open version differs from the one that it would replace, or the wider one from one to be withdrawn."""
    if version.withdrawal_by and version.state == PolicyState.ACTIVE:
        return _withdrawn(version)
    replaced = backtests.nearest(policy) if version.state in OPEN else None
    if replaced is None or replaced.pk == version.pk:
        return {"replaced": None}
    return {
        "replaced": replaced,
        "beside_title": "What it would change",
        "changes": _changes(replaced, policy),
        "diff": diff(replaced.body, version.body),
        "backtest_url": reverse("policy-backtest", args=[version.pk]),
    }


def _withdrawn(version: PolicyVersion) -> dict[str, Any]:
    then = withdrawals.wider(version)
    if then is None:
        return {"replaced": None}
    return {
        "replaced": version,
        "beside_title": f"What would change with {then}",
        "changes": _changes(version, policies.parsed(then)),
        "diff": diff(version.body, then.body),
    }


def _changes(before: PolicyVersion | None, after: Policy) -> list[str]:
    if before is None:
        return []
    lines = changes.between(dict(policies.parsed(before).document), dict(after.document))
    more = len(lines) - MOST_CHANGES
    return lines[:MOST_CHANGES] + ([f"and {more} more"] if more > 0 else [])


def diff(before: str, after: str) -> list[dict[str, str]]:
    """The lines that changed between two texts, with three lines around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "in force", "this one", lineterm="", n=3)
    marks = {"+": "added", "-": "removed", "@": "place"}
    return [{"mark": marks.get(line[:1], "same"), "text": line} for line in list(lines)[2:MOST_LINES]]


def draft_page(actor: Actor, query: Mapping[str, str], text: str = "") -> dict[str, Any]:
    """The editor, filled with the text given, or with the version a draft starts from."""
    start = query.get("from", "")
    is_number = start.isascii() and start.isdecimal() and len(start) < 19
    known = PolicyVersion.objects.filter(pk=int(start)).first() if is_number else None
    known = known or PolicyVersion.objects.filter(state=PolicyState.ACTIVE).first()
    return {
        "where": [{"word": "Policies", "url": reverse("policies")}, {"word": "New draft"}],
        "body": text or (known.body if known else ""),
        "refusal": policies.drafting_refusal(actor) or "",
        "from_word": f"Starts from {known}." if known and not text else "",
    }


def checked(text: str, at: datetime, *, try_it: bool = False) -> dict[str, Any]:
    """What a draft would be: the first fault with its place, or what it changes and would have decided."""
    try:
        policy = parse(text)
    except BadDocument as bad:
        return {"fault": f"{bad.path}: {bad.reason}"}
    replaced, implied = backtests.nearest(policy), paging.implied(policy)
    return {
        "fault": "",
        "refusal": paging.refusal_of(policy, implied) or "",
        "alarms": alarm_words.of_policy(policy, implied),
        "scope": policy.scope.name or "the whole desk",
        "replaced": replaced,
        "changes": _changes(replaced, policy),
        **(trials.of_draft(policy, at) if try_it else {}),
    }
