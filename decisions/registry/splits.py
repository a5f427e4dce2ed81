"""What a service was told to serve and what it was seen to serve, one row for each change. "Live at T" is the last row
not after T.

A state is what a plan calls one: `{"split": {version: share}, "behaviour": word, "settings": {name: text}}`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from decisions import journal
from decisions.domain.actors import DESK, Actor
from decisions.domain.events import Event
from decisions.models import Service, Split

State = Mapping[str, Any]

# Shares travel through JSON and other people's arithmetic.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Live:
    """What was desired and what was served at a moment; None where nothing had been recorded by then."""

    desired: Split | None
    served: Split | None

    @property
    def drifts(self) -> bool:
        """What is served is known and is not what was asked for."""
        if self.desired is None or self.served is None:
            return False
        return not fulfils(state_of(self.served), state_of(self.desired))


def live_at(service: Service, at: datetime) -> Live:
    """What was live at `at`."""
    return Live(
        desired=Split.objects.last_before(service, Split.DESIRED, at),
        served=Split.objects.last_before(service, Split.SERVED, at),
    )


def latest(service: Service) -> Live:
    """What was last recorded, whatever any clock says."""
    rows = Split.objects.filter(service=service)
    return Live(desired=rows.filter(kind=Split.DESIRED).first(), served=rows.filter(kind=Split.SERVED).first())


def state_of(split: Split) -> dict[str, Any]:
    return {"split": split.shares, "behaviour": split.behaviour, "settings": split.settings}


def fulfils(served: State, wanted: State) -> bool:
    """Whether `served` is all that `wanted` asks for.

    A share of zero is the same as none. Only the settings that `wanted` names are compared, as numbers where both are.
    """
    return (
        served["behaviour"] == wanted["behaviour"]
        and has_shares(served["split"], wanted["split"])
        and all(is_set(served["settings"].get(name), value) for name, value in wanted["settings"].items())
    )


def has_shares(served: Mapping[str, float], wanted: Mapping[str, float]) -> bool:
    return all(
        abs(served.get(name, 0.0) - wanted.get(name, 0.0)) <= _TOLERANCE for name in served.keys() | wanted.keys()
    )


def is_set(served: str | None, wanted: str) -> bool:
    if served is None or served == wanted:
        return served == wanted
    try:
        return float(served) == float(wanted)
    except ValueError:
        return False


def record_desired(
    service: Service,
    state: State,
    *,
    actor: Actor,
    epoch: int,
    at: datetime,
    evidence: Mapping[str, Any] | None = None,
) -> Split:
    """Append what the service is told to serve from `at` on; nothing when it was told so already."""
    with journal.act(actor, at=at) as act:
        last = _last(service, Split.DESIRED)
        if last is not None and _is_alike(last, state, epoch):
            return last
        return _append(act, service, Split.DESIRED, state, epoch, at, evidence)


def record_served(
    service: Service, state: State, *, epoch: int, at: datetime, evidence: Mapping[str, Any] | None = None
) -> Split:
    """Write down what the service was seen to serve by a reading that began at `at`.

    The same as before only refreshes `seen_at` and the evidence. A reading that began before the last recorded one
    is late and is dropped, so that a slow look never undoes a newer one.

    Args:
        evidence: what else the reading said: `versions` (name: whether it loads), `recorded_settings`, `token`.
    """
    with journal.act(DESK, at=at) as act:
        last = _last(service, Split.SERVED)
        if last is not None and (last.seen_at or last.at) > at:
            return last
        if last is not None and _is_alike(last, state, epoch):
            last.seen_at, last.evidence = at, dict(evidence or last.evidence)
            last.save(update_fields=["seen_at", "evidence"])
            return last
        return _append(act, service, Split.SERVED, state, epoch, at, evidence)


def _last(service: Service, kind: str) -> Split | None:
    # Held until the act ends, so that two writers see each other's row. Its key stays free for foreign keys.
    Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    return Split.objects.filter(service=service, kind=kind).first()


def _is_alike(last: Split, state: State, epoch: int) -> bool:
    old, new = dict(last.settings), dict(state["settings"])
    return (
        last.epoch == epoch
        and last.behaviour == state["behaviour"]
        and has_shares(last.shares, state["split"])
        and old.keys() == new.keys()
        and all(is_set(old[name], new[name]) for name in new)
    )


def _append(
    act: journal.Act,
    service: Service,
    kind: str,
    state: State,
    epoch: int,
    at: datetime,
    evidence: Mapping[str, Any] | None,
) -> Split:
    split = Split.objects.create(
        service=service,
        kind=kind,
        at=at,
        epoch=epoch,
        shares=dict(state["split"]),
        behaviour=state["behaviour"],
        settings=dict(state["settings"]),
        evidence=dict(evidence or {}),
        seen_at=at if kind == Split.SERVED else None,
    )
    act.note(Event.SPLIT_CHANGED, about=service, kind=kind, words=split.words, epoch=epoch, **state_of(split))
    return split
