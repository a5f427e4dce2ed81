"""An address that no client can ask is refused with its place, before anything tries it."""

from __future__ import annotations

import pytest

from decisions.domain import service_file
from decisions.domain.canonical import BadDocument

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
