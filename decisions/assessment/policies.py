"""Policies: drafted by one policy owner, signed off by another, then in force. Bodies never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Max

from decisions import journal
from decisions.assessment import backtests, paging
from decisions.domain import policy as rules
from decisions.domain.actors import DESK, Actor, Role
from decisions.domain.events import Event
from decisions.domain.policy import Policy
from decisions.domain.refusals import Refused, refuse
from decisions.models import PolicyVersion, Service
from decisions.models.policy_version import PolicyState


@lru_cache(maxsize=64)
def _parsed(digest: str, body: str) -> Policy:
    return rules.parse(body)


def parsed(version: PolicyVersion) -> Policy:
    """The policy in a stored version; parsing is remembered by digest."""
    return _parsed(version.digest, version.body)


def in_force(service: Service, at: datetime) -> tuple[PolicyVersion, Policy]:
    """The nearest policy in force for the service at `at`.

    Raises:
        Refused: there is none; nothing can be decided without one.
    """
    version = PolicyVersion.objects.in_force(service, at)
    if version is None:
        raise Refused(f"No policy is in force for {service.name}. A policy owner has to activate one.")
    return version, parsed(version)


def draft(text: str, *, actor: Actor, at: datetime) -> PolicyVersion:
    """Store a new draft. Its scope stands in the document.

    Raises:
        BadDocument: the document breaks its schema or its rules, with the path of the offending key.
        Refused: the actor owns no policies.
    """
    refuse(drafting_refusal(actor))
    policy = rules.parse(text)
    with journal.act(actor, at=at) as act:
        version = PolicyVersion.objects.create(
            scope=policy.scope.kind,
            scope_name=policy.scope.name or "",
            number=_next_number(policy),
            digest=policy.digest,
            title=policy.title,
            body=text,
            drafted_by=actor.key,
            drafted_at=at,
        )
        act.note(Event.POLICY_DRAFTED, about=version, **facts(version))
    return version


def propose(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Put a draft forward for another policy owner to sign.

    Raises:
        Refused: not the draft's author, it is no draft any more, or its thresholds page too often for nothing.
    """
    refuse(proposal_refusal(actor, version))
    with journal.act(actor, at=at) as act:
        version.move(PolicyState.DRAFT, PolicyState.PROPOSED, proposed_at=at)
        act.note(Event.POLICY_PROPOSED, about=version, **facts(version))


@dataclass(frozen=True)
class Seen:
    """What somebody had before them when they signed: the text, and the policy in force beside it.

    digest: of the version's text. beside: digest of the other policy, empty when there was none.
    """

    digest: str
    beside: str

    @classmethod
    def of(cls, version: PolicyVersion, beside: PolicyVersion | None) -> Seen:
        return cls(version.digest, beside.digest if beside else "")


def sign_off(version: PolicyVersion, *, seen: Seen, actor: Actor, at: datetime) -> None:
    """Put a proposed policy in force; the one that was in force for its scope retires in the same moment.

    Raises:
        Refused: the actor may not sign it, it is not proposed any more, it pages too often for nothing, or what they
            saw has moved on: another text, or another policy in force beside it.
    """
    refuse(sign_off_refusal(actor, version))
    with journal.act(actor, at=at):
        refuse(moved_on(seen, version, backtests.nearest(parsed(version))))
        _activate(version, PolicyState.PROPOSED, actor=actor, at=at)


def moved_on(seen: Seen, version: PolicyVersion, beside: PolicyVersion | None) -> str | None:
    """Why a signature given on what was seen does not count any more; None when it does."""
    if seen.digest != version.digest:
        return f"What you read is not {version} as it is stored. Read it again before you sign."
    if seen.beside != (beside.digest if beside else ""):
        now = f"{beside} became active" if beside else "what it was compared with was withdrawn"
        return f"{now[:1].upper()}{now[1:]} meanwhile: compare again before you sign."
    return None


def install(text: str, *, at: datetime) -> PolicyVersion | None:
    """Put the desk's first policy for a scope in force, as the desk itself; None when the scope has one already."""
    policy = rules.parse(text)
    scope = {"scope": policy.scope.kind, "scope_name": policy.scope.name or ""}
    if PolicyVersion.objects.filter(**scope).exists():
        return None
    with journal.act(DESK, at=at) as act:
        version = PolicyVersion.objects.create(
            **scope,
            number=1,
            digest=policy.digest,
            title=policy.title,
            body=text,
            state=PolicyState.PROPOSED,
            drafted_by=DESK.key,
            drafted_at=at,
            proposed_at=at,
        )
        act.note(Event.POLICY_DRAFTED, about=version, **facts(version))
        _activate(version, PolicyState.PROPOSED, actor=DESK, at=at)
    return version


def retire(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Drop a draft or a proposal.

    Raises:
        Refused: the actor owns no policies, or the version is in force or retired.
    """
    refuse(drafting_refusal(actor))
    if version.state not in (PolicyState.DRAFT, PolicyState.PROPOSED):
        raise Refused(f"This policy is {version.state}; only a draft or a proposal can be dropped.")
    with journal.act(actor, at=at) as act:
        version.move(PolicyState(version.state), PolicyState.RETIRED, retired_at=at)
        act.note(Event.POLICY_RETIRED, about=version, **facts(version))


def drafting_refusal(actor: Actor) -> str | None:
    """Why this actor may not draft policies, or None when they may."""
    return None if actor.may(Role.POLICY_OWNER) else "Only a policy owner can draft a policy."


def proposal_refusal(actor: Actor, version: PolicyVersion) -> str | None:
    """Why this actor may not propose this version, or None when they may."""
    if (sentence := drafting_refusal(actor)) is not None:
        return sentence
    if version.state != PolicyState.DRAFT:
        return f"This policy is {version.state}, no draft any more."
    if version.drafted_by != actor.key:
        return "Only the person who drafted this policy can propose it."
    return paging.refusal(parsed(version))


def sign_off_refusal(actor: Actor, version: PolicyVersion) -> str | None:
    """Why this actor may not sign this version off, or None when they may."""
    if not actor.is_person or not actor.may(Role.POLICY_OWNER):
        return "Only a policy owner can sign a policy off."
    if version.drafted_by == actor.key:
        return "You drafted this policy yourself. Another policy owner must sign it off."
    if version.state != PolicyState.PROPOSED:
        return f"This policy is {version.state}; only a proposed one can be signed off."
    return paging.refusal(parsed(version))


def _activate(version: PolicyVersion, origin: PolicyState, *, actor: Actor, at: datetime) -> None:
    scope = {"scope": version.scope, "scope_name": version.scope_name}
    with journal.act(actor, at=at) as act:
        for before in PolicyVersion.objects.filter(state=PolicyState.ACTIVE, **scope):
            before.move(PolicyState.ACTIVE, PolicyState.RETIRED, retired_at=at)
            act.note(Event.POLICY_RETIRED, about=before, **facts(before))
        version.move(origin, PolicyState.ACTIVE, activated_at=at, signed_by=actor.key)
        act.note(Event.POLICY_ACTIVATED, about=version, **facts(version))


def _next_number(policy: Policy) -> int:
    mine = PolicyVersion.objects.filter(scope=policy.scope.kind, scope_name=policy.scope.name or "")
    return int(mine.aggregate(highest=Max("number"))["highest"] or 0) + 1


def facts(version: PolicyVersion) -> dict[str, object]:
    """What the journal says of a version."""
    return {
        "scope": version.scope,
        "scope_name": version.scope_name,
        "number": version.number,
        "digest": version.digest,
    }
