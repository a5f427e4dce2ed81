"""What people and pipelines write is text on every page, in attributes and in the data of charts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.domain.versions import Status
from decisions.models import Comparison, Incident, Sample, Series, Service, Source, Stakeholder, Version
from tests.factories import AT, make_deployment, make_version
from tests.web.addresses import PAGES, PARTS, arguments
from tests.web.rooms import make_policy, make_request, make_room, make_started

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;{{ 7*7 }}"
RAW = ("<script>alert", "<img src=x", "onerror=alert(1)>", ">49<")


@pytest.fixture
def poisoned(ana, db):
    """Hostile text wherever somebody outside the desk can put some."""
    make_policy("desk")
    incident = make_room()
    service = incident.service
    Incident.objects.update(title=EVIL)
    Service.objects.update(title=EVIL)
    service.indicators.update(title=EVIL, unit="")
    Source.objects.update(name=EVIL[:90], state="unhealthy", reason=EVIL)
    Stakeholder.objects.create(service=service, person=EVIL, role="responsible")
    version = make_version(service, EVIL, status=Status.QUARANTINED, status_reason=EVIL, model=EVIL, registered_at=AT)
    Version.objects.filter(pk=version.pk).update(training_metrics={EVIL: 0.5})
    make_deployment(version, days=0.01, reason=EVIL)
    series = Series.objects.create(
        service=service, indicator=service.indicators.get(), source=Source.objects.first(), version=EVIL
    )
    Sample.objects.create(series=series, at=AT - timedelta(seconds=5), seconds=2, value=0.5, n=40)
    finding = {"verdict": "worse", "reason": EVIL, "low": 0.1, "high": 0.2, "looks": [[1, None, 1], [2, 0.1, 0.2]]}
    Comparison.objects.create(
        service=service,
        candidate=EVIL,
        baseline=EVIL,
        since=AT,
        looked_at=AT,
        verdict="worse",
        sentence=EVIL,
        findings={"misread_share": finding, EVIL: finding},
    )
    make_started(incident, ana)
    make_request(make_room(name="cheques", tier="high"), ana)
    return incident


@pytest.mark.parametrize("name", [name for name in (*PAGES, *PARTS) if name != "service-chart"])
def test_hostile_text_is_text(name, poisoned, enter, ana):
    client = enter(ana)
    client.post(reverse("incident-note", args=[poisoned.pk]), {"text": EVIL})

    answer = client.get(reverse(name, args=arguments(name))).content.decode()

    assert [raw for raw in RAW if raw in answer] == []


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("journal", {"event": EVIL, "service": EVIL, "person": EVIL, "incident": EVIL}),
        ("fleet", {"q": EVIL, "state": EVIL, "tier": EVIL}),
        ("service-detail", {"at": EVIL, "span": EVIL, "before": EVIL}),
        ("policy-new", {"from": EVIL}),
        ("assessment-detail", {EVIL: EVIL, "log.rate.revenue": EVIL}),
        ("incidents", {"page": EVIL}),
    ],
)
def test_hostile_questions_come_back_as_text(name, query, poisoned, enter, ana):
    answer = enter(ana).get(reverse(name, args=arguments(name)), query)

    assert answer.status_code == 200
    assert [raw for raw in RAW if raw in answer.content.decode()] == []


def test_a_refusal_quotes_nothing_as_markup(poisoned, enter, ana):
    answer = enter(ana).post(reverse("incident-pick", args=[poisoned.pk]), {"version": EVIL}, HTTP_HX_REQUEST="true")

    assert [raw for raw in RAW if raw in answer.content.decode()] == []


def test_a_policy_that_is_not_one_comes_back_as_text(poisoned, enter, paul):
    answer = enter(paul).post(reverse("policy-new"), {"body": "</textarea>" + EVIL})

    assert "</textarea><script>" not in answer.content.decode()


def test_chart_data_is_json_and_nothing_else(poisoned, enter, ana):
    answer = enter(ana).get(reverse("service-chart", args=["amounts", "misread_share"]))

    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert EVIL in answer.json()["columns"]


def test_the_drawing_library_is_handed_no_markup(poisoned, enter, ana):
    """Plotly reads tags and entities in names and words; what others wrote must not reach it as such."""
    figure = enter(ana).get(reverse("service-chart", args=["amounts", "misread_share"])).json()

    words = [trace.get("name", "") for trace in figure["data"]]
    words += [note["text"] for note in figure["layout"]["annotations"]]
    assert [word for word in words if "<" in word or "{{" in word] == []
    assert any("&lt;script&gt;" in word for word in words)


@pytest.mark.parametrize("text", ["\u0000", "a\u0000b"])
def test_what_is_no_text_is_not_understood(text, poisoned, enter, ana):
    client = enter(ana)

    assert client.get(reverse("journal"), {"service": text}).status_code == 400
    assert client.post(reverse("incident-note", args=[poisoned.pk]), {"text": text}).status_code == 400
