"""Playbooks: for each kind of option who authorises it, in which steps it runs and who says that it worked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.policy_options import ACTING

# The one step of each kind that changes the outside world.
ACTS_BY = {"stabilise": "restore", "shift_traffic": "shift", "roll_back": "switch", "disable": "disable"}


@dataclass(frozen=True)
class Validation:
    """How the state afterwards is judged, and by whom. The watch looks at every level of the service, always."""

    how: str
    who: str


@dataclass(frozen=True)
class Playbook:
    kind: str
    authorises: str
    variant: str
    behaviour: str | None
    steps: tuple[str, ...]
    watch_seconds: float
    validation: Validation
    remediation_owner: str


@dataclass(frozen=True)
class KillSwitch:
    """What serving falls to when the switch is engaged, and what a client does when its lease runs out."""

    behaviour: str
    lease_seconds: float
    when_lease_ends: str


def playbooks(found: Mapping[str, Any]) -> dict[str, Playbook]:
    """Build the four playbooks, refusing one that would not check, not act, or not read back what it did."""
    return {kind: _playbook(kind, found[kind]) for kind in ACTING}


def kill_switch(found: Mapping[str, Any]) -> KillSwitch:
    return KillSwitch(found["behaviour"], float(found["lease_seconds"]), found["when_lease_ends"])


def _playbook(kind: str, found: Mapping[str, Any]) -> Playbook:
    path = f"$.playbooks.{kind}"
    if (kind == "disable") != ("behaviour" in found):
        raise BadDocument(f"{path}.behaviour", "belongs to disable, and is needed there")
    _refuse_steps(kind, found["steps"], f"{path}.steps")
    validation = found["validation"]
    return Playbook(
        kind=kind,
        authorises=found["authorises"],
        variant=found["variant"],
        behaviour=found.get("behaviour"),
        steps=tuple(found["steps"]),
        watch_seconds=float(found["watch_seconds"]),
        validation=Validation(validation["how"], validation["who"]),
        remediation_owner=found["remediation_owner"],
    )


def _refuse_steps(kind: str, steps: list[str], path: str) -> None:
    acting = [step for step in steps if step in ACTS_BY.values()]
    if acting != [ACTS_BY[kind]]:
        raise BadDocument(path, f"must hold {ACTS_BY[kind]} and no other step that acts")
    if steps[0] != "check":
        raise BadDocument(f"{path}[0]", "must be check")
    place = steps.index(ACTS_BY[kind])
    if place + 1 >= len(steps) or steps[place + 1] != "read_back":
        raise BadDocument(path, f"must read back right after {ACTS_BY[kind]}")
    if "precheck" in steps and steps.index("precheck") > place:
        raise BadDocument(path, f"must hold precheck before {ACTS_BY[kind]}")
    if "watch" in steps and steps[-1] != "watch":
        raise BadDocument(path, "must end with watch")
