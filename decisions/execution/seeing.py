"""Reading a target and writing down what it serves."""

from __future__ import annotations

from decisions import journal
from decisions.domain.events import Event
from decisions.domain.runs import EXCLUSIVE
from decisions.execution import orders
from decisions.execution.targets import Served
from decisions.models import Entry, Run, Service, Split
from decisions.registry import deployments, splits

BY_ANOTHER_HAND = "Changed at the serving side, not by the desk"


def write_down(service: Service, served: Served) -> Split:
    """Record what a reading said. Call inside an act."""
    return splits.record_served(service, served.state, epoch=served.epoch, at=served.at, evidence=evidence(served))


def evidence(served: Served) -> dict[str, object]:
    """What the other rooms look up beside the shares."""
    return {
        "token": served.token,
        "versions": dict(served.versions),
        "recorded_settings": dict(served.recorded_settings),
    }


def follow(act: journal.Act, service: Service) -> bool:
    """Bring the deployments in step with what is served, and journal what is not as asked for, once for each such pair.

    While a run changes the service, a difference is no drift and the run keeps the deployments. Call inside an act,
    after `write_down`. Answers whether there is new drift.
    """
    live = splits.latest(service)
    if live.served is None or Run.objects.filter(service=service, state__in=sorted(EXCLUSIVE)).exists():
        return False
    deployments.record(service, live.served.shares, actor=act.actor, at=live.served.at, reason=BY_ANOTHER_HAND)
    if not live.drifts or live.desired is None:
        return False
    pair = {"desired": live.desired.pk, "served": live.served.pk}
    last = Entry.objects.filter(event=Event.DRIFT_FOUND, service=service.name).last()
    if last is not None and {key: last.facts().get(key) for key in pair} == pair:
        return False
    act.note(Event.DRIFT_FOUND, about=service, **pair, sentence=_said(service, live.desired, live.served))
    return True


def _said(service: Service, desired: Split, served: Split) -> str:
    wanted, now = splits.state_of(desired), splits.state_of(served)
    named = [name for name, value in wanted["settings"].items() if not splits.is_set(now["settings"].get(name), value)]
    return f"{orders.serving(service, now, named)}. Wanted: {orders.words(wanted, named)}."
