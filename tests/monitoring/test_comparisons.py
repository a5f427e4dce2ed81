"""The newest served version is held against the one before it, on the same traffic or in that one's own time."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import numpy as np
import pytest

from decisions.domain.judges import sequential_comparison
from decisions.domain.judges.configuration import Configuration
from decisions.domain.judges.configuration import Indicator as Judged
from decisions.models import Comparison, Entry, Indicator, Sample, Service
from decisions.monitoring import comparisons, findings, pairs
from tests.factories import AT, make_example_service, make_incident
from tests.sampled import OLD, TRANSPOSED, WELL, measure

pytestmark = pytest.mark.django_db

SINCE = AT - timedelta(minutes=3)


@pytest.fixture
def service(at) -> Service:
    """The example's service; its v2 went live three minutes ago."""
    found = make_example_service()
    found.deployments.filter(version__name="v2").update(started_at=SINCE)
    return found


def test_a_broken_version_is_worse_than_the_one_in_shadow(service, at):
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    assert comparisons.look(at) == 1

    found = Comparison.objects.get()
    assert (found.candidate, found.baseline, found.since, found.is_paired) == ("v2", "v1", SINCE, True)
    assert found.verdict == "worse"
    assert found.rows == 45
    assert {name: each["verdict"] for name, each in found.findings.items()} == {
        "misread_share": "worse",
        "accepted_share": "worse",
        "latency_p99": "fine",
        "error_rate": "fine",
    }
    assert Entry.objects.get(event="version_compared").service == "amounts"


def test_two_versions_that_are_alike_are_never_called_worse(service, at):
    measure(service, "v2", OLD, since=SINCE, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    for seconds in range(20, 181, 20):
        service.sources.update(scraped_at=SINCE + timedelta(seconds=seconds))
        comparisons.look(SINCE + timedelta(seconds=seconds))
        assert Comparison.objects.get().verdict != "worse"

    looks = Comparison.objects.get().findings["accepted_share"]["looks"]
    widths = [high - low for _, low, high in looks if low is not None and high is not None]
    assert len(widths) > 3
    assert widths[-1] < widths[0]


def test_without_a_shadow_the_one_before_is_taken_from_its_own_healthy_time(service, at):
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    earlier = AT - timedelta(hours=1, minutes=3)
    measure(service, "v1", OLD, since=earlier, seconds=180)

    comparisons.look(at)

    found = Comparison.objects.get()
    assert (found.baseline, found.is_paired, found.verdict) == ("v1", False, "worse")
    assert "own last healthy time" in found.sentence


def test_the_counters_that_a_version_left_behind_are_no_traffic(service, at):
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    measure(service, "v1", OLD, since=SINCE, seconds=180)
    Sample.objects.filter(series__version="v1").update(value=None, n=0)

    comparisons.look(at)

    assert not Comparison.objects.exists()


def test_a_version_that_was_well_is_compared_from_the_beginning_of_the_trouble(service, at):
    service.deployments.filter(version__name="v2").update(started_at=AT - timedelta(hours=1))
    incident = make_incident(service, opened_at=AT - timedelta(seconds=100))
    measure(service, "v2", WELL, since=SINCE, seconds=80)
    measure(service, "v2", TRANSPOSED, since=SINCE + timedelta(seconds=80), seconds=100)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    comparisons.look(at)

    found = Comparison.objects.get()
    assert found.since == incident.opened_at - timedelta(seconds=2.5)
    assert found.verdict == "worse"
    assert Entry.objects.get(event="version_compared").incident == incident.pk


def test_an_old_version_without_an_incident_is_left_alone(service, at):
    service.deployments.filter(version__name="v2").update(started_at=AT - timedelta(hours=1))
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    assert comparisons.look(at) == 0
    assert not Comparison.objects.exists()


def test_the_same_rows_are_looked_at_once(service, at):
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    comparisons.look(at)
    comparisons.look(at + timedelta(seconds=1))

    assert Comparison.objects.get().looked_at == at
    assert Entry.objects.filter(event="version_compared").count() == 1


def test_looks_are_few_and_bounded(service):
    seen, looks = 0, 0
    for rows in range(1, 1000):
        if pairs.is_due(seen, min(rows, pairs.MOST_ROWS)):
            seen, looks = min(rows, pairs.MOST_ROWS), looks + 1

    assert (seen, looks) == (pairs.MOST_ROWS, 81)
    assert len(findings.thinned([[str(place), 0, 1] for place in range(61)])) == 31


def test_a_desk_where_nothing_is_new_costs_two_queries(service, at, django_assert_num_queries):
    service.deployments.update(started_at=AT - timedelta(days=3))

    with django_assert_num_queries(2):
        comparisons.look(at)


def test_a_look_costs_as_many_queries_however_much_was_measured(service, at, django_assert_max_num_queries):
    measure(service, "v2", TRANSPOSED, since=SINCE, seconds=180)
    measure(service, "v1", OLD, mode="shadow", since=SINCE, seconds=180)

    with django_assert_max_num_queries(25):
        comparisons.look(at)


def test_a_look_needs_no_scipy():
    judged = """
import sys
import numpy as np
from decisions.domain.judges import sequential_comparison
from decisions.domain.judges.configuration import Configuration, Rule
from decisions.domain.judges.expectations import Expected
from decisions.domain.levels import Level
from decisions.domain.rates import Measured

shares = Expected("misread_share", "ratio", "higher_is_worse", Level("at_most", 0.04, 0.2))
times = Expected("latency_p99", "quantile", "higher_is_worse", Level("at_most", 0.25, 0.2))
rows = [Measured(0.01 + 0.01 * (place % 3), 80.0, 4.0) for place in range(30)]
side = {**shares.series(rows), **times.series(rows)}
for paired in (True, False):
    configuration = Configuration((shares.indicator(), times.indicator()), rule=Rule(same_minutes=paired))
    sequential_comparison.compare(side, {name: 2 * values for name, values in side.items()}, configuration)
print("scipy" in sys.modules)
"""

    found = subprocess.run([sys.executable, "-c", judged], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "False"


def test_errors_against_none_are_not_so_many_times_as_many():
    errors = np.tile([0.0, 0.0, 0.0, 1.0], 60)
    asked = Configuration((Judged("errors", "higher_is_worse", kind="count"),))
    result = sequential_comparison.compare({"errors": errors * 0}, {"errors": errors}, asked)

    said = findings.reason(result, [Indicator(name="errors", title="errors", unit="")])

    assert said.startswith("errors: 0.25 a row against none on the baseline, and at least")
