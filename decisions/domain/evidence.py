"""The evidence snapshot: all that an assessment may look at, checked and content-addressed.

A snapshot is built from a JSON value that satisfies `schemas/evidence.json` and a few rules on top. Its lists are
sets: `canonical` sorts them, so the digest does not depend on the order in which evidence was gathered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from decisions.domain import documents, evidence_rules, evidence_sets
from decisions.domain.canonical import BadDocument, canonical, digest_of, load, refuse_unfit
from decisions.domain.evidence_indicators import Indicator, indicator
from decisions.domain.past_uses import PastCause, PastUse, past_use
from decisions.domain.times import moment

SCHEMA = "rollback-desk/evidence/1"
QUARANTINED = "quarantined"


@dataclass(frozen=True)
class Version:
    """A version as the snapshot knows it; `loads` is None when nobody has tried."""

    name: str
    status: str
    known_good: bool
    healthy_seconds: float
    attested: bool
    loads: bool | None
    live_since: datetime | None
    order: int


@dataclass(frozen=True)
class Setting:
    """A serving setting as it is now and as it was recorded when it was last known to be right."""

    name: str
    now: str
    recorded: str
    changed_at: datetime | None

    @property
    def differs(self) -> bool:
        return self.now != self.recorded


@dataclass(frozen=True)
class Seen:
    """A token of evidence about the cause, with the detail a person reads."""

    name: str
    value: str | float
    detail: str


@dataclass(frozen=True)
class Incident:
    key: str | None
    kind: str
    opened_at: datetime
    reversals: int
    last_action_at: datetime | None


@dataclass(frozen=True)
class Spent:
    """What the incident had cost by the time the snapshot was taken, at the rates of its earlier assessments."""

    expected: float
    low: float
    high: float
    currency: str


@dataclass(frozen=True)
class Calibration:
    """How many of the past 90 % intervals of a kind held what then happened."""

    kind: str
    n: int
    hits: int


@dataclass(frozen=True)
class Snapshot:
    """A checked snapshot; `document` is its sorted JSON value."""

    taken_at: datetime
    service: str
    tier: str
    freeze: str | None
    incident: Incident
    spent: Spent | None
    versions: tuple[Version, ...]
    split: Mapping[str, float]
    behaviour: str
    epoch: int
    settings: tuple[Setting, ...]
    target: str
    can: frozenset[str]
    indicators: Mapping[str, Indicator]
    missing: Mapping[str, str]
    tokens: Mapping[str, Seen]
    past_uses: tuple[PastUse, ...]
    past_causes: tuple[PastCause, ...]
    calibration: Mapping[str, Calibration]
    picked: tuple[str, ...]
    traffic_per_minute: float | None
    document: Mapping[str, Any]

    # Worked out once: a snapshot never changes, and every plan made from it names its digest.
    @cached_property
    def canonical(self) -> bytes:
        """The RFC 8785 bytes that are stored."""
        return canonical(self.document)

    @cached_property
    def digest(self) -> str:
        return digest_of(self.canonical)

    @property
    def is_serving(self) -> bool:
        """Whether a model answers at all, rather than a fallback."""
        return self.behaviour == "serve" and any(self.split.values())

    @property
    def suspect(self) -> str | None:
        """The version that has the largest share, the newest of equals; None when none is served."""
        served = [each for each in self.versions if self.split.get(each.name, 0) > 0]
        return max(served, key=lambda each: (self.split[each.name], each.order, each.name)).name if served else None

    def version(self, name: str) -> Version | None:
        return next((each for each in self.versions if each.name == name), None)

    def minutes_open(self) -> float:
        """Minutes from the opening of the incident to this snapshot; never negative."""
        return max((self.taken_at - self.incident.opened_at).total_seconds() / 60, 0.0)


def read(data: str | bytes) -> Snapshot:
    """A snapshot from JSON text. Raises BadDocument."""
    return from_document(load(data))


def from_document(found: Any) -> Snapshot:
    """A snapshot from its JSON value.

    Raises:
        BadDocument: the schema is not met, a name stands twice, or it cannot be true (`evidence_rules`).
    """
    refuse_unfit(found)
    documents.check(found, "evidence")
    evidence_sets.refuse_repeats(found)
    evidence_rules.refuse_contradictions(found)
    return _build(evidence_sets.ordered(found))


def _build(found: Mapping[str, Any]) -> Snapshot:
    service, served = found["service"], found["served"]
    traffic = found["traffic_per_minute"]
    return Snapshot(
        taken_at=moment(found["taken_at"], "$.taken_at"),
        service=service["name"],
        tier=service["tier"],
        freeze=service.get("freeze"),
        incident=_incident(found["incident"]),
        spent=_spent(found["spent"]) if "spent" in found else None,
        versions=tuple(_version(each, f"$.versions[{at}]") for at, each in enumerate(found["versions"])),
        split={name: float(share) for name, share in sorted(served["split"].items())},
        behaviour=served["behaviour"],
        epoch=int(served.get("epoch", 0)),
        settings=tuple(_setting(each) for each in served.get("settings", [])),
        target=found["target"]["name"],
        can=frozenset(found["target"]["can"]),
        indicators={each["name"]: indicator(each) for each in found["indicators"]},
        missing={each["indicator"]: each["reason"] for each in found["missing"]},
        tokens={each["name"]: Seen(each["name"], each["value"], each.get("detail", "")) for each in found["tokens"]},
        past_uses=tuple(_past_use(found, place) for place in range(len(found["past_uses"]))),
        past_causes=tuple(
            PastCause(each["cause"], moment(each["at"], f"$.past_causes[{place}].at"))
            for place, each in enumerate(found.get("past_causes", []))
        ),
        calibration={each["kind"]: _calibration(each) for each in found.get("calibration", [])},
        picked=tuple(found.get("picked", [])),
        traffic_per_minute=None if traffic is None else float(traffic),
        document=found,
    )


def _incident(found: Mapping[str, Any]) -> Incident:
    acted = found.get("last_action_at")
    return Incident(
        key=found.get("key"),
        kind=found.get("kind", "level"),
        opened_at=moment(found["opened_at"], "$.incident.opened_at"),
        reversals=int(found["reversals"]),
        last_action_at=moment(acted, "$.incident.last_action_at") if acted else None,
    )


def _spent(found: Mapping[str, str]) -> Spent:
    return Spent(float(found["expected"]), float(found["low"]), float(found["high"]), found["currency"])


def _version(found: Mapping[str, Any], path: str) -> Version:
    since = found.get("live_since")
    return Version(
        name=found["name"],
        status=found["status"],
        known_good=found["known_good"],
        healthy_seconds=float(found.get("healthy_seconds", 0)),
        attested=found["attested"],
        loads=found.get("loads"),
        live_since=moment(since, f"{path}.live_since") if since else None,
        order=int(found.get("order", 0)),
    )


def _setting(found: Mapping[str, Any]) -> Setting:
    changed = found.get("changed_at")
    at = moment(changed, "$.served.settings") if changed else None
    return Setting(found["name"], found["now"], found["recorded"], at)


def _past_use(found: Mapping[str, Any], place: int) -> PastUse:
    use, path = found["past_uses"][place], f"$.past_uses[{place}]"
    if "causes" in use and not any(use["causes"].values()):
        raise BadDocument(f"{path}.causes", "the chances sum to 0")
    return past_use(use, moment(use["at"], f"{path}.at"), found["service"]["name"])


def _calibration(found: Mapping[str, Any]) -> Calibration:
    return Calibration(found["kind"], int(found["n"]), int(found["hits"]))
