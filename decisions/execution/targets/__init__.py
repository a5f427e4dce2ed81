"""Serving systems we can act on: one small port, the real adapters and a simulated one beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from decisions.domain.refusals import Refused
from decisions.models import Service


class Unreachable(Exception):
    """No clear answer came: what was asked may or may not have happened. `str()` is a sentence."""


class Rejected(Exception):
    """The target understood and said no; nothing changed. `str()` is a sentence."""


class Overtaken(Rejected):
    """A newer pair is in force at the target; nothing changed."""

    def __init__(self, sentence: str, *, epoch: int, token: int) -> None:
        super().__init__(sentence)
        self.epoch = epoch
        self.token = token


@dataclass(frozen=True, order=True)
class Fence:
    """The pair that goes with every change: the kill switch's epoch first, then the run's token."""

    epoch: int
    token: int


@dataclass(frozen=True)
class Shares:
    """Set all traffic shares, fractions by version."""

    split: Mapping[str, float]


@dataclass(frozen=True)
class Setting:
    """Set one serving setting. `value` is text, as plans hold it."""

    name: str
    value: str


@dataclass(frozen=True)
class Behaviour:
    """Say who answers: `serve` is the model, `people` and the others are fallbacks."""

    behaviour: str


Change = Shares | Setting | Behaviour


@dataclass(frozen=True)
class Served:
    """What a target said it serves, read by a call that began at `at`.

    split: fractions by version. settings, recorded_settings: text by name, as in force and as they were shipped.
    versions: whether each version that the target knows would load. fence: the pair in force there.
    """

    split: Mapping[str, float]
    behaviour: str
    settings: Mapping[str, str]
    recorded_settings: Mapping[str, str]
    versions: Mapping[str, bool]
    fence: Fence
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def epoch(self) -> int:
        return self.fence.epoch

    @property
    def token(self) -> int:
        return self.fence.token

    @property
    def state(self) -> dict[str, Any]:
        """The state as plans and splits hold it."""
        return {"split": dict(self.split), "behaviour": self.behaviour, "settings": dict(self.settings)}


class Target(Protocol):
    """One service on one serving system.

    Every call ends within a bounded time. None is made inside a transaction.
    """

    def read(self, *, at: datetime) -> Served:
        """What is served now, asked of the serving side itself, never remembered.

        Safe to repeat. `at` is the moment the call begins.

        Raises:
            Unreachable: no answer, or one that cannot be understood.
        """

    def probe(self, version: str) -> None:
        """Return when the version would load. Changes nothing that is served; safe to repeat.

        Raises:
            Rejected: it does not load, or there is no such version; the sentence says why.
            Unreachable: no clear answer.
        """

    def apply(self, change: Change, fence: Fence) -> None:
        """Make one change. It is durable at the target on return, as far as the target can promise that.

        Safe to repeat with the same fence: the same order twice has one effect. A fence older than the one in force
        must be refused where the target can do so (the reference service does); where it cannot, reading back and
        the drift watch are what is left. That an answer came says nothing about what is served: read.

        Raises:
            Overtaken: a newer pair is in force; nothing changed.
            Rejected: the target says no; nothing changed.
            Unreachable: no clear answer. It may have happened, or may still happen.
        """


def of(service: Service) -> Target:
    """The target of a service, by the `kind` in its file.

    Raises:
        Refused: the service has no target that we know.
    """
    from decisions.execution.targets import reference, simulated

    makers: dict[str, Callable[[Service], Target]] = {"reference": reference.of, "simulated": simulated.of}
    kind = service.target.get("kind", "")
    if kind not in makers:
        raise Refused(f"{service} has no serving target, so nothing can be run on it. Name one in its service file.")
    return makers[kind](service)
