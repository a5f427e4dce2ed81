"""What must hold of a snapshot beside its schema. Every refusal names the place in the document that was handed in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from decisions.domain import units
from decisions.domain.canonical import BadDocument
from decisions.domain.times import moment

_ROUNDING = 1e-6
_OF_VERSIONS = ("by_version", "usual_by_version")


def refuse_contradictions(found: Mapping[str, Any]) -> None:
    """Refuse a snapshot that meets its schema and cannot be true.

    Raises:
        BadDocument: a version that does not exist, more than all the traffic, a value that its unit rules out, an
            indicator that is missing and has a value, or a past that lies after the moment of the snapshot.
    """
    for path, reason in _faults(found):
        raise BadDocument(path, reason)


def _faults(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from _unknown_versions(found)
    if math.fsum(found["served"]["split"].values()) > 1 + _ROUNDING:
        yield "$.served.split", "the shares sum to more than 1"
    for place, indicator in enumerate(found["indicators"]):
        yield from _impossible_values(indicator, f"$.indicators[{place}]")
    yield from _missing_with_a_value(found)
    yield from _lies_ahead(found)
    for place, each in enumerate(found.get("calibration", [])):
        if each["hits"] > each["n"]:
            yield f"$.calibration[{place}].hits", f"{each['kind']} has more hits than cases"


def _unknown_versions(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    known = {each["name"] for each in found["versions"]}
    for name in found["served"]["split"]:
        if name not in known:
            yield f"$.served.split.{name}", "is a version that does not exist"
    for place, name in enumerate(found.get("picked", [])):
        if name not in known:
            yield f"$.picked[{place}]", f"{name} is a version that does not exist"
    for place, indicator in enumerate(found["indicators"]):
        for key in _OF_VERSIONS:
            for name in indicator.get(key, {}):
                if name not in known:
                    yield f"$.indicators[{place}].{key}.{name}", "is a version that does not exist"


def _impossible_values(indicator: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for place, value in _values(indicator):
        if (flaw := units.flaw(value, indicator["unit"])) is not None:
            yield f"{path}.{place}", flaw


def _values(indicator: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Everything in an indicator that is in its unit, with its place."""
    if indicator.get("target") is not None:
        yield "target", indicator["target"]
    for key in ("current", "baseline"):
        if indicator.get(key) is not None:
            yield f"{key}.value", indicator[key]["value"]
    for key in _OF_VERSIONS:
        for name, measured in indicator.get(key, {}).items():
            yield f"{key}.{name}.value", measured["value"]
    for place, level in enumerate(indicator.get("levels", [])):
        yield f"levels[{place}].target", level["target"]


def _missing_with_a_value(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    measured = {each["name"] for each in found["indicators"] if each["current"] is not None}
    for place, each in enumerate(found["missing"]):
        if each["indicator"] in measured:
            yield f"$.missing[{place}].indicator", f"{each['indicator']} has a value now, so it is not missing"


def _lies_ahead(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    taken_at = moment(found["taken_at"], "$.taken_at")
    moments = [("$.incident.opened_at", found["incident"]["opened_at"])]
    for key in ("past_uses", "past_causes"):
        moments += [(f"$.{key}[{place}].at", each["at"]) for place, each in enumerate(found.get(key, []))]
    for path, text in moments:
        if moment(text, path) > taken_at:
            yield path, "lies after the evidence was taken"
