"""How two versions are compared: the document (`schemas/comparison.json`) as values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import kayenta
from decisions.domain.judges.limits import Direction, Margin

DEFAULT_GROUP = "all"
NOTHING_COUNTS = "none counts: each is muted or weighs nothing"
# Weights such as three times 33.3333 are meant to sum to 100.
ROUNDING = 1e-3
DEFAULT_MARGIN = Margin("ratio", 0.05)
_KAYENTA_DIRECTIONS: dict[Direction, Literal["increase", "decrease", "either"]] = {
    "higher_is_worse": "increase",
    "lower_is_worse": "decrease",
    "either": "either",
}
_DIRECTIONS: dict[str, Direction] = {"increase": "higher_is_worse", "decrease": "lower_is_worse"}


class Judge(StrEnum):
    SEQUENTIAL = "sequential"
    KAYENTA = "kayenta"


@dataclass(frozen=True)
class Rule:
    """What holds for all indicators that the sequential judge looks at; `schemas/comparison.json` says what each is."""

    alpha: float = 0.02
    tuned_for: int = 60
    minimum_rows: int = 10
    same_minutes: bool = True


@dataclass(frozen=True)
class Indicator:
    """One indicator and what is expected of it.

    Attributes:
        kind: None where the values decide.
        per: the series with what counted events are out of; None where each row counts alike.
        quantile: 0 to 1, for the kind `quantile`.
        is_muted: judged, but counted for nothing.
    """

    name: str
    direction: Direction
    margin: Margin = DEFAULT_MARGIN
    is_critical: bool = False
    is_muted: bool = False
    groups: tuple[str, ...] = (DEFAULT_GROUP,)
    weight: float = 1.0
    kind: Literal["mean", "count", "quantile"] | None = None
    per: str | None = None
    quantile: float | None = None
    kayenta: kayenta.Settings = field(default_factory=kayenta.Settings)


@dataclass(frozen=True)
class Configuration:
    """All that is needed to compare two versions."""

    indicators: tuple[Indicator, ...]
    judge: Judge = Judge.SEQUENTIAL
    rule: Rule = Rule()
    group_weights: Mapping[str, float] = field(default_factory=dict)
    passes_at: float = 75.0
    marginal_at: float = 50.0
    states_margins: bool = False

    def counts(self, indicator: Indicator) -> bool:
        """Whether an indicator weighs anything in the whole; one that is muted, or in groups of no weight, does not."""
        weighs = any(self.group_weights.get(group, 1.0) > 0 for group in indicator.groups)
        return weighs and indicator.weight > 0 and not indicator.is_muted


def from_document(document: Any) -> Configuration:
    """The configuration that a parsed document states.

    Raises:
        BadDocument: it breaks the schema, or its parts do not fit each other; with the JSON path.
    """
    from decisions.domain import documents

    _refuse_unclear_margins(document)
    documents.check(document, "comparison")
    common = document.get("kayenta", {})
    indicators = tuple(
        _indicator(part, common, f"$.indicators[{place}]") for place, part in enumerate(document["indicators"])
    )
    thresholds = document.get("score_thresholds", {"pass": 75.0, "marginal": 50.0})
    configuration = Configuration(
        indicators,
        Judge(document.get("judge", "sequential")),
        _rule(document),
        document.get("group_weights", {}),
        thresholds["pass"],
        thresholds["marginal"],
        any("margin" in part for part in document["indicators"]),
    )
    _refuse_unfit(configuration)
    return configuration


def _rule(document: Mapping[str, Any]) -> Rule:
    stated = {key: document[key] for key in ("alpha", "tuned_for", "minimum_rows") if key in document}
    return Rule(**stated, same_minutes=document.get("pairing", "rows") == "rows")


def _indicator(part: Mapping[str, Any], common: Mapping[str, Any], path: str) -> Indicator:
    direction = _DIRECTIONS.get(part["direction"], part["direction"])
    if "group" in part and "groups" in part:
        raise BadDocument(f"{path}.groups", "stands beside group; one of them is enough")
    groups = tuple(part["groups"]) if "groups" in part else (part.get("group", DEFAULT_GROUP),)
    is_critical = part.get("critical", False)
    settings = {**common, **part.get("kayenta", {})}
    indicator = Indicator(
        name=part["name"],
        direction=direction,
        margin=_margin(part.get("margin")),
        is_critical=is_critical,
        is_muted=part.get("muted", False),
        groups=groups,
        weight=part.get("weight", 1.0),
        kind=part.get("kind") or ("quantile" if "quantile" in part else "count" if "per" in part else None),
        per=part.get("per"),
        quantile=part.get("quantile"),
        kayenta=kayenta.Settings(direction=_KAYENTA_DIRECTIONS[direction], is_critical=is_critical, **settings),
    )
    _refuse_unfit_indicator(indicator, path)
    return indicator


def _margin(stated: Mapping[str, float] | None) -> Margin:
    if stated is None:
        return DEFAULT_MARGIN
    return Margin("ratio", stated["ratio"]) if "ratio" in stated else Margin("absolute", stated["absolute"])


def _refuse_unclear_margins(document: Any) -> None:
    """Say of a margin what it must be: a schema would name the branch that fits it least badly."""
    parts = document.get("indicators") if isinstance(document, Mapping) else None
    for place, part in enumerate(parts if isinstance(parts, list) else ()):
        stated = part.get("margin", {"ratio": 0}) if isinstance(part, Mapping) else {"ratio": 0}
        if not isinstance(stated, Mapping) or set(stated) not in ({"ratio"}, {"absolute"}):
            path = f"$.indicators[{place}].margin"
            raise BadDocument(path, 'must be {"ratio": …} or {"absolute": …}, one of the two')


def _refuse_unfit_indicator(indicator: Indicator, path: str) -> None:
    if indicator.kind == "quantile" and indicator.quantile is None:
        raise BadDocument(path, "lacks quantile, which the kind quantile needs")
    if indicator.kind != "quantile" and indicator.quantile is not None:
        raise BadDocument(f"{path}.quantile", "goes with the kind quantile only")
    if indicator.kind != "count" and indicator.per is not None:
        raise BadDocument(f"{path}.per", "goes with the kind count only")
    may_fall = indicator.direction != "higher_is_worse"
    if may_fall and indicator.margin.kind == "ratio" and indicator.margin.size >= 1:
        raise BadDocument(f"{path}.margin.ratio", "must be below 1: nothing falls by more than all of it")


def _refuse_unfit(configuration: Configuration) -> None:
    known: set[str] = set()
    for place, indicator in enumerate(configuration.indicators):
        if indicator.name in known:
            raise BadDocument(f"$.indicators[{place}].name", f"stands twice: {indicator.name}")
        known.add(indicator.name)
    if configuration.marginal_at > configuration.passes_at:
        raise BadDocument("$.score_thresholds.marginal", "must not be above pass")
    _refuse_unfit_weights(configuration)


def _refuse_unfit_weights(configuration: Configuration) -> None:
    stated = configuration.group_weights
    groups: dict[str, float] = {}
    for indicator in configuration.indicators:
        for group in indicator.groups:
            groups[group] = groups.get(group, 0.0) + indicator.weight
    for group in stated:
        if group not in groups:
            raise BadDocument(f"$.group_weights.{group}", "is not the group of any indicator")
    for group, weight in sorted(groups.items()):
        if weight == 0:
            raise BadDocument("$.indicators", f"the weights in the group {group} sum to 0")
    _refuse_unfit_sum(stated, {group for one in configuration.indicators if not one.is_muted for group in one.groups})
    if not any(map(configuration.counts, configuration.indicators)):
        raise BadDocument("$.indicators", NOTHING_COUNTS)


def _refuse_unfit_sum(stated: Mapping[str, float], groups: set[str]) -> None:
    total, unnamed = math.fsum(stated.values()), sorted(groups - set(stated))
    if total > 100 + ROUNDING:
        raise BadDocument("$.group_weights", f"must not sum to more than 100; they sum to {total:g}")
    if unnamed and total >= 100:
        raise BadDocument("$.group_weights", f"must leave something of 100 for the group {unnamed[0]}, or name it")
    named = math.fsum(weight for group, weight in stated.items() if group in groups)
    if stated and not unnamed and named < 100 - ROUNDING:
        raise BadDocument("$.group_weights", f"must sum to 100 where every group has one; they sum to {named:g}")
