"""The claim asks everything again: the policy's bounds, the people and their rights, and the approval."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User

from decisions import journal
from decisions.domain import canonical, engine, plans, policy
from decisions.domain.refusals import Refused
from decisions.domain.runs import State
from decisions.execution import gate, present, runs
from decisions.models import Answer, Approval, Assessment, PolicyVersion, Run, Snapshot
from tests.domain import snapshots
from tests.execution.world import carry, carry_on, make_world
from tests.factories import AT, make_incident, make_person

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).parents[2] / "examples"
LOW, DESK = EXAMPLES / "digits" / "policy-low.yaml", EXAMPLES / "policies" / "default.yaml"


@cache
def judged(rules: Path):
    """The policy, the evidence and what the engine makes of it: the same for every test."""
    parsed, seen = policy.parse(rules.read_text()), snapshots.snapshot("transposed")
    return parsed, seen, engine.assess(seen, parsed)


class Case:
    """A service whose v2 reads transposed, assessed under a policy, and the plan to go back to v1."""

    def __init__(self, rules: Path = LOW) -> None:
        self.service, self.target = make_world()
        self.target.change(settings={"accept_threshold": "0.6"})
        self.incident = make_incident(self.service)
        parsed, seen, result = judged(rules)
        version = PolicyVersion.objects.create(
            scope=parsed.scope.kind,
            scope_name=parsed.scope.name or "",
            number=1,
            digest=parsed.digest,
            title="Rules",
            body=rules.read_text(),
            state="active",
            drafted_by="paul",
            drafted_at=AT,
            activated_at=AT,
        )
        self.assessment = Assessment.objects.create(
            incident=self.incident,
            policy=version,
            snapshot=Snapshot.objects.create(digest=seen.digest, body=seen.canonical, at=AT),
            engine_version=result["engine"],
            result=canonical.canonical(result),
            result_digest=result["digest"],
            at=AT,
        )
        option = next(each for each in result["options"] if each["key"] == "roll_back:v1")
        not_after = AT + timedelta(minutes=5)
        self.plan = plans.build(option, seen, parsed, number=1, requester="ana", not_after=not_after).document

    def run(self, at: datetime, actor, **fields) -> Run:
        asked = {"plan": self.plan, "title": "Roll back to v1", "actor": actor, "at": at} | fields
        return runs.queue(service=self.service, incident=self.incident, assessment=self.assessment, **asked)

    def approval(self, *, by=(), **fields) -> Approval:
        defaults = {
            "service": self.service,
            "incident": self.incident,
            "assessment": self.assessment,
            "option": self.plan["option"],
            "title": "Roll back to v1",
            "plan": self.plan,
            "plan_digest": canonical.digest(self.plan),
            "state": "approved",
            "requested_by": "ana",
            "requested_at": AT,
            "expires_at": AT + timedelta(minutes=5),
        }
        approval = Approval.objects.create(**(defaults | fields))
        for person, area in by:
            Answer.objects.create(
                approval=approval, person=person, area=area, verdict="approve", digest_seen=approval.plan_digest, at=AT
            )
        return approval


@pytest.fixture
def low(db, ana):
    """Inside its bounds: anybody who responds may run it."""
    make_person(ana)
    return Case(LOW)


@pytest.fixture
def strict(db, ana, ben):
    """Outside its bounds: somebody has to agree."""
    make_person(ana)
    make_person(ben)
    return Case(DESK)


def test_a_plan_inside_its_bounds_runs(low, at, ana):
    assert carry_on(low.run(at, ana), at, seconds=5).state == State.WATCHING
    assert low.target.read(at=at).split == {"v1": 1.0}


def test_somebody_who_lost_the_role_meanwhile_does_not_get_it_run(low, at, ana):
    run = low.run(at, ana)
    User.objects.get(username="ana").groups.clear()

    carry(run, at)

    assert (run.state, low.target.effects) == (State.CANCELLED, [])
    assert run.outcome == "Only a responder can do this. You can watch, or ask the responder on call."


def test_somebody_who_was_disabled_meanwhile_does_not_get_it_run(low, at, ana):
    run = low.run(at, ana)
    User.objects.filter(username="ana").update(is_active=False)

    assert carry(run, at).state == State.CANCELLED


def test_evidence_that_aged_in_the_queue_puts_the_plan_outside_its_bounds(low, at, ana):
    run = low.run(at, ana, plan={**low.plan, "not_after": "2026-11-18T04:04:00Z"})

    carry(run, at + timedelta(minutes=30))

    assert (run.state, low.target.effects) == (State.CANCELLED, [])
    assert run.outcome.startswith("Outside the bounds")


def test_a_plan_outside_its_bounds_does_not_run_without_approval(strict, at, ana):
    run = carry(strict.run(at, ana), at)

    assert (run.state, strict.target.effects) == (State.CANCELLED, [])
    assert "has to agree first" in run.outcome


def test_an_approved_plan_runs_once_and_its_approval_is_consumed(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")])

    run = carry(strict.run(at, ana, approval=approval), at)

    approval.refresh_from_db()
    assert (run.state, approval.state) == (State.WATCHING, "consumed")
    assert journal.entries_about(approval).last().facts() == {"run": str(run)}


def test_only_what_nobody_approved_counts_towards_the_bound_on_moved_traffic(strict, at, ana):
    run = carry(strict.run(at, ana, approval=strict.approval(by=[("ben", "product")])), at)
    assert present.moved(strict.service, at) == {}

    Run.objects.filter(pk=run.pk).update(approval=None)
    assert present.moved(strict.service, at) == {"roll_back": 1.0}


@pytest.mark.parametrize("state", ["rejected", "withdrawn", "expired", "consumed"])
def test_an_approval_that_does_not_stand_any_more_stops_the_run(strict, at, ana, state):
    approval = strict.approval(by=[("ben", "product")])
    run = strict.run(at, ana, approval=approval)
    Approval.objects.filter(pk=approval.pk).update(state=state)

    carry(run, at)

    assert (run.state, strict.target.effects) == (State.CANCELLED, [])
    assert run.outcome == f"{approval} is {state}, so its plan does not run."


@pytest.mark.parametrize(("milliseconds", "counts"), [(-1, True), (0, False), (1, False)])
def test_an_approval_counts_until_its_end(strict, at, ana, milliseconds, counts):
    approval = strict.approval(by=[("ben", "product")], expires_at=at + timedelta(seconds=30))
    run = strict.run(at, ana, approval=approval)

    said = gate.refusal(run, approval.expires_at + timedelta(milliseconds=milliseconds))

    assert (said is None) is counts


def test_an_approval_that_ended_in_the_queue_stops_the_run(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")], expires_at=at + timedelta(seconds=30))
    run = strict.run(at, ana, approval=approval)

    carry(run, approval.expires_at)

    assert (run.state, strict.target.effects) == (State.CANCELLED, [])
    assert run.outcome == f"{approval} expired at 03:04:30 UTC. Ask again."


def test_an_approved_plan_that_is_cancelled_at_the_claim_ends_its_approval_with_the_reason(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")])
    run = strict.run(at, ana, approval=approval)
    strict.service.versions.filter(name="v1").update(status="quarantined", status_reason="it read checks upside down")

    carry(run, at)

    approval.refresh_from_db()
    assert run.outcome == "v1 is in quarantine: it read checks upside down."
    assert (approval.state, approval.outcome) == ("expired", run.outcome)
    assert journal.entries_about(approval).last().facts() == {"sentence": run.outcome}


def test_an_approved_plan_that_is_halted_before_it_began_ends_its_approval(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")])
    run = strict.run(at, ana, approval=approval)

    runs.halt(run.pk, actor=ana, reason="The night desk keys it in.", at=at)

    approval.refresh_from_db()
    assert (approval.state, approval.outcome) == ("expired", "It was halted: The night desk keys it in.")


def test_an_approver_who_lost_the_role_meanwhile_does_not_count(strict, at, ana):
    run = strict.run(at, ana, approval=strict.approval(by=[("ben", "product")]))
    Group.objects.get(name="approver").user_set.clear()

    assert carry(run, at).state == State.CANCELLED


def test_an_approval_of_another_plan_is_refused(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")], plan_digest=canonical.digest("another"))

    with pytest.raises(Refused, match="was given for another plan"):
        strict.run(at, ana, approval=approval)


def test_one_approval_has_one_run(strict, at, ana):
    approval = strict.approval(by=[("ben", "product")])
    run = carry(strict.run(at, ana, approval=approval), at)

    with pytest.raises(Refused):
        strict.run(at + timedelta(seconds=1), ana, approval=approval)

    assert Run.objects.get() == run


def test_a_plan_that_its_assessment_does_not_offer_is_refused(low, at, ana):
    half = {"split": {"v1": 0.5, "v2": 0.5}, "behaviour": "serve", "settings": {}}
    run = low.run(at, ana, plan={**low.plan, "to": half})

    assert carry(run, at).outcome == "The plan is not what its assessment offers. Choose again."


def test_a_plan_that_rests_on_other_evidence_is_refused(low, at, ana):
    run = low.run(at, ana, plan={**low.plan, "evidence": canonical.digest("other")})

    assert carry(run, at).outcome.startswith("The plan rests on other evidence")


def test_a_plan_whose_assessment_cannot_be_read_any_more_is_refused(low, at, ana):
    run = low.run(at, ana)
    Assessment.objects.update(result=b"{")

    assert carry(run, at).state == State.CANCELLED
    assert run.outcome.startswith("What the plan rests on cannot be read: $: is not JSON")


def test_a_closed_incident_stops_the_run(low, at, ana):
    run = low.run(at, ana)
    type(low.incident).objects.filter(pk=low.incident.pk).update(state="resolved")

    assert carry(run, at).outcome.startswith("This incident is already resolved")
