"""The policy: a versioned YAML document in, one frozen value out.

The document is held against `schemas/policy.json`, then against rules that a schema cannot say. Its subjects live in
`policy_costs`, `policy_causes`, `policy_options`, `policy_bounds`, `policy_curves`, `policy_margins` and `playbooks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from decisions.domain import documents, yaml_text
from decisions.domain.canonical import BadDocument, digest
from decisions.domain.playbooks import KillSwitch, Playbook, kill_switch, playbooks
from decisions.domain.policy_bounds import TIERS, Tier, tiers
from decisions.domain.policy_causes import Causes, causes
from decisions.domain.policy_costs import Category, Weight, amount, categories, weights
from decisions.domain.policy_margins import (
    AfterAction,
    Doubt,
    Hysteresis,
    Margin,
    after_action,
    doubt,
    hysteresis,
    margins,
)
from decisions.domain.policy_options import (
    Durations,
    Ground,
    Hold,
    Learning,
    OptionClass,
    durations,
    hold,
    learning,
    option_classes,
)


@dataclass(frozen=True)
class Scope:
    """What the policy is for: the desk, a tier or a service. The nearest one holds, whole."""

    kind: str
    name: str | None


@dataclass(frozen=True)
class Policy:
    """A checked policy. `document` is the JSON value it was built from, `digest` the SHA-256 of its canonical form."""

    id: str
    title: str
    note: str
    scope: Scope
    currency: str
    categories: tuple[Category, ...]
    weights: Mapping[str, Weight]
    causes: Causes
    hold: Hold
    options: Mapping[str, OptionClass]
    durations: Durations
    learning: Learning
    tie_amount: Decimal
    tie_share: float
    margins: Mapping[str, Margin]
    hysteresis: Hysteresis
    doubt: Doubt
    after_action: AfterAction
    alarms_per_month: float
    tiers: Mapping[str, Tier]
    playbooks: Mapping[str, Playbook]
    kill_switch: KillSwitch
    document: Mapping[str, Any]
    digest: str

    def tier(self, name: str) -> Tier:
        """The rules for a tier.

        Raises:
            BadDocument: this policy, which is for another scope, says nothing about that tier.
        """
        if name not in self.tiers:
            raise BadDocument(f"$.tiers.{name}", f"the policy {self.id} has no rules for the tier {name}")
        return self.tiers[name]


def parse(text: str | bytes) -> Policy:
    """Read a policy from YAML (JSON is YAML too).

    Raises:
        BadDocument: with the JSON path of the offending key, for example
            `$.categories[1].parts[0].rate: must not be negative`.
    """
    return from_document(yaml_text.load(text))


def from_document(found: Any) -> Policy:
    """Build the policy from its JSON value, as stored. Raises BadDocument as `parse` does."""
    documents.check(found, "policy")
    kinds = categories(found["categories"], found["currency"])
    names = frozenset(each.name for each in kinds)
    known_margins = margins(found["margins"])
    teaches = learning(found["learning"])
    ground = Ground(
        currency=found["currency"],
        categories=names,
        causes=causes(found["hypotheses"]),
        learning=teaches,
        durations=durations(found["durations"], teaches),
    )
    return Policy(
        id=found["id"],
        title=found["title"],
        note=found.get("note", ""),
        scope=Scope(found["scope"]["kind"], found["scope"].get("name")),
        currency=found["currency"],
        categories=kinds,
        weights=weights(found.get("weights"), names),
        causes=ground.causes,
        hold=hold(found["options"]["hold"]),
        options=option_classes(found["options"], ground),
        durations=ground.durations,
        learning=ground.learning,
        tie_amount=amount(found["tolerance"]["amount"], "$.tolerance.amount"),
        tie_share=float(found["tolerance"]["share"]),
        margins=known_margins,
        hysteresis=hysteresis(found["hysteresis"], known_margins),
        doubt=doubt(found["doubt"]),
        after_action=after_action(found["after_action"]),
        alarms_per_month=float(found["alarms_per_month"]),
        tiers=_tiers_in_scope(found, names),
        playbooks=playbooks(found["playbooks"]),
        kill_switch=kill_switch(found["kill_switch"]),
        document=found,
        digest=digest(found),
    )


def _tiers_in_scope(found: Mapping[str, Any], names: frozenset[str]) -> dict[str, Tier]:
    needed = {"desk": TIERS, "tier": (found["scope"].get("name"),)}.get(found["scope"]["kind"], ())
    for name in needed:
        if name not in found["tiers"]:
            raise BadDocument("$.tiers", f"lacks {name}, which its scope covers")
    return tiers(found["tiers"], names)
