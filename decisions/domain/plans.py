"""The plan: the exact steps for one option, and the digest that an approval binds to.

What runs is what was approved: every field here is part of the digest, and a run is refused when any differs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from decisions.domain import documents
from decisions.domain.amounts import number as reported
from decisions.domain.bound_checks import Check
from decisions.domain.canonical import BadDocument, canonical, digest_of, load, refuse_unfit
from decisions.domain.evidence import Snapshot
from decisions.domain.options import DISABLE, HOLD
from decisions.domain.playbooks import Playbook
from decisions.domain.policy import Policy
from decisions.domain.times import moment
from decisions.domain.wording import listed, minutes_in_words, percent

SCHEMA = "rollback-desk/plan/1"


@dataclass(frozen=True)
class Step:
    """One step: its name, what it does as a sentence, and for a watch how many seconds."""

    step: str
    says: str
    seconds: float | None


@dataclass(frozen=True)
class State:
    """What is served: shares by version, behaviour, and the settings that the plan touches."""

    split: Mapping[str, float]
    behaviour: str
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """A checked plan; `document` is its JSON value and `digest` the SHA-256 of the canonical form of that."""

    service: str
    target: str
    kind: str
    option: str
    before: State
    goal: State
    steps: tuple[Step, ...]
    epoch: int
    requester: str
    not_after: datetime
    document: Mapping[str, Any]

    @property
    def canonical(self) -> bytes:
        return canonical(self.document)

    @property
    def digest(self) -> str:
        return digest_of(self.canonical)

    @property
    def watch_seconds(self) -> float:
        """How long the outcome is watched; 0 when the playbook has no watch."""
        return next((step.seconds or 0.0 for step in self.steps if step.step == "watch"), 0.0)


def build(
    option: Mapping[str, Any],
    snapshot: Snapshot,
    policy: Policy,
    *,
    number: int,
    requester: str,
    not_after: datetime,
    checks: Iterable[Check] = (),
) -> Plan:
    """The plan for an option as `engine.assess` reports it.

    Args:
        number: the version number of the policy.
        requester: key of the actor who asks.
        not_after: moment (aware, UTC) from which the plan may no longer be started.

    Raises:
        BadDocument: the option is to hold, which needs no plan.
    """
    if option["kind"] == HOLD:
        raise BadDocument("$.kind", "to hold needs no plan")
    playbook = policy.playbooks[option["kind"]]
    return from_document(
        {
            "schema": SCHEMA,
            "service": snapshot.service,
            "target": snapshot.target,
            "kind": option["kind"],
            "option": option["key"],
            "from": _before(option, snapshot),
            "to": option["to"],
            "steps": [_step(name, option, playbook) for name in playbook.steps],
            "bounds": [_bound(check) for check in checks],
            "evidence": snapshot.digest,
            "policy": {"id": policy.id, "number": number, "digest": policy.digest},
            "epoch": snapshot.epoch,
            "requester": requester,
            "not_after": not_after.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
    )


def from_document(found: Any) -> Plan:
    """A plan from its JSON value, as stored or as handed to a worker.

    Raises:
        BadDocument: it is not a plan.
    """
    refuse_unfit(found)
    documents.check(found, "plan")
    return Plan(
        service=found["service"],
        target=found["target"],
        kind=found["kind"],
        option=found["option"],
        before=State(**found["from"]),
        goal=State(**found["to"]),
        steps=tuple(Step(each["step"], each["says"], each.get("seconds")) for each in found["steps"]),
        epoch=found["epoch"],
        requester=found["requester"],
        not_after=moment(found["not_after"], "$.not_after"),
        document=found,
    )


def read(data: str | bytes) -> Plan:
    """A plan from JSON text. Raises BadDocument."""
    return from_document(load(data))


def changed_fields(one: Plan, other: Plan) -> tuple[str, ...]:
    """The top-level fields in which two plans differ, sorted."""
    names = sorted({*one.document, *other.document})
    return tuple(name for name in names if canonical(one.document.get(name)) != canonical(other.document.get(name)))


def share_moved(plan: Mapping[str, Any]) -> float:
    """The share of the traffic that changes hands by a plan, 0 to 1; all of it when a fallback takes over."""
    old, new = plan["from"], plan["to"]
    if new["behaviour"] != old["behaviour"]:
        return 1.0
    return math.fsum(max(share - old["split"].get(name, 0.0), 0.0) for name, share in new["split"].items())


def _before(option: Mapping[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    touched = option["to"]["settings"]
    return {
        "split": dict(snapshot.split),
        "behaviour": snapshot.behaviour,
        "settings": {each.name: each.now for each in snapshot.settings if each.name in touched},
    }


def _step(name: str, option: Mapping[str, Any], playbook: Playbook) -> dict[str, Any]:
    says = _SAYS[name](option, playbook)
    return {"step": name, "says": says, **({"seconds": playbook.watch_seconds} if name == "watch" else {})}


def _switch(option: Mapping[str, Any], playbook: Playbook) -> str:
    return f"Send all traffic to {option['version']}."


def _shift(option: Mapping[str, Any], playbook: Playbook) -> str:
    version = option["version"]
    return f"Send {percent(option['to']['split'][version])} of the traffic to {version}."


def _restore(option: Mapping[str, Any], playbook: Playbook) -> str:
    wanted = option["to"]["settings"]
    return f"Set {listed([f'{name} to {value}' for name, value in sorted(wanted.items())])}."


def _disable(option: Mapping[str, Any], playbook: Playbook) -> str:
    return f"Take the model out; the behaviour becomes {option['to']['behaviour']}."


def _read_back(option: Mapping[str, Any], playbook: Playbook) -> str:
    what = "that the model is out" if option["kind"] == DISABLE else "what is served now"
    return f"Read back {what}, from the serving target itself."


_SAYS: dict[str, Callable[[Mapping[str, Any], Playbook], str]] = {
    "check": lambda option, playbook: "Check the kill switch, the bounds and the approvals again.",
    "precheck": lambda option, playbook: f"Check that {option['version']} loads and answers.",
    "switch": _switch,
    "shift": _shift,
    "restore": _restore,
    "disable": _disable,
    "read_back": _read_back,
    "watch": lambda option, playbook: (
        f"Watch for {minutes_in_words(playbook.watch_seconds / 60)}: {playbook.validation.how}"
    ),
}


def _bound(check: Check) -> dict[str, Any]:
    def shown(value: float | str | None) -> float | str | None:
        return value if isinstance(value, str) else reported(value)

    return {
        "name": check.name,
        "label": check.label,
        "state": check.state,
        "number": shown(check.number),
        "bound": shown(check.bound),
        "unit": check.unit,
    }
