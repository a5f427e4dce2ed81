"""Drafting, proposing, signing off and dropping policies from their pages."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from decisions.assessment import backtests
from decisions.models import PolicyVersion
from decisions.web import trials
from tests.measured import EXAMPLES
from tests.web.rooms import POLICIES, make_policy, make_room

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _nothing_is_remembered() -> None:
    cache.clear()


@pytest.fixture
def text(db) -> str:
    make_policy("low")
    return (EXAMPLES / POLICIES["low"]).read_text().replace('"3.00"', '"4.50"')


@pytest.fixture
def draft(text, enter, paul) -> PolicyVersion:
    enter(paul).post(reverse("policy-new"), {"body": text})
    return PolicyVersion.objects.get(state="draft")


def press(client, name: str, version: PolicyVersion):
    """What the page's own form for it would send."""
    address = reverse(f"policy-{name}", args=[version.pk])
    page = client.get(reverse("policy-detail", args=[version.pk])).content.decode()
    form = page.partition(f'action="{address}"')[2].partition("</form>")[0]
    return client.post(address, dict(re.findall(r'name="(digest|beside)" value="([^"]*)"', form)), **HTMX)


def test_paul_saves_a_draft(text, enter, paul):
    answer = enter(paul).post(reverse("policy-new"), {"body": text})

    version = PolicyVersion.objects.get(state="draft")
    assert (answer.status_code, answer["Location"]) == (302, reverse("policy-detail", args=[version.pk]))
    assert version.drafted_by == "paul"


def test_a_draft_that_is_not_valid_comes_back_with_its_fault_and_its_text(text, enter, paul):
    answer = enter(paul).post(reverse("policy-new"), {"body": text.replace("currency: EUR", "currency: 12")})

    assert answer.status_code == 422
    assert "$.currency" in answer.content.decode()
    assert "currency: 12" in answer.content.decode()


def test_only_a_policy_owner_drafts(text, enter, ana):
    page = enter(ana).get(reverse("policy-new")).content.decode()
    answer = enter(ana).post(reverse("policy-new"), {"body": text})

    assert answer.status_code == 422
    assert "policy owner" in page and "policy owner" in answer.content.decode()
    assert not PolicyVersion.objects.filter(state="draft").exists()


def test_it_is_checked_as_one_types(text, enter, paul):
    answer = enter(paul).post(reverse("policy-check"), {"body": text}, **HTMX)

    assert "$.categories.revenue.parts.misreads.rate: 3.00 -&gt; 4.50" in answer.content.decode()


@pytest.mark.parametrize("body", ["", "a: [", "{}", "- 1\n- 2", "x: 1e400", "\u0000"])
def test_what_is_no_policy_is_said_with_its_place(body, enter, paul):
    answer = enter(paul).post(reverse("policy-check"), {"body": body}, **HTMX)

    assert answer.status_code in (200, 400)
    assert "Not valid." in answer.content.decode() or answer.status_code == 400


def test_the_past_is_scored_again_when_asked_for(text, enter, paul):
    make_room()

    answer = enter(paul).post(reverse("policy-check") + "?backtest=1", {"body": text}, **HTMX)

    assert "0 of 1 recommendations would have been different" in answer.content.decode()


def test_a_draft_shows_what_it_would_have_decided(draft, enter, paul):
    make_room()

    part = enter(paul).get(reverse("policy-backtest", args=[draft.pk])).content.decode()
    page = enter(paul).get(reverse("policy-detail", args=[draft.pk]) + "?backtest=1").content.decode()

    assert "on 1 of 1 past incidents" in part
    assert "on 1 of 1 past incidents" in page
    assert "At the prices of the policy in force" in part and "At its own prices" in part
    assert "no case has a known cause" in part


def test_a_long_past_is_scored_some_cases_at_a_time_and_each_once(draft, enter, paul, monkeypatch):
    monkeypatch.setattr(backtests, "CASES_AT_ONCE", 2)
    for name in ("amounts", "cheques", "slips"):
        make_room(name=name)
    client, path = enter(paul), reverse("policy-backtest", args=[draft.pk])

    first, second = (client.get(path).content.decode() for _ in range(2))

    assert "on 2 of 3 past incidents" in first and "1 more is being scored." in first
    assert f'hx-get="{path}"' in first
    assert "on 3 of 3 past incidents" in second and "hx-get" not in second


def test_rows_beyond_what_a_page_holds_are_counted(text, enter, paul, monkeypatch):
    monkeypatch.setattr(trials, "MOST_FLIPS", 1)
    for name in ("amounts", "cheques"):
        make_room(name=name)
    stricter = text.replace("past_uses_at_least: 0", "past_uses_at_least: 5")

    answer = enter(paul).post(reverse("policy-check") + "?backtest=1", {"body": stricter}, **HTMX)

    assert "1 more row is not listed here." in answer.content.decode()
    assert "outside: Past uses, weighted" in answer.content.decode()


def test_paul_proposes_and_petra_signs(draft, enter, paul, petra):
    proposed = press(enter(paul), "propose", draft)
    signed = press(enter(petra), "sign-off", draft)

    draft.refresh_from_db()
    assert "Proposed" in proposed.content.decode()
    assert "In force" in signed.content.decode()
    assert (draft.state, draft.signed_by) == ("active", "petra")


def test_nobody_signs_their_own(draft, enter, paul):
    press(enter(paul), "propose", draft)

    page = enter(paul).get(reverse("policy-detail", args=[draft.pk])).content.decode()
    answer = press(enter(paul), "sign-off", draft)

    draft.refresh_from_db()
    assert answer.status_code == 422
    assert draft.state == "proposed"
    assert 'action="' + reverse("policy-sign-off", args=[draft.pk]) not in page


def test_signing_twice_is_refused_with_the_state_as_it_is(draft, enter, paul, petra):
    press(enter(paul), "propose", draft)
    press(enter(petra), "sign-off", draft)

    answer = press(enter(petra), "sign-off", draft)

    assert answer.status_code == 422
    assert "In force" in answer.content.decode()


def test_a_draft_is_dropped(draft, enter, paul):
    answer = press(enter(paul), "drop", draft)

    draft.refresh_from_db()
    assert (answer.status_code, draft.state) == (200, "retired")


def test_without_htmx_one_is_back_on_the_policy(draft, enter, paul):
    answer = enter(paul).post(reverse("policy-propose", args=[draft.pk]))

    assert (answer.status_code, answer["Location"]) == (302, reverse("policy-detail", args=[draft.pk]))


@pytest.mark.parametrize("name", ["propose", "sign-off", "drop", "withdraw", "withdrawal-sign-off", "keep"])
def test_a_responder_signs_nothing(name, draft, enter, ana):
    assert press(enter(ana), name, draft).status_code == 422


@pytest.fixture
def low(db) -> PolicyVersion:
    make_policy("desk")
    return make_policy("low")


def test_paul_proposes_to_withdraw_and_petra_signs(low, enter, paul, petra):
    asked = press(enter(paul), "withdraw", low)
    page = enter(petra).get(reverse("policy-detail", args=[low.pk])).content.decode()
    signed = press(enter(petra), "withdrawal-sign-off", low)

    low.refresh_from_db()
    assert asked["HX-Redirect"] == signed["HX-Redirect"] == reverse("policy-detail", args=[low.pk])
    assert "This policy is to be withdrawn." in page
    assert "What would change with policy desk 1" in page
    assert "Sign off: withdraw it, policy desk 1 holds" in page
    assert low.state == "retired"


def test_nobody_signs_a_withdrawal_of_their_own(low, enter, paul):
    press(enter(paul), "withdraw", low)

    answer = press(enter(paul), "withdrawal-sign-off", low)

    low.refresh_from_db()
    assert (answer.status_code, low.state) == (422, "active")
    assert "Another policy owner must sign it." in answer.content.decode()


def test_a_withdrawal_is_dropped_again(low, enter, paul, petra):
    press(enter(paul), "withdraw", low)

    press(enter(petra), "keep", low)

    low.refresh_from_db()
    assert (low.state, low.withdrawal_by) == ("active", "")


def test_the_desk_s_own_policy_offers_no_withdrawal(low, enter, paul):
    desk = PolicyVersion.objects.get(scope="desk")

    page = enter(paul).get(reverse("policy-detail", args=[desk.pk])).content.decode()

    assert reverse("policy-withdraw", args=[desk.pk]) not in page
    assert press(enter(paul), "withdraw", desk).status_code == 422


def test_signing_what_moved_on_is_refused_where_one_looks(draft, text, enter, paul, petra):
    press(enter(paul), "propose", draft)
    compared = {"digest": draft.digest, "beside": make_policy("low").digest}
    enter(paul).post(reverse("policy-new"), {"body": text.replace('"4.50"', '"5.50"')})
    other = PolicyVersion.objects.get(state="draft")
    press(enter(paul), "propose", other)
    press(enter(petra), "sign-off", other)

    answer = enter(petra).post(reverse("policy-sign-off", args=[draft.pk]), compared, **HTMX)

    assert answer.status_code == 422
    assert "Policy low 3 became active meanwhile: compare again before you sign." in answer.content.decode()
