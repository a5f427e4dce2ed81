"""What a page may load and run: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from decisions.models import Person
from tests.web.addresses import PAGES, PARTS, arguments
from tests.web.rooms import make_policy, make_request, make_room, make_started

INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
HANDLER = re.compile(r"<[^>]+\son[a-z]+\s*=", re.IGNORECASE)
STYLE = re.compile(r"<style|<[^>]+\sstyle\s*=", re.IGNORECASE)
JAVASCRIPT = re.compile(r"(?:href|src|action)\s*=\s*[\"']?\s*javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"(?:href|src|action|hx-get|hx-post)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE)


@pytest.fixture
def filled(ana, db):
    make_policy("desk")
    make_started(make_room(), ana)
    make_request(make_room(name="cheques", tier="high"), ana)


@pytest.mark.parametrize("name", [name for name in (*PAGES, *PARTS) if name != "service-chart"])
@pytest.mark.parametrize("role", ["ana", "dora"])
def test_nothing_is_inline_and_nothing_comes_from_elsewhere(name, role, filled, enter, request):
    page = enter(request.getfixturevalue(role)).get(reverse(name, args=arguments(name))).content.decode()

    found = {rule.pattern: rule.findall(page) for rule in (INLINE_SCRIPT, HANDLER, STYLE, JAVASCRIPT, ELSEWHERE)}
    assert {pattern: hits for pattern, hits in found.items() if hits} == {}


def test_the_sign_in_page_is_as_strict(client, db):
    page = client.get(reverse("sign-in")).content.decode()

    assert not INLINE_SCRIPT.search(page) and not STYLE.search(page) and not ELSEWHERE.search(page)


def test_every_answer_says_what_may_run(filled, enter, ana, client):
    client = enter(ana)

    for answer in (client.get(reverse("fleet")), client.get("/nowhere"), client.get(reverse("rail"))):
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy and "unsafe-eval" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"


def test_a_form_without_its_token_is_refused_in_a_sentence(filled, ana, enter):
    enter(ana)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Person.objects.get(key="ana").user)

    answer = strict.post(reverse("incident-report", args=["amounts"]), {"title": "It is wrong"})

    assert answer.status_code == 403
    assert "This page is too old to act from" in answer.content.decode()


def test_pages_are_not_kept_by_others(filled, enter, ana):
    answer = enter(ana).get(reverse("fleet"))

    assert "Cookie" in answer["Vary"]


def test_two_desks_on_one_machine_do_not_share_cookies(filled, enter, ana, client):
    port = urlsplit(settings.PUBLIC_URL).port

    assert set(enter(ana).cookies) == {f"session-{port}"}
    assert f"csrf-{port}" in client.get(reverse("sign-in")).cookies
