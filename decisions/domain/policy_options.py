"""What a policy knows about each kind of option: how often it works, how long it takes, what it costs (1.3, 1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from decisions.domain.canonical import BadDocument
from decisions.domain.policy_causes import UNKNOWN, Causes
from decisions.domain.policy_costs import RUNNING_BY, amount, refuse_unknown_unit

# The prior of the causes rests on many published outages: a handful of one's own must not overrule it.
PSEUDO_INCIDENTS = 20
ACTING = ("stabilise", "shift_traffic", "roll_back", "disable")


@dataclass(frozen=True)
class Duration:
    """A lognormal duration: median in seconds and sdlog.

    `pseudo_uses` is how many occurrences the median is known as well as from; None where it is not learned.
    """

    median_seconds: float
    spread: float
    pseudo_uses: float | None = None

    @property
    def median_minutes(self) -> float:
        return self.median_seconds / 60


@dataclass(frozen=True)
class Success:
    """Prior mean chance that the option works, by hypothesis that it has to work under."""

    release: float
    other: float


@dataclass(frozen=True)
class SuccessWhen:
    """Another prior mean for when the evidence holds `token` with the value `value`."""

    token: str
    value: str
    success: Success
    reason: str


@dataclass(frozen=True)
class OneOff:
    category: str
    amount: Decimal
    reason: str


@dataclass(frozen=True)
class Running:
    """A cost for each minute in the mitigated state; `of` names a share whose usual value the requests are times.

    `spread` is the sdlog of what the rate may be off by.
    """

    category: str
    rate: Decimal
    unit: str
    of: str | None
    spread: float
    reason: str


@dataclass(frozen=True)
class Hold:
    wait_seconds: float


@dataclass(frozen=True)
class OptionClass:
    """One kind of option.

    `residual` is the share of harm that remains while mitigated, by category or `default`, and `residual_spread` the
    sdlog of what it may be off by. `blast_radius` is that of moving all the traffic, where traffic is moved.
    """

    kind: str
    success: Success
    success_when: tuple[SuccessWhen, ...]
    pseudo_uses: float
    takes: Duration
    undo: Duration
    residual: Mapping[str, float]
    residual_spread: float
    shares: tuple[float, ...]
    one_off: tuple[OneOff, ...]
    running: tuple[Running, ...]
    blast_radius: float

    def residual_of(self, category: str) -> float:
        return self.residual.get(category, self.residual["default"])


@dataclass(frozen=True)
class Durations:
    """Repair W, recovery by hand M, natural end of a transient V and undoing U."""

    repair: Duration
    manual: Duration
    transient: Duration
    undo: Duration


@dataclass(frozen=True)
class Learning:
    """How the past counts: pseudo-uses and pseudo-incidents for the priors, half-life, and a weight for each source."""

    pseudo_uses: float
    pseudo_incidents: float
    half_life_days: float
    journal_weight: float
    drill_weight: float


def duration(found: Mapping[str, Any]) -> Duration:
    return Duration(float(found["median_seconds"]), float(found["spread"]))


def durations(found: Mapping[str, Any], known: Learning) -> Durations:
    """Build the durations; what a policy does not say of repair and recovery by hand is as for options."""
    repair, manual = (_learned(found[name], known) for name in ("repair", "manual"))
    return Durations(repair, manual, duration(found["transient"]), duration(found["undo"]))


def _learned(found: Mapping[str, Any], known: Learning) -> Duration:
    return replace(duration(found), pseudo_uses=float(found.get("pseudo_uses", known.pseudo_uses)))


def learning(found: Mapping[str, Any]) -> Learning:
    """Build the learning settings, refusing weights that would let nothing be learned at all."""
    built = Learning(
        float(found["pseudo_uses"]),
        float(found.get("pseudo_incidents", PSEUDO_INCIDENTS)),
        float(found["half_life_days"]),
        float(found["journal_weight"]),
        float(found["drill_weight"]),
    )
    if built.journal_weight + built.drill_weight == 0:
        raise BadDocument("$.learning", "the weights of journal and drills sum to 0")
    return built


def hold(found: Mapping[str, Any]) -> Hold:
    return Hold(float(found["wait_seconds"]))


@dataclass(frozen=True)
class Ground:
    """What option classes are checked against: the rest of the same document."""

    currency: str
    categories: frozenset[str]
    causes: Causes
    learning: Learning
    durations: Durations


def option_classes(found: Mapping[str, Any], ground: Ground) -> dict[str, OptionClass]:
    """Build the four kinds that act, refusing costs for unknown categories and unknown units."""
    return {kind: _option_class(kind, found[kind], ground) for kind in ACTING}


def _option_class(kind: str, found: Mapping[str, Any], ground: Ground) -> OptionClass:
    path = f"$.options.{kind}"
    for name in sorted(set(found["residual"]) - {"default"}):
        _refuse_unknown_category(name, ground, f"{path}.residual.{name}")
    if (kind == "shift_traffic") != ("shares" in found):
        raise BadDocument(f"{path}.shares", "belongs to shift_traffic, and is needed there")
    return OptionClass(
        kind=kind,
        success=_success(found["success"]),
        success_when=_success_when(found.get("success_when", []), ground, path),
        pseudo_uses=float(found.get("pseudo_uses", ground.learning.pseudo_uses)),
        takes=duration(found["takes"]),
        undo=duration(found["undo"]) if "undo" in found else ground.durations.undo,
        residual={name: float(share) for name, share in found["residual"].items()},
        residual_spread=float(found.get("residual_spread", 0)),
        shares=tuple(sorted(float(share) for share in found.get("shares", []))),
        one_off=tuple(_one_off(each, ground, f"{path}.one_off[{at}]") for at, each in enumerate(found["one_off"])),
        running=tuple(_running(each, ground, f"{path}.running[{at}]") for at, each in enumerate(found["running"])),
        blast_radius=float(found["blast_radius"]),
    )


def _success(found: Mapping[str, Any]) -> Success:
    return Success(float(found["release"]), float(found["other"]))


def _success_when(found: list[Mapping[str, Any]], ground: Ground, path: str) -> tuple[SuccessWhen, ...]:
    return tuple(_one_success_when(each, ground, f"{path}.success_when[{at}]") for at, each in enumerate(found))


def _one_success_when(found: Mapping[str, Any], ground: Ground, path: str) -> SuccessWhen:
    token = ground.causes.token(found["token"])
    if token is None:
        raise BadDocument(f"{path}.token", "is not a token of this policy")
    if found["is"] not in token.values and found["is"] != UNKNOWN:
        raise BadDocument(f"{path}.is", f"is not a value of the token {token.name}")
    return SuccessWhen(found["token"], found["is"], _success(found["success"]), found["reason"])


def _one_off(found: Mapping[str, Any], ground: Ground, path: str) -> OneOff:
    _refuse_unknown_category(found["category"], ground, f"{path}.category")
    return OneOff(found["category"], amount(found["amount"], f"{path}.amount"), found["reason"])


def _running(found: Mapping[str, Any], ground: Ground, path: str) -> Running:
    _refuse_unknown_category(found["category"], ground, f"{path}.category")
    refuse_unknown_unit(found["unit"], ground.currency, RUNNING_BY, f"{path}.unit")
    if "of" in found and found["unit"] == f"{ground.currency}/minute":
        raise BadDocument(f"{path}.of", "belongs to a cost for each request or item")
    rate = amount(found["rate"], f"{path}.rate")
    spread = float(found.get("spread", 0))
    return Running(found["category"], rate, found["unit"], found.get("of"), spread, found["reason"])


def _refuse_unknown_category(name: str, ground: Ground, path: str) -> None:
    if name not in ground.categories:
        raise BadDocument(path, f"{name} is not a category of this policy")
