"""How often a threshold would page for nothing, printed beside it: on a service, a policy, and a draft as one types."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions.assessment import policies
from decisions.domain.refusals import Refused
from decisions.models import QuietHistory, Sample, Series, ServiceLevel
from decisions.monitoring import alarms
from tests.factories import AT, EXAMPLES, make_indicator, make_level, make_live_pair, make_source
from tests.web.rooms import RATIO, make_policy

# At the margin that the policies give, 0.2, the level breaks above 0.048.
QUIET, BEYOND = 0.03, 0.0484
TEXT = (EXAMPLES / "policies/default.yaml").read_text()


@pytest.fixture
def level(db) -> ServiceLevel:
    make_policy("desk")
    service = make_live_pair(tier="standard")
    indicator = make_indicator(service, query=RATIO, unit="fraction", title="Misread")
    source = make_source(service, every_seconds=15)
    Series.objects.create(service=service, indicator=indicator, source=source, version="v2")
    return make_level(indicator, margin=0.2, window_seconds=15, for_seconds=15, state="ok", value=0.03)


def remember(level: ServiceLevel, *, every: int, count: int = 2000) -> None:
    """Quiet, with two measurements beyond the margin in each stretch of so many; then the history is read."""
    values = [BEYOND if place % every in (5, 6) else QUIET for place in range(count)]
    series = Series.objects.get()
    Sample.objects.bulk_create(
        Sample(series=series, at=AT - timedelta(seconds=15 * place), seconds=15, value=value, n=100)
        for place, value in enumerate(reversed(values))
    )
    alarms.refresh(AT)


def page(client, name: str, *arguments: object) -> str:
    return client.get(reverse(name, args=arguments)).content.decode().replace("\u00a0", " ")


def checked(client, text: str) -> str:
    return client.post(reverse("policy-check"), {"body": text}).content.decode().replace("\u00a0", " ")


def test_a_level_says_how_often_it_would_break_for_nothing(level, enter, ana):
    remember(level, every=1000)

    said = page(enter(ana), "service-detail", "amounts")

    assert "87 a month" in said
    assert "by 2,000 samples" in said and "at most" in said


def test_a_history_that_is_too_short_says_how_much_of_it_there_is(level, enter, ana):
    remember(level, every=1000, count=240)

    assert "quiet history too short, 60 min of 2 h 30 min" in page(enter(ana), "service-detail", "amounts")


def test_a_level_that_was_not_read_yet_claims_nothing(level, enter, ana):
    assert "its quiet history was not read yet" in page(enter(ana), "service-detail", "amounts")


def test_a_margin_says_what_it_does_and_what_the_noise_asks_for(level, enter, paul):
    remember(level, every=1000)

    said = page(enter(paul), "policy-detail", make_policy("desk").pk)

    assert "Alarms for nothing on amounts: 87 a month, at most" in said
    # The bad measurements lie 21 % above the target, so that a margin of 22 % holds them.
    assert "The noise of this history asks for a margin of 22 %: more than is stated." in said


def test_a_draft_that_pages_too_often_is_told_as_one_types_with_the_sentence_of_the_refusal(level, enter, paul):
    remember(level, every=1000)
    draft = policies.draft(TEXT, actor=paul, at=AT)
    with pytest.raises(Refused) as refused:
        policies.propose(draft, actor=paul, at=AT)

    said = checked(enter(paul), TEXT)

    assert refused.value.sentence in said
    assert "Valid, but it could not be proposed." in said


def test_a_draft_within_its_limit_shows_the_count_and_no_refusal(level, enter, paul):
    remember(level, every=1000)

    said = checked(enter(paul), TEXT.replace("alarms_per_month: 4", "alarms_per_month: 200"))

    assert "could not be proposed" not in said
    assert "87 a month" in said and "at most 200 a month and service" in said


def test_counts_of_another_level_are_not_shown(level, enter, paul):
    remember(level, every=1000)
    QuietHistory.objects.update(counted_for=[])

    assert "No level that it would govern has a quiet history yet." in checked(enter(paul), TEXT)
