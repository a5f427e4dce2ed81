"""Where a policy version stands: who stands behind it, and what a person may do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from decisions import people
from decisions.assessment import backtests, policies, withdrawals
from decisions.assessment.policies import Seen
from decisions.domain.actors import Actor
from decisions.models import PolicyVersion
from decisions.models.policy_version import PolicyState
from decisions.web.words import moment, short_digest

STATE_WORDS = {"draft": "Draft", "proposed": "Proposed", "active": "In force", "retired": "Retired"}
OPEN = (PolicyState.DRAFT, PolicyState.PROPOSED)


def of(version: PolicyVersion, actor: Actor) -> dict[str, Any]:
    """The live part of a version's page."""
    named = people.names({version.drafted_by, version.signed_by, version.withdrawal_by} - {""})
    then = withdrawals.wider(version) if version.state == PolicyState.ACTIVE and version.scope != "desk" else None
    return {
        "version": version,
        "where": [{"word": "Policies", "url": reverse("policies")}, {"word": str(version)}],
        "word": STATE_WORDS[version.state],
        "scope": scope_words(version),
        "facts": _facts(version, named),
        "acts": [*_acts(version, actor), *_withdrawing(version, actor, then)],
        "withdrawal": _withdrawal(version, named, then),
        "may_draft": policies.drafting_refusal(actor) is None,
    }


def scope_words(version: PolicyVersion) -> str:
    """What a policy is for."""
    return {"desk": "the whole desk", "tier": f"tier {version.scope_name}"}.get(version.scope, version.scope_name)


def _acts(version: PolicyVersion, actor: Actor) -> list[dict[str, Any]]:
    """What can be done with a version that is open, each with the sentence that stops this person, if one does."""
    found = []
    if version.state == PolicyState.DRAFT:
        stop = policies.proposal_refusal(actor, version)
        found.append(_act("Propose it for sign-off", "policy-propose", stop))
    if version.state == PolicyState.PROPOSED:
        stop = policies.sign_off_refusal(actor, version)
        beside = backtests.nearest(policies.parsed(version))
        found.append(_act("Sign it off: put it in force", "policy-sign-off", stop, seen=Seen.of(version, beside)))
    if version.state in OPEN and policies.drafting_refusal(actor) is None:
        found.append(_act("Drop it", "policy-drop", None, kind="plain"))
    return found


def _withdrawing(version: PolicyVersion, actor: Actor, then: PolicyVersion | None) -> list[dict[str, Any]]:
    """The same for the withdrawal of one that is in force, for those who own policies."""
    if then is None or policies.drafting_refusal(actor) is not None:
        return []
    if not version.withdrawal_by:
        stop = withdrawals.proposal_refusal(actor, version)
        return [_act("Propose to withdraw it", "policy-withdraw", stop, kind="plain")]
    stop = withdrawals.sign_off_refusal(actor, version)
    word = f"Sign off: withdraw it, {then} holds"
    return [
        _act(word, "policy-withdrawal-sign-off", stop, seen=Seen.of(version, then)),
        _act("Keep it in force", "policy-keep", None, kind="plain"),
    ]


def _act(word: str, url: str, stop: str | None, *, kind: str = "primary", seen: Seen | None = None) -> dict[str, Any]:
    return {"word": word, "url": url, "kind": kind, "stop": stop or "", "seen": seen}


def _withdrawal(version: PolicyVersion, named: Mapping[str, str], then: PolicyVersion | None) -> str:
    """What is proposed while it is in force, and what would hold then."""
    if then is None or not version.withdrawal_by:
        return ""
    when = moment(version.withdrawal_at)
    return (
        f"{named[version.withdrawal_by]} proposed it, {when}. It is in force until another owner signs; then {then} is."
    )


def _facts(version: PolicyVersion, named: Mapping[str, str]) -> list[dict[str, Any]]:
    signed = f"{named[version.signed_by]}, {moment(version.activated_at)}" if version.signed_by else "nobody yet"
    return [
        {"name": "For", "value": scope_words(version)},
        {"name": "Drafted by", "value": f"{named[version.drafted_by]}, {moment(version.drafted_at)}"},
        {"name": "Signed off by", "value": signed},
        {"name": "Digest", "value": short_digest(version.digest), "code": True},
    ]
