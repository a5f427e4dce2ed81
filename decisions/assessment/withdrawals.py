"""Withdrawing the policy of a service or tier in favour of the wider one: one policy owner proposes, another signs."""

from __future__ import annotations

from datetime import datetime

from decisions import journal
from decisions.assessment import paging, policies
from decisions.assessment.policies import Seen
from decisions.domain.actors import Actor, Role
from decisions.domain.events import Event
from decisions.domain.refusals import Refused, refuse
from decisions.models import PolicyVersion, Service
from decisions.models.policy_version import PolicyState


def wider(version: PolicyVersion) -> PolicyVersion | None:
    """The policy that would hold once this one is withdrawn: its service's tier's, else the desk's."""
    wanted = [("desk", "")]
    if version.scope == "service":
        tiers = Service.objects.filter(name=version.scope_name).values_list("tier", flat=True)
        wanted = [*(("tier", tier) for tier in tiers), *wanted]
    active = PolicyVersion.objects.filter(state=PolicyState.ACTIVE).exclude(pk=version.pk)
    found = (active.filter(scope=scope, scope_name=name).first() for scope, name in wanted)
    return next((each for each in found if each is not None), None)


def propose(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Ask another policy owner to withdraw a policy. It stays in force until one has signed.

    Raises:
        Refused: the actor owns no policies, or this one cannot be withdrawn.
    """
    refuse(proposal_refusal(actor, version))
    with journal.act(actor, at=at) as act:
        _mark(version, "", by=actor.key, at=at)
        act.note(Event.POLICY_WITHDRAWAL_PROPOSED, about=version, **policies.facts(version))


def drop(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Take the proposal back; the policy goes on being in force.

    Raises:
        Refused: the actor owns no policies, or nobody has proposed it.
    """
    refuse(policies.drafting_refusal(actor) or _unproposed(version))
    with journal.act(actor, at=at) as act:
        _mark(version, version.withdrawal_by, by="", at=None)
        act.note(Event.POLICY_WITHDRAWAL_DROPPED, about=version, **policies.facts(version))


def sign_off(version: PolicyVersion, *, seen: Seen, actor: Actor, at: datetime) -> None:
    """Withdraw a policy; from this moment the wider one holds.

    Raises:
        Refused: the actor may not sign it, nobody has proposed it, the wider policy is not the one that was seen, or
            it would page too often for nothing where it would hold from now on.
    """
    refuse(sign_off_refusal(actor, version))
    with journal.act(actor, at=at) as act:
        then = wider(version)
        refuse(policies.moved_on(seen, version, then))
        version.move(PolicyState.ACTIVE, PolicyState.RETIRED, retired_at=at)
        act.note(Event.POLICY_WITHDRAWN, about=version, then=str(then), **policies.facts(version))


def proposal_refusal(actor: Actor, version: PolicyVersion) -> str | None:
    """Why this actor may not propose to withdraw this version, or None when they may."""
    if (sentence := policies.drafting_refusal(actor)) is not None:
        return sentence
    if version.state != PolicyState.ACTIVE:
        return f"This policy is {version.state}; only one that is in force can be withdrawn."
    if version.scope == "desk":
        return "The desk's own policy cannot be withdrawn, only replaced: nothing wider would hold."
    if version.withdrawal_by:
        return "It is proposed already that this policy be withdrawn."
    return _unheld(version)


def sign_off_refusal(actor: Actor, version: PolicyVersion) -> str | None:
    """Why this actor may not sign the withdrawal of this version, or None when they may."""
    if not actor.is_person or not actor.may(Role.POLICY_OWNER):
        return "Only a policy owner can sign the withdrawal of a policy."
    if (sentence := _unproposed(version)) is not None:
        return sentence
    if version.withdrawal_by == actor.key:
        return "You proposed this withdrawal yourself. Another policy owner must sign it."
    return _unheld(version)


def _unproposed(version: PolicyVersion) -> str | None:
    if version.state != PolicyState.ACTIVE:
        return f"This policy is {version.state} already."
    return None if version.withdrawal_by else "Nobody proposes that this policy be withdrawn."


def _unheld(version: PolicyVersion) -> str | None:
    """Why the wider policy could not take over, or None when it could."""
    then = wider(version)
    if then is None:
        return "No wider policy is in force that could take over. Draft one first."
    return paging.refusal(policies.parsed(then), without=version)


def _mark(version: PolicyVersion, origin: str, *, by: str, at: datetime | None) -> None:
    """Set who proposes the withdrawal where that still is `origin`, one winner for each step."""
    held = PolicyVersion.objects.filter(pk=version.pk, state=PolicyState.ACTIVE, withdrawal_by=origin)
    if held.update(withdrawal_by=by, withdrawal_at=at) != 1:
        raise Refused(f"Somebody else was quicker: {version} has moved on. Look again.")
    version.withdrawal_by, version.withdrawal_at = by, at
