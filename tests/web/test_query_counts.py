"""More services, versions and entries cost a page no more queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.models import Incident, Indicator, Service, ServiceLevel, Source, Split, Version
from tests.factories import AT, make_service
from tests.web.addresses import PAGES, PARTS, arguments
from tests.web.rooms import RATIO, make_policy, make_request, make_room, make_started

FREE = {"policy-backtest", "policy-new"}


def make_services(count: int) -> None:
    """Services with a level, a source and what they serve, in five inserts."""
    start = Service.objects.count()
    names = [f"service-{number}" for number in range(start, start + count)]
    made = Service.objects.bulk_create(Service(name=name, title=name, tier="low", created_at=AT) for name in names)
    indicators = Indicator.objects.bulk_create(
        Indicator(service=one, name="misread_share", title="Misread", direction="higher_is_worse", query=RATIO)
        for one in made
    )
    ServiceLevel.objects.bulk_create(ServiceLevel(indicator=one, bound="at_most", target=0.04) for one in indicators)
    Source.objects.bulk_create(Source(service=one, name="metrics", url="http://x.invalid", due_at=AT) for one in made)
    Split.objects.bulk_create(
        Split(service=one, kind=kind, at=AT, shares={"v2": 0.5, "v1": 0.5})
        for one in made
        for kind in ("desired", "served")
    )
    Incident.objects.bulk_create(Incident(service=one, title="It is slow", opened_at=AT) for one in made[::2])


def make_versions(service: Service, count: int) -> None:
    Version.objects.bulk_create(
        Version(service=service, name=f"c{number}", registered_at=AT - timedelta(days=3, minutes=number))
        for number in range(count)
    )


@pytest.fixture
def filled(ana, db):
    make_policy("desk")
    make_started(make_room(), ana)
    make_request(make_room(name="cheques", tier="high"), ana)


def counted(client, name: str) -> int:
    path = reverse(name, args=arguments(name))
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_hundred_services_cost_what_one_costs(filled, enter, ana):
    client = enter(ana)
    make_services(2)
    before = {name: counted(client, name) for name in (*PAGES, *PARTS)}

    make_services(100)

    after = {name: counted(client, name) for name in (*PAGES, *PARTS)}
    assert after == before


def test_ten_thousand_versions_cost_what_a_hundred_cost(filled, enter, ana):
    client, service = enter(ana), Service.objects.get(name="amounts")
    make_versions(service, 100)
    before = {name: counted(client, name) for name in (*PAGES, *PARTS)}

    Version.objects.filter(service=service, name__startswith="c").delete()
    make_versions(service, 10_000)

    after = {name: counted(client, name) for name in (*PAGES, *PARTS)}
    assert after == before


def test_a_long_journal_costs_what_a_short_one_costs(filled, enter, ana):
    client = enter(ana)
    before = counted(client, "journal")

    with journal.act(DESK, at=AT) as act:
        for _ in range(60):
            act.note(Event.SPLIT_CHANGED, about=make_service_once(), kind="served", words="v2 100 %")

    assert counted(client, "journal") == before


def make_service_once() -> Service:
    return Service.objects.filter(name="notes").first() or make_service("notes")


def test_no_page_asks_more_than_it_needs(filled, enter, ana):
    client = enter(ana)

    most = {name: counted(client, name) for name in (*PAGES, *PARTS)}

    assert {name: count for name, count in most.items() if count > 45} == {}
