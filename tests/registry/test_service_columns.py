"""What the schema of a service file lets through fits the columns: SQLite does not count letters, PostgreSQL does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Model

from decisions.domain import documents
from decisions.models import Indicator, Service, ServiceLevel, Source, Stakeholder, Version

SERVICE = documents.schema("service")
DEFINED = SERVICE["$defs"]
KEPT: list[tuple[type[Model], dict[str, Any]]] = [
    (Service, SERVICE["properties"]),
    (Stakeholder, SERVICE["properties"]["stakeholders"]["items"]["properties"]),
    (Source, SERVICE["properties"]["sources"]["items"]["properties"]),
    (Version, DEFINED["version"]["properties"]),
    (Indicator, DEFINED["indicator"]["properties"]),
    (ServiceLevel, DEFINED["level"]["properties"]),
]


def longest(part: dict[str, Any]) -> int | None:
    """How long a text the schema lets through; None where it is no text, or one of a few words."""
    part = DEFINED[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
    if part is DEFINED["slug"]:
        return 63
    return part.get("maxLength") if part.get("type") == "string" else None


@pytest.mark.parametrize(("model", "properties"), KEPT, ids=[model.__name__ for model, _ in KEPT])
def test_no_text_that_the_schema_takes_is_longer_than_its_column(model, properties):
    columns = {field.name: field.max_length for field in model._meta.fields if getattr(field, "max_length", None)}
    taken = {name: longest(properties[name]) for name in columns.keys() & properties.keys()}

    assert {name: most for name, most in taken.items() if most and most > columns[name]} == {}
    assert [name for name, most in taken.items() if most]
