"""What a schema finds is said at its place and in words; a schema's own words never reach a person."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources
from typing import Any

import pytest

from decisions.domain import documents, fault_words
from decisions.domain.canonical import BadDocument
from tests.domain import policies, snapshots

SCHEMAS = sorted(
    path.name.removesuffix(".json") for path in resources.files("decisions.domain").joinpath("schemas").iterdir()
)
# They say where to look, or what holds; nothing is ever wrong "with" them.
SILENT = {"$schema", "$id", "$ref", "title", "description", "default", "says", "if", "then", "properties", "items"}
SAID_BY_PLACE = {"additionalProperties", "propertyNames"}


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every schema inside a schema."""
    if isinstance(value, list):
        for each in value:
            yield from parts(each)
    elif isinstance(value, dict):
        yield value
        for key, each in value.items():
            named = key in ("properties", "$defs")
            yield from (part for one in each.values() for part in parts(one)) if named else parts(each)


def each_part() -> Iterator[dict[str, Any]]:
    return (part for name in SCHEMAS for part in parts(documents.schema(name)))


def test_a_line_break_at_the_end_is_part_of_the_text_in_every_pattern():
    patterns = {part["pattern"] for part in each_part() if "pattern" in part}

    assert len(patterns) > 5
    # Python's $ also stands before a last line break; ECMA's, which JSON Schema means, does not.
    assert not [pattern for pattern in patterns if not (pattern.startswith("^") and pattern.endswith(r"$(?!\n)"))]


def test_every_word_of_the_schemas_has_a_sentence():
    words = {key for part in each_part() for key in part} - {"$defs"}

    assert words - SILENT - SAID_BY_PLACE <= set(fault_words._WORDS)
    assert not [part for part in each_part() if "pattern" in part and "says" not in part]


def comparison(**indicator: Any) -> dict[str, Any]:
    return {"indicators": [{"name": "latency", "direction": "either", **indicator}]}


def evidence(**indicator: Any) -> dict[str, Any]:
    found = snapshots.document()
    found["indicators"][0].update(indicator)
    return found


SAID = [
    ("comparison", {"indicators": []}, "$.indicators: must not be empty"),
    ("comparison", comparison() | {"group_weights": {"a": 120}}, "$.group_weights.a: must be at most 100"),
    ("comparison", comparison(name=""), "$.indicators[0].name: must not be empty"),
    ("comparison", comparison(name="x" * 201), "$.indicators[0].name: must have at most 200 characters"),
    ("comparison", comparison(groups=["a", "a"]), "$.indicators[0].groups: holds an entry twice"),
    ("comparison", comparison(quantile=1), "$.indicators[0].quantile: must be less than 1"),
    (
        "comparison",
        comparison(kayenta={"outlier_factor": 0}),
        "$.indicators[0].kayenta.outlier_factor: must be more than 0",
    ),
    ("comparison", comparison() | {"minimum_rows": 3}, "$.minimum_rows: must be at least 8"),
    ("comparison", comparison(muted="no"), "$.indicators[0].muted: must be true or false"),
    (
        "comparison",
        comparison(margin={"ratio": 0.1, "absolute": 3}),
        "$.indicators[0].margin: must hold ratio or absolute, not a mix of them",
    ),
    ("comparison", comparison(margin={}), "$.indicators[0].margin: must hold ratio or absolute"),
    ("comparison", comparison(margin={"rtio": 1}), "$.indicators[0].margin.rtio: is not a known key"),
    ("comparison", comparison(margin=5), "$.indicators[0].margin: must be a mapping"),
    ("evidence", evidence(current={"value": "7", "n": 1}), "$.indicators[0].current.value: must be a number"),
    ("evidence", evidence(current=7), "$.indicators[0].current: must be null or a mapping"),
    ("evidence", evidence(category="A B"), "$.indicators[0].category: must be a short name such as misread_share: "),
    ("policy", policies.changed("scope", {"kind": "planet"}), "$.scope.kind: must be desk or tier or service"),
    (
        "policy",
        policies.changed("scope", {"kind": "desk", "name": "low"}),
        "$.scope: must hold kind (desk) or kind (tier) with name (low, standard, high) or kind (service) with name",
    ),
    (
        "policy",
        policies.changed("hypotheses.tokens.0.bands", []),
        "$.hypotheses.tokens[0]: must hold values or bands, only one of them",
    ),
    (
        "policy",
        policies.changed("hypotheses.tokens.0.values", {"A B": {}}),
        "$.hypotheses.tokens[0].values: the key A B must be a short name",
    ),
]


@pytest.mark.parametrize(("schema", "document", "said"), SAID, ids=[said[:60] for *_, said in SAID])
def test_a_fault_is_said_at_its_place_in_words(schema, document, said):
    with pytest.raises(BadDocument) as refused:
        documents.check(document, schema)

    assert str(refused.value).startswith(said)
