"""How often a level would break for nothing, read from what it did while nothing was wrong."""

from __future__ import annotations

from datetime import timedelta

import pytest

from decisions.assessment import policies, withdrawals
from decisions.domain.refusals import Refused
from decisions.models import PolicyVersion, Sample, Series, ServiceLevel
from decisions.monitoring import alarms
from tests.domain import policies as policy_documents
from tests.factories import EXAMPLES, make_incident, make_indicator, make_level, make_live_pair, make_source

pytestmark = pytest.mark.django_db

SHARE = {"kind": "ratio", "metric": "misread_total", "over": "labelled_accepted_total"}
HOUR = timedelta(hours=1)
# At margin 0.2 the level breaks above 0.048, after two measurements in a row that are 15 s apart.
QUIET, BEYOND = 0.03, 0.05


@pytest.fixture
def level() -> ServiceLevel:
    service = make_live_pair()
    indicator = make_indicator(service, query=SHARE, unit="fraction")
    source = make_source(service, every_seconds=15)
    Series.objects.create(service=service, indicator=indicator, source=source, version="v2")
    return make_level(indicator, margin=0.2, window_seconds=15, for_seconds=15)


def measure(at, values) -> None:
    series = Series.objects.get()
    Sample.objects.bulk_create(
        Sample(series=series, at=at - timedelta(seconds=15 * place), seconds=15, value=value, n=100)
        for place, value in enumerate(reversed(values))
    )


def history(every: int, *, count: int = 2000) -> list[float]:
    """Quiet, with two bad measurements running in each stretch of so many."""
    return [BEYOND if place % every in (5, 6) else QUIET for place in range(count)]


def counted(at) -> ServiceLevel:
    alarms.refresh(at)
    return ServiceLevel.objects.select_related("indicator__service").get()


def test_what_is_never_beyond_pages_nobody(level, at):
    measure(at, [QUIET] * 2000)

    found = counted(at).alarms

    assert found["per_month"] == 0 and found["samples"] == 2000
    assert 0 < found["at_most"] < 300


def test_each_beginning_becomes_an_alarm_with_the_chance_to_go_on(level, at):
    measure(at, history(1000))

    # A month has 172,800 measurements, one in a thousand begins to exceed, and after one the next does half the time.
    assert counted(at).alarms["per_month"] == pytest.approx(172.8 / 2, rel=0.02)


def test_what_happened_in_an_incident_is_not_held_against_the_threshold(level, at):
    measure(at, [QUIET] * 1000 + [0.9] * 40 + [QUIET] * 960)
    began = at - timedelta(seconds=15 * 1000)
    fields = {"state": "resolved", "resolved_at": began + timedelta(seconds=15 * 40)}
    make_incident(level.indicator.service, opened_at=began + timedelta(seconds=30), **fields)

    assert counted(at).alarms["per_month"] == 0


def test_the_history_is_read_once_an_hour(level, at):
    measure(at, history(1000))

    assert [alarms.refresh(at), alarms.refresh(at + HOUR / 2), alarms.refresh(at + HOUR * 1.1)] == [1, 0, 1]


def test_a_level_that_changed_is_not_judged_by_old_counts(level, at):
    measure(at, history(1000))
    counted(at)

    ServiceLevel.objects.update(target=0.1)

    assert alarms.under(ServiceLevel.objects.all(), policy_documents.default()) == {}


def test_a_wider_margin_pages_less(level, at):
    measure(at, history(1000))
    counted(at)

    wide = policy_documents.document()
    wide["margins"][0]["parts"] = [wide["margins"][0]["parts"][0] | {"size": 0.3}]
    wide["hysteresis"]["share"] = 0.3

    assert under(policy_documents.default()) > 80
    assert under(policy_documents.policy.from_document(wide)) == 0


def under(policy) -> float:
    (found,) = alarms.under(ServiceLevel.objects.all(), policy).values()
    return found.per_month


def test_a_policy_that_pages_for_nothing_is_refused_by_name(level, at, paul):
    measure(at, history(1000))
    alarms.refresh(at)
    version = policies.draft((EXAMPLES / "policies/default.yaml").read_text(), actor=paul, at=at)

    with pytest.raises(Refused, match=r"for nothing, most often on misread_share at most 0.04 of amounts"):
        policies.propose(version, actor=paul, at=at)

    assert PolicyVersion.objects.get().state == "draft"


def test_it_is_refused_at_the_signing_too(level, at, paul, petra):
    version = policies.draft((EXAMPLES / "policies/default.yaml").read_text(), actor=paul, at=at)
    policies.propose(version, actor=paul, at=at)
    measure(at, history(1000))
    alarms.refresh(at)

    with pytest.raises(Refused, match="the policy allows 4"):
        policies.sign_off(version, seen=policies.Seen.of(version, None), actor=petra, at=at)


def test_a_short_history_turns_no_policy_down(level, at, paul):
    measure(at, history(100, count=500))
    alarms.refresh(at)
    version = policies.draft((EXAMPLES / "policies/default.yaml").read_text(), actor=paul, at=at)

    policies.propose(version, actor=paul, at=at)

    assert version.state == "proposed"


def test_a_nearer_policy_shields_its_services(level, at, paul):
    measure(at, history(1000))
    alarms.refresh(at)
    policies.install((EXAMPLES / "digits/policy-low.yaml").read_text(), at=at)
    version = policies.draft((EXAMPLES / "policies/default.yaml").read_text(), actor=paul, at=at)

    policies.propose(version, actor=paul, at=at)

    assert version.state == "proposed"


def test_a_shield_is_not_withdrawn_when_what_it_shields_would_be_paged_for_nothing(level, at, paul):
    policies.install((EXAMPLES / "policies/default.yaml").read_text(), at=at)
    low = policies.install((EXAMPLES / "digits/policy-low.yaml").read_text(), at=at)
    measure(at, history(1000))
    alarms.refresh(at)

    with pytest.raises(Refused, match=r"would page .* for nothing, most often on misread_share"):
        withdrawals.propose(low, actor=paul, at=at)
