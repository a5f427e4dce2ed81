"""A service file: read strictly, with the path of whatever is wrong in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from decisions.domain import addresses, documents, units, yaml_text
from decisions.domain.canonical import BadDocument


def parse(text: str | bytes) -> dict[str, Any]:
    """The service document in a YAML text, checked against `schemas/service.json` and the rules a schema cannot say.

    Raises:
        BadDocument: with the JSON path of the offending key.
    """
    value = yaml_text.load(text)
    documents.check(value, "service")
    document: dict[str, Any] = value
    _refuse_twins(document["indicators"], "$.indicators")
    _refuse_twins(document["sources"], "$.sources")
    if isinstance(document.get("versions"), list):
        _refuse_twins(document["versions"], "$.versions")
    _refuse_twin_stakes(document.get("stakeholders", []))
    _refuse_addressless_target(document["target"])
    _refuse_bad_addresses(document)
    for place, indicator in enumerate(document["indicators"]):
        path = f"$.indicators[{place}].levels"
        _check_levels(indicator.get("levels", []), indicator["query"]["kind"], path)
        _refuse_impossible_targets(indicator, path)
    return document


def _refuse_twins(items: Iterable[dict[str, Any]], path: str) -> None:
    seen: set[str] = set()
    for place, item in enumerate(items):
        if item["name"] in seen:
            raise BadDocument(f"{path}[{place}].name", f"{item['name']} stands twice")
        seen.add(item["name"])


def _refuse_twin_stakes(stakes: list[dict[str, str]]) -> None:
    seen: set[tuple[str, str]] = set()
    for place, stake in enumerate(stakes):
        held = (stake["person"], stake["role"])
        if held in seen:
            raise BadDocument(f"$.stakeholders[{place}]", f"{held[0]} is {held[1]} twice")
        seen.add(held)


def _refuse_addressless_target(target: dict[str, Any]) -> None:
    if target["kind"] == "reference" and not (target.get("url") and target.get("service")):
        raise BadDocument("$.target", "a reference target needs url and service")


def _refuse_bad_addresses(document: dict[str, Any]) -> None:
    found = {f"$.sources[{place}].url": source["url"] for place, source in enumerate(document["sources"])}
    if "url" in document["target"]:
        found["$.target.url"] = document["target"]["url"]
    for path, address in found.items():
        if (flaw := addresses.flaw(address)) is not None:
            raise BadDocument(path, flaw)


def _refuse_impossible_targets(indicator: dict[str, Any], path: str) -> None:
    for place, level in enumerate(indicator.get("levels", [])):
        if (flaw := units.flaw(level["target"], indicator.get("unit", units.PLAIN))) is not None:
            raise BadDocument(f"{path}[{place}].target", flaw)


def _check_levels(levels: list[dict[str, Any]], kind: str, path: str) -> None:
    for place, level in enumerate(levels):
        if any(other["bound"] == level["bound"] for other in levels[:place]):
            raise BadDocument(f"{path}[{place}].bound", f"{level['bound']} stands twice for one indicator")
        if "objective" in level and kind != "ratio":
            raise BadDocument(
                f"{path}[{place}].objective", f"needs a query of kind ratio, not {kind}: it counts events"
            )
