"""Opening incidents and what people do with them: one for a service, however many of its levels break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from decisions import journal
from decisions.domain.actors import DESK, Actor, Role, response_refusal
from decisions.domain.events import Event
from decisions.domain.incidents import Severity, State, action_refusal
from decisions.domain.refusals import Refused, refuse
from decisions.domain.versions import Tier
from decisions.models import Incident, Service, ServiceLevel, Split
from decisions.monitoring import budgets
from decisions.monitoring.budgets import Burned
from decisions.monitoring.levels import Turned
from decisions.monitoring.wording import in_unit

REPORT = "report"
_BAD = frozenset({Event.LEVEL_BROKEN, Event.BURN_STARTED})
_SEVERITY = {Tier.LOW: Severity.MEDIUM, Tier.STANDARD: Severity.MEDIUM, Tier.HIGH: Severity.HIGH}


def follow(turned: Iterable[Turned], burned: Iterable[Burned], at: datetime) -> None:
    """Open an incident for each service that has none and something bad, and write down what broke, burns and healed.

    A level that goes to and fro opens what it must each time and is written down so many times an hour.
    """
    turned, burned = list(turned), list(burned)
    began = [turn.level for turn in turned if turn.began] + [burn.level for burn in burned if burn.began]
    with journal.act(DESK, at=at) as act:
        _open_where_none(dict.fromkeys(began), at)
        for turn in turned:
            if turn.flips:
                more = {"flips": turn.flips} if turn.flips > 1 else {}
                _note(act, Event.LEVEL_BROKEN if turn.level.is_broken else Event.LEVEL_HEALED, turn.level, more)
        for burn in burned:
            _note(act, Event.BURN_STARTED if burn.began else Event.BURN_ENDED, burn.level, {})


def _open_where_none(began: Iterable[ServiceLevel], at: datetime) -> None:
    levels_of: dict[Service, list[ServiceLevel]] = defaultdict(list)
    for level in began:
        levels_of[level.indicator.service].append(level)
    for service, levels in levels_of.items():
        if not Incident.objects.active().filter(service=service).exists():
            open_for(service, trigger(service, levels, at), title=title(levels[0]), actor=DESK, at=at)


def _note(act: journal.Act, event: Event, level: ServiceLevel, more: Mapping[str, Any]) -> None:
    """What is bad is about the incident, so that it is assessed again; what got well is about the service."""
    service = level.indicator.service
    incident = Incident.objects.active().filter(service=service).first() if event in _BAD else None
    act.note(event, about=incident or service, **_facts(level), **more)


def open_for(
    service: Service, trigger: Mapping[str, Any], *, title: str, actor: Actor, at: datetime, kind: str = "level"
) -> Incident:
    """Open an incident with its trigger frozen, or answer the one that is open already."""
    with journal.act(actor, at=at) as act:
        try:
            with transaction.atomic():
                incident = Incident.objects.create(
                    service=service,
                    kind=kind,
                    title=title,
                    severity=_SEVERITY[Tier(service.tier)],
                    trigger=dict(trigger),
                    opened_at=at,
                    opened_by=actor.key,
                )
        except IntegrityError:
            # Somebody opened one in this very moment. If it is closed again by now, there is nothing left to open.
            return Incident.objects.filter(service=service).latest("opened_at", "pk")
        act.note(Event.INCIDENT_OPENED, about=incident, title=title, trigger=incident.trigger)
    return incident


def resolve(incident: Incident, *, actor: Actor, at: datetime) -> None:
    """Close an incident. A lost race is no fault: somebody else moved it first."""
    try:
        with journal.act(actor, at=at) as act:
            incident.move(State(incident.state), State.RESOLVED, resolved_at=at, levels_healed_at=at)
            act.note(Event.INCIDENT_RESOLVED, about=incident, open_seconds=(at - incident.opened_at).total_seconds())
    except Refused:
        return


def trigger(service: Service, levels: Iterable[ServiceLevel], at: datetime) -> dict[str, Any]:
    """What is true at the moment of opening, frozen: the broken levels with their numbers, and what was served."""
    served = Split.objects.last_before(service, Split.SERVED, at)
    return {
        "at": at.isoformat(),
        "levels": [_facts(level) for level in levels],
        "served": {"shares": served.shares, "behaviour": served.behaviour} if served else {},
    }


def title(level: ServiceLevel) -> str:
    """The incident in one line: what is measured, how bad it is, and what is allowed."""
    indicator = level.indicator
    if level.is_burning and not level.is_broken:
        rate = budgets.page(level)["rate"]
        return f"{indicator.title} burns its error budget {rate:.3g} times as fast as it may"
    allowed = "at most" if level.bound == "at_most" else "at least"
    value = in_unit(level.value, indicator.unit)
    return f"{indicator.title} is {value}, {allowed} {in_unit(level.target, indicator.unit)} is allowed"


def _facts(level: ServiceLevel) -> dict[str, Any]:
    return {
        "indicator": level.indicator.name,
        "title": level.indicator.title,
        "unit": level.indicator.unit,
        "bound": level.bound,
        "target": level.target,
        "breaks_at": level.rule().breaks_at,
        "value": level.value,
        "n": level.n,
        "window_seconds": level.window_seconds,
        **({"burn": budgets.page(level)} if level.is_burning else {}),
    }


def take(incident: Incident, *, actor: Actor, at: datetime) -> None:
    """Say that this person looks after the incident.

    Raises:
        Refused: not a responder, or somebody took it already.
    """
    refuse(response_refusal(actor))
    refuse(action_refusal(State(incident.state)))
    with journal.act(actor, at=at) as act:
        taken = Incident.objects.filter(pk=incident.pk, taken_by="").update(taken_by=actor.key, taken_at=at)
        if not taken:
            incident.refresh_from_db()
            raise Refused(f"{incident} was taken at {incident.taken_at:%H:%M:%S} UTC already.")
        act.note(Event.INCIDENT_TAKEN, about=incident)


def note_refusal(actor: Actor) -> str | None:
    """Why this actor may not add a remark, or None when they may."""
    if actor.may(Role.RESPONDER, Role.APPROVER):
        return None
    return "Only responders and approvers can add remarks."


def note(incident: Incident, text: str, *, actor: Actor, at: datetime) -> None:
    """Add a remark of a person to what happened.

    Raises:
        Refused: the actor may only watch, or there is no text.
    """
    refuse(note_refusal(actor))
    if not text.strip():
        raise Refused("Write a sentence first.")
    with journal.act(actor, at=at) as act:
        act.note(Event.INCIDENT_NOTED, about=incident, text=text.strip()[:1000])


def report(service: Service, title: str, *, actor: Actor, at: datetime) -> Incident:
    """Open an incident because a person says so; the one that is open already is answered instead.

    Raises:
        Refused: the actor may only watch, or there is no sentence.
    """
    refuse(response_refusal(actor))
    if len(title.strip()) < 5:
        raise Refused("Say in one sentence what is wrong.")
    return open_for(service, trigger(service, [], at), title=title.strip()[:300], actor=actor, at=at, kind=REPORT)
