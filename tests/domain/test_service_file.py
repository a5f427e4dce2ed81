"""A service file is refused, with the place, where it says what the desk could not keep, ask or use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from decisions.domain import service_file
from decisions.domain.canonical import BadDocument

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/digits/service-amounts.yaml"
STAKE = {"person": "ana", "role": "responsible"}


def with_changes(**changes: Any) -> str:
    return json.dumps(service_file.parse(EXAMPLE.read_text()) | changes)


def with_version(**fields: Any) -> str:
    return with_changes(versions=[{"name": "v1"} | fields])


REFUSED = [
    (with_changes(name="amounts\n"), "$.name: must be a short name such as card-fraud"),
    (with_changes(title="Amounts\nread"), "$.title: must be one line"),
    (with_changes(components=["The Reader"]), "$.components[0]: must be a short name"),
    (with_changes(stakeholders=[STAKE, STAKE]), "$.stakeholders[1]: ana is responsible twice"),
    (with_changes(stakeholders=[STAKE | {"person": "a" * 151}]), "$.stakeholders[0].person: must have at most 150"),
    (with_version(trained_at="yesterday"), "$.versions[0].trained_at: must be a time in UTC such as"),
    (with_version(trained_at="2026-01-01"), "$.versions[0].trained_at: must be a time in UTC such as"),
    (with_version(trained_at="2026-02-30T00:00:00Z"), "$.versions[0].trained_at: is not in the calendar"),
    (with_version(name="v" * 101), "$.versions[0].name: must have at most 100 characters"),
    (with_version(name="version one"), "$.versions[0].name: must be a name such as fraud-scorer:v41"),
]


@pytest.mark.parametrize(("text", "said"), REFUSED, ids=[said[:60] for _, said in REFUSED])
def test_a_faulty_service_file_is_refused_with_the_path_of_the_fault(text, said):
    with pytest.raises(BadDocument) as refused:
        service_file.parse(text)

    assert str(refused.value).startswith(said)


def test_one_person_may_hold_several_parts():
    text = with_changes(stakeholders=[STAKE, STAKE | {"role": "informed"}])

    assert len(service_file.parse(text)["stakeholders"]) == 2


FILE = """
schema: rollback-desk/service/1
name: amounts
title: Amounts
tier: low
target: {{kind: reference, url: "{target}", service: amounts}}
sources: [{{name: first, url: "http://127.0.0.1/metrics"}}, {{name: second, url: "{source}"}}]
indicators: [{{name: errors, title: Errors, direction: higher_is_worse, query: {{kind: rate, metric: errors_total}}}}]
"""
GOOD = "http://127.0.0.1:8101/metrics"

UNASKABLE = [
    "http://xn--/metrics",
    "http://münchen.example/",
    "http://a..b/",
    "http://:80/",
    "http://?metrics",
    "http://host:99999/",
    "http://[::1/",
    "http://host/\\x7f",
    f"http://{'a' * 64}/",
]


@pytest.mark.parametrize("address", UNASKABLE)
def test_an_address_that_cannot_be_asked_is_refused_with_its_place(address):
    for path, text in {
        "$.sources[1].url": FILE.format(target=GOOD, source=address),
        "$.target.url": FILE.format(target=address, source=GOOD),
    }.items():
        with pytest.raises(BadDocument) as refused:
            service_file.parse(text)

        assert refused.value.path == path


@pytest.mark.parametrize(
    "address", [GOOD, "http://[::1]:80", "https://my_service.default.svc/", "http://xn--mnchen-3ya.de"]
)
def test_an_address_that_could_be_asked_is_taken(address):
    assert service_file.parse(FILE.format(target=address, source=address))["sources"][1]["url"] == address
