"""A serving system that is not there: a file that remembers where traffic points, and every effect it ever had.

It enforces the fence like the reference service, and can be told to misbehave. Tests and drills run on it; several
processes may use it at once.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from decisions.execution.reach import reach
from decisions.execution.targets import (
    Behaviour,
    Change,
    Fence,
    Overtaken,
    Rejected,
    Served,
    Setting,
    Shares,
    Unreachable,
)
from decisions.models import Service, Split

FENCE = "enforced"

# How a call can go wrong. Before the effect: it says no, or nothing answers. After it: no answer comes, or half of it
# is done. Without it: it says yes. `crash` ends the caller where it stands.
WAYS = {
    "read": ("unreachable", "crash"),
    "probe": ("reject", "unreachable", "crash"),
    "apply": ("reject", "unreachable", "time_out", "half", "lie", "crash"),
}


class Crashed(BaseException):
    """Stands for a process that died at this place: nothing in the product catches it."""


class SimulatedTarget:
    """See the module. All its memory is one JSON file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, *, at: datetime) -> Served:
        with self._world() as world:
            self._misbehave(world, "read")
            return Served(
                split=world["split"],
                behaviour=world["behaviour"],
                settings=world["settings"],
                recorded_settings=world["recorded_settings"],
                versions={name: reason is None for name, reason in world["versions"].items()},
                fence=Fence(*world["pair"]),
                at=at,
            )

    def probe(self, version: str) -> None:
        with self._world() as world:
            self._misbehave(world, "probe")
            reason = world["versions"].get(version, "there is no such version")
        if reason is not None:
            raise Rejected(f"{version} does not load: {reason}.")

    def apply(self, change: Change, fence: Fence) -> None:
        order = {"kind": type(change).__name__.lower(), **_body(change)}
        with self._world() as world:
            way = self._misbehave(world, "apply")
            if world["enforces"]:
                _refuse_late(world, order, fence)
            if way != "lie" and [*world["pair"], world["order"]] != [fence.epoch, fence.token, order]:
                _set(world, change, half=way == "half")
                world["pair"], world["order"] = [fence.epoch, fence.token], order
                world["effects"].append({**order, "epoch": fence.epoch, "token": fence.token})
        reach("request_sent")
        if way == "time_out":
            raise Unreachable("The simulated target did not answer.")
        reach("response_read")

    @property
    def effects(self) -> list[dict[str, Any]]:
        """Every order that changed something, oldest first, as the target itself wrote it down."""
        with self._world() as world:
            return list(world["effects"])

    def change(self, **fields: Any) -> None:
        """Set what is served behind everybody's back: split, behaviour, settings, versions, pair, enforces."""
        with self._world() as world:
            world.update(fields)

    def misbehave(self, call: str, way: str, *, times: int = 1, after: int = 0) -> None:
        """From the call numbered `after` (0 is the next) on, let `times` calls of read, probe or apply go wrong."""
        if way not in WAYS[call]:
            raise ValueError(f"There is no way {way!r} to {call} wrongly; there are {', '.join(WAYS[call])}.")
        with self._world() as world:
            start = world["calls"].get(call, 0) + after
            world["faults"].append({"call": call, "way": way, "from": start, "to": start + times})

    def _misbehave(self, world: dict[str, Any], call: str) -> str | None:
        number = world["calls"].get(call, 0)
        world["calls"][call] = number + 1
        faults = (each for each in world["faults"] if each["call"] == call)
        way = next((each["way"] for each in faults if each["from"] <= number < each["to"]), None)
        if way == "crash":
            self._write(world)
            raise Crashed(f"at {call} {number}")
        if way == "reject":
            raise Rejected("The simulated target says no.")
        if way == "unreachable":
            raise Unreachable("The simulated target did not answer.")
        return way

    @contextmanager
    def _world(self) -> Iterator[dict[str, Any]]:
        with self._path.open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            world = json.loads(self._path.read_text())
            try:
                yield world
            finally:
                self._write(world)

    def _write(self, world: Mapping[str, Any]) -> None:
        # In place, so that the lock stays on the file that everybody opens.
        self._path.write_text(json.dumps(world))


def of(service: Service) -> SimulatedTarget:
    """The simulated target of a service. At first it serves what the desk last saw, and every version loads."""
    path = _folder() / f"{service.name}.json"
    if not path.exists():
        made_of(service)
    return SimulatedTarget(path)


def made_of(service: Service) -> SimulatedTarget:
    """The simulated target of a service, begun anew."""
    served = Split.objects.filter(service=service, kind=Split.SERVED).first()
    path = _folder() / f"{service.name}.json"
    world = {
        "split": served.shares if served else {},
        "behaviour": served.behaviour if served else "serve",
        "settings": served.settings if served else {},
        "recorded_settings": served.settings if served else {},
        "versions": dict.fromkeys(service.versions.values_list("name", flat=True)),
        "pair": [served.epoch if served else 0, 0],
        "order": None,
        "enforces": True,
        "effects": [],
        "faults": [],
        "calls": {},
    }
    path.write_text(json.dumps(world))
    return SimulatedTarget(path)


def _folder() -> Path:
    folder = Path(settings.DATA_DIR) / "simulated"
    folder.mkdir(exist_ok=True)
    return folder


def _body(change: Change) -> dict[str, Any]:
    match change:
        case Shares(split):
            return {"split": dict(split)}
        case Setting(name, value):
            return {"name": name, "value": value}
        case Behaviour(behaviour):
            return {"behaviour": behaviour}


def _refuse_late(world: Mapping[str, Any], order: Mapping[str, Any], fence: Fence) -> None:
    epoch, token = world["pair"]
    late = (fence.epoch, fence.token) < (epoch, token)
    other = (fence.epoch, fence.token) == (epoch, token) and world["order"] not in (None, order)
    if late or other:
        raise Overtaken(f"The pair ({epoch}, {token}) is in force.", epoch=epoch, token=token)


def _set(world: dict[str, Any], change: Change, *, half: bool) -> None:
    match change:
        case Shares(split) if half:
            names = split.keys() | world["split"].keys()
            world["split"] = {name: (split.get(name, 0) + world["split"].get(name, 0)) / 2 for name in names}
        case Shares(split):
            world["split"] = dict(split)
        case Setting(name, value):
            world["settings"] = {**world["settings"], name: value}
        case Behaviour(behaviour):
            world["behaviour"] = behaviour
