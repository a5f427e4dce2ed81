"""Policies as people read them: the shelf, one version with what it allows, and a draft while it is written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.urls import reverse

from decisions import people
from decisions.assessment import backtests, policies
from decisions.domain import changes
from decisions.domain.actors import Actor
from decisions.domain.canonical import BadDocument
from decisions.domain.policy import Policy, parse
from decisions.domain.policy_bounds import Tier
from decisions.models import Incident, PolicyVersion
from decisions.models.policy_version import PolicyState
from decisions.web.words import amount, lasting, percent

MOST_CHANGES = 50
REMEMBERED_SECONDS = 3600
STATE_WORDS = {"draft": "Draft", "proposed": "Proposed", "active": "In force", "retired": "Retired"}
KIND_WORDS = {
    "hold": "hold",
    "stabilise": "stabilise",
    "shift_traffic": "shift traffic",
    "roll_back": "roll back",
    "disable": "disable and fall back",
}
START_WORDS = {"person": "a person", "desk": "the desk at once", "desk_after": "the desk, if nobody answers"}


def shelf(actor: Actor) -> dict[str, Any]:
    """Every version by scope, newest first."""
    found = list(PolicyVersion.objects.all())
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


def scope_words(version: PolicyVersion) -> str:
    """What a policy is for."""
    return {"desk": "the whole desk", "tier": f"tier {version.scope_name}"}.get(version.scope, version.scope_name)


def version_page(version: PolicyVersion, actor: Actor, at: datetime) -> dict[str, Any]:
    """One version: who stands behind it, what it allows, its text, and how it differs from the one in force."""
    policy = policies.parsed(version)
    named = people.names({version.drafted_by, version.signed_by} - {""})
    in_force = backtests.nearest(policy)
    return {
        "version": version,
        "where": [{"word": "Policies", "url": reverse("policies")}, {"word": str(version)}],
        "word": STATE_WORDS[version.state],
        "scope": scope_words(version),
        "facts": _facts(version, named),
        "tiers": [_tier(tier, policy.currency) for tier in policy.tiers.values()],
        "playbooks": [_playbook(playbook) for playbook in policy.playbooks.values()],
        "margins": _margins(policy, at),
        "diff": diff(in_force.body, version.body) if in_force and in_force.pk != version.pk else [],
        "changes": _changes(in_force, policy),
        "compared": str(in_force) if in_force and in_force.pk != version.pk else "",
        "propose_refusal": policies.proposal_refusal(actor, version),
        "sign_refusal": policies.sign_off_refusal(actor, version),
        "draft_refusal": policies.drafting_refusal(actor),
        "is_open": version.state in (PolicyState.DRAFT, PolicyState.PROPOSED),
    }


def _changes(before: PolicyVersion | None, after: Policy) -> list[str]:
    return changes.between(dict(policies.parsed(before).document), dict(after.document)) if before else []


def backtest(version: PolicyVersion, at: datetime) -> dict[str, Any]:
    """What the version would have decided on past incidents; remembered until there is another incident."""
    policy = policies.parsed(version)
    before = backtests.nearest(policy)
    if before is None or before.pk == version.pk:
        return {"version": version, "backtest": {"cases": [], "incidents": 0}}
    newest = Incident.objects.order_by("-pk").values_list("pk", flat=True).first()
    key = f"backtest-{before.digest}-{version.digest}-{newest}"
    found = cache.get(key)
    if found is None:
        found = backtests.against(policies.parsed(before), policy, at)
        cache.set(key, found, REMEMBERED_SECONDS)
    return {"version": version, "backtest": found}


def _facts(version: PolicyVersion, named: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"name": "Drafted by", "value": named[version.drafted_by]},
        {"name": "Signed off by", "value": named.get(version.signed_by, "nobody yet")},
        {"name": "Digest", "value": version.digest, "code": True},
    ]


def _tier(tier: Tier, currency: str) -> dict[str, Any]:
    bounds = tier.bounds
    rows = [
        ("Options that may run without approval", ", ".join(KIND_WORDS[kind] for kind in sorted(bounds.kinds))),
        ("Target healthy for at least", lasting(bounds.known_good_seconds)),
        ("Share of traffic moved, at most", percent(bounds.share_at_most)),
        ("P(best), at least", f"{bounds.p_best_at_least:g}"),
        ("Regret of the do-nothing loss, at most", percent(bounds.regret_share_at_most, 1)),
        ("CVaR95, at most", amount(str(bounds.tail_at_most), currency)),
        ("Past uses, weighted, at least", f"{bounds.past_uses_at_least:g}"),
        ("Evidence age, at most", lasting(bounds.evidence_seconds)),
        ("Indicators present, at least", percent(bounds.evidence_complete)),
        ("Otherwise approved by", " and ".join(tier.approvals.areas)),
        ("An approval lives for", lasting(tier.approvals.lives_seconds)),
        ("Weight of the tail", f"{tier.tail_weight:g}"),
    ]
    starts = [{"kind": KIND_WORDS[kind], "who": START_WORDS[start.who]} for kind, start in tier.starts.items()]
    return {
        "name": tier.name,
        "note": bounds.note,
        "facts": [{"name": name, "value": value} for name, value in rows],
        "starts": starts,
        "curves": [
            {"category": category, "kind": KIND_WORDS[kind], "knots": _knots(curve, currency)}
            for category, pair in tier.curves.items()
            for kind, curve in pair.items()
        ],
    }


def _knots(curve: Any, currency: str) -> str:
    return " · ".join(
        f"after {lasting(knot.after_seconds)} from {amount(str(knot.severity), currency)}/min" for knot in curve.knots
    )


def _playbook(playbook: Any) -> dict[str, Any]:
    return {
        "kind": KIND_WORDS[playbook.kind].capitalize(),
        "variant": playbook.variant,
        "facts": [
            {"name": "Authorised by", "value": playbook.authorises},
            {"name": "Watched for", "value": lasting(playbook.watch_seconds)},
            {"name": "Valid when", "value": playbook.validation.how},
            {"name": "Validated by", "value": playbook.validation.who},
            {"name": "Repair owned by", "value": playbook.remediation_owner},
        ],
        "steps": [step.replace("_", " ").capitalize() for step in playbook.steps],
    }


def _margins(policy: Policy, at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "indicator": margin.indicator.replace("_", " "),
            "size": percent(margin.size, 1),
            "part": part.allows_for,
            "part_size": percent(part.size, 1),
            "owner": part.owner,
            "reason": part.reason,
            "review": part.review_on,
            "overdue": part.is_overdue(at.date()),
        }
        for margin in policy.margins.values()
        for part in margin.parts
    ]


def diff(before: str, after: str) -> list[dict[str, str]]:
    """The lines that changed between two texts, with three lines around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "in force", "this one", lineterm="", n=3)
    marks = {"+": "added", "-": "removed", "@": "place"}
    return [{"mark": marks.get(line[:1], "same"), "text": line} for line in list(lines)[2:400]]


def draft_page(actor: Actor, query: Mapping[str, str], text: str = "") -> dict[str, Any]:
    """The editor, filled with the text given, or with the version a draft starts from."""
    start = query.get("from", "")
    known = PolicyVersion.objects.filter(pk=int(start)).first() if start.isdecimal() and len(start) < 19 else None
    known = known or PolicyVersion.objects.filter(state=PolicyState.ACTIVE).first()
    return {
        "where": [{"word": "Policies", "url": reverse("policies")}, {"word": "New draft"}],
        "body": text or (known.body if known else ""),
        "refusal": policies.drafting_refusal(actor) or "",
        "check_url": reverse("policy-check"),
    }


def checked(text: str) -> dict[str, Any]:
    """What a draft would be: the first fault with its place, or what it changes."""
    try:
        policy = parse(text)
    except BadDocument as bad:
        return {"fault": f"{bad.path}: {bad.reason}"}
    in_force = backtests.nearest(policy)
    changes = _changes(in_force, policy)
    return {
        "fault": "",
        "compared": str(in_force) if in_force else "",
        "changes": changes[:MOST_CHANGES],
        "more": max(len(changes) - MOST_CHANGES, 0),
    }
