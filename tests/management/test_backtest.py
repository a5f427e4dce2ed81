"""`backtest` on a policy file: every case in a line, amounts with their unit, and one line for bad input."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from decisions.management.line_command import BadInput
from decisions.models import Incident, PolicyVersion
from tests.measured import EXAMPLES
from tests.web.rooms import POLICIES, make_policy, make_room

pytestmark = pytest.mark.django_db


@pytest.fixture
def write(tmp_path):
    """Writes the policy of tier low with one text replaced by another."""

    def written(old: str = "", new: str = "") -> str:
        path = tmp_path / "draft.yaml"
        path.write_text((EXAMPLES / POLICIES["low"]).read_text().replace(old, new, 1))
        return str(path)

    return written


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("backtest", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(BadInput) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def test_a_flip_is_said_with_its_price_at_both_policies_rates(write):
    make_room("crop")

    said = run(write('rate: "0.08"', 'rate: "0.0001"'))

    assert "instead of Roll back to v1; at the prices in force that costs " in said
    assert " EUR more, at the draft's own it saves " in said
    assert "1 of 1 decisions would have been different." in said
    assert "In hindsight: no case has a known cause." in said


def test_what_moves_out_of_the_bounds_is_said_case_by_case(write):
    make_room("crop")

    said = run(write("past_uses_at_least: 0", "past_uses_at_least: 3"))

    assert "Roll back to v1, as before; now outside the bounds (Past uses, weighted), was inside the bounds" in said
    assert "1 of 1 would have moved in or out of the bounds." in said


def test_a_cause_that_somebody_established_is_the_hindsight(write, at):
    make_room("crop")
    Incident.objects.update(cause="other", cause_by="ana", cause_at=at)

    found = json.loads(run(write('rate: "0.08"', 'rate: "0.0001"'), "--json"))

    assert (found["causes_known"], found["cases"][0]["cause"]) == (1, "other")
    assert float(found["saved_in_hindsight"]) > 0 > float(found["saved"])


def test_without_a_policy_in_force_the_draft_is_judged_alone(write):
    make_room("crop")
    PolicyVersion.objects.update(state="retired")

    said = run(write())

    assert "INC-" in said and "Roll back to v1, inside the bounds" in said
    assert "No policy is in force that this one could be compared with." in said


def test_only_the_newest_are_looked_at_when_asked_for(write, at):
    make_room("crop")
    older = make_room("crop", name="cheques")
    Incident.objects.filter(pk=older.pk).update(opened_at=at - timedelta(days=9))

    found = json.loads(run(write(), "--most", "1", "--json"))

    assert ([each["service"] for each in found["cases"]], found["incidents"]) == (["amounts"], 2)


def test_a_policy_for_a_service_that_does_not_exist_is_refused_with_its_place(write):
    make_policy("low")

    said = refused(write("scope: {kind: tier, name: low}", "scope: {kind: service, name: nowhere}"))

    assert said.endswith("draft.yaml: $.scope.name: is not a service of this desk: nowhere")
