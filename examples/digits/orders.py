"""Orders to a service: what one may say, when its pair of numbers lets it through, and what is set afterwards. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

# What is switched off, one after the other, when people take over: first nothing is accepted without a person, then
# the reader is not asked any more.
COMPONENTS = ("acceptance", "reader")
SETTINGS = {"accept_threshold": 0.6}
# What JSON readers in other languages hold exactly.
LARGEST = 2**53 - 1

Pair = tuple[int, int]


class Declined(Exception):
    """An order that is not obeyed, with the HTTP status that says why. `str()` is a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Order:
    """What should be set, and the pair (epoch, token) it was given under. Shares, settings or behaviour."""

    kind: str
    change: Mapping[str, Any]
    epoch: int
    token: int

    @property
    def pair(self) -> Pair:
        return (self.epoch, self.token)


@dataclass(frozen=True)
class Standing:
    """What is set for a service: the outcome of every order it obeyed.

    `shares` are fractions of the traffic by version and sum to 1. `switched_off` names components in the order in
    which they went; where it is not empty, people key every item in. `order` is the one in force, None before the
    first; `setting_orders` counts those that changed a setting.
    """

    shares: Mapping[str, float]
    switched_off: tuple[str, ...] = ()
    settings: Mapping[str, float] = field(default_factory=lambda: dict(SETTINGS))
    order: Order | None = None
    setting_orders: int = 0

    @property
    def pair(self) -> Pair:
        return self.order.pair if self.order else (0, 0)

    @property
    def behaviour(self) -> str:
        return "people" if self.switched_off else "serve"


def is_repeat(standing: Standing, order: Order) -> bool:
    """Whether this very order was obeyed already.

    Raises:
        Declined: the pair is older than the one in force, or stands for another order. Epochs are compared first, so
            that an order of the kill switch outranks every worker that is still under way with an older one.
    """
    if order.pair < standing.pair:
        raise Declined(409, f"The pair {_said(order.pair)} is older than {_said(standing.pair)}, which is in force.")
    if order.pair > standing.pair:
        return False
    if standing.order == order:
        return True
    raise Declined(409, f"The pair {_said(order.pair)} already stands for another order.")


def obeyed(standing: Standing, order: Order) -> Standing:
    """What is set after this order."""
    after = replace(standing, order=order)
    if order.kind == "shares":
        return replace(after, shares=order.change["shares"])
    if order.kind == "behaviour":
        return replace(after, switched_off=tuple(order.change["components"]))
    settings = {**standing.settings, order.change["name"]: order.change["value"]}
    return replace(after, settings=settings, setting_orders=standing.setting_orders + 1)


def understood(kind: str, body: Any, *, versions: Collection[str]) -> Order:
    """Read the body of a control request. Equal orders come out equal: every default is filled in.

    Raises:
        Declined: 400 for a field that is missing, unknown or of the wrong type, 422 for a value that cannot be set.
    """
    fields = _object(body)
    epoch, token = (_whole(fields, name) for name in ("epoch", "token"))
    change = READINGS[kind](fields, versions)
    if fields:
        raise Declined(400, f"There is no field {sorted(fields)[0]!r} in an order about {kind}.")
    return Order(kind, change, epoch, token)


def _shares(fields: dict[str, Any], versions: Collection[str]) -> dict[str, Any]:
    given = _object(_taken(fields, "shares"), "shares")
    for version, share in given.items():
        if version not in versions:
            raise Declined(422, f"There is no version {version!r}; there are {', '.join(versions)}.")
        if not _is_number(share) or not 0 <= share <= 1:
            raise Declined(422, f"The share of {version} must be a number from 0 to 1.")
    if abs(sum(given.values()) - 1) > 1e-9:
        raise Declined(422, f"The shares sum to {sum(given.values()):g}; they must sum to 1.")
    return {"shares": {version: float(given.get(version, 0)) for version in versions}}


def _settings(fields: dict[str, Any], versions: Collection[str]) -> dict[str, Any]:
    name = _taken(fields, "name")
    if not isinstance(name, str) or name not in SETTINGS:
        raise Declined(422, f"There is no setting {name!r}; there is {', '.join(SETTINGS)}.")
    if ("value" in fields) == ("restore" in fields):
        raise Declined(400, "A setting needs either a value or restore.")
    if "restore" in fields:
        if fields.pop("restore") is not True:
            raise Declined(400, "restore can only be true.")
        return {"name": name, "value": SETTINGS[name]}
    value = fields.pop("value")
    if not _is_number(value) or not 0 <= value <= 1:
        raise Declined(422, f"{name} must be a number from 0 to 1.")
    return {"name": name, "value": float(value)}


def _behaviour(fields: dict[str, Any], versions: Collection[str]) -> dict[str, Any]:
    behaviour = _taken(fields, "behaviour")
    if behaviour == "serve":
        return {"behaviour": behaviour, "components": []}
    if behaviour != "people":
        raise Declined(422, f"There is no behaviour {behaviour!r}; there are serve and people.")
    components = fields.pop("components", list(COMPONENTS))
    if not isinstance(components, list) or not components or not all(isinstance(c, str) for c in components):
        raise Declined(400, "components must be a list of names that is not empty.")
    for component in components:
        if component not in COMPONENTS:
            raise Declined(422, f"There is no component {component!r}; there are {', '.join(COMPONENTS)}.")
    if len(set(components)) < len(components):
        raise Declined(422, "A component is named twice.")
    return {"behaviour": behaviour, "components": components}


READINGS = {"shares": _shares, "settings": _settings, "behaviour": _behaviour}


def _object(value: Any, what: str = "The body") -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Declined(400, f"{what} must be a JSON object.")
    return dict(value)


def _taken(fields: dict[str, Any], name: str) -> Any:
    if name not in fields:
        raise Declined(400, f"The field {name!r} is missing.")
    return fields.pop(name)


def _whole(fields: dict[str, Any], name: str) -> int:
    value = _taken(fields, name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        raise Declined(400, f"{name} must be a whole number from 0 to {LARGEST}.")
    return value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(pair: Pair) -> str:
    return f"({pair[0]}, {pair[1]})"
