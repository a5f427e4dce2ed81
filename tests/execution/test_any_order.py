"""Any order of presses, workers, deaths, faults and passing time keeps what was promised."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from decisions.domain.refusals import Refused
from decisions.domain.runs import ENDED, EXCLUSIVE, RANK, State
from decisions.execution import looking, reach, runs
from decisions.execution.targets import simulated
from decisions.models import Attempt, Deployment, Run
from decisions.registry import splits
from tests.execution.world import ANA, carry, make_plan, make_run, make_world, state, vanish
from tests.factories import AT

# Shrinking a history takes minutes; the one that failed is printed as it was.
EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
WORKERS = st.sampled_from(["one", "two", "three"])
FAULTS = st.sampled_from([(call, way) for call, ways in simulated.WAYS.items() for way in ways if way != "crash"])


class Desk(RuleBasedStateMachine):
    """One service, its target, three workers and a clock."""

    def __init__(self) -> None:
        super().__init__()
        # Every example begins with an empty desk.
        self.example = transaction.atomic()
        self.example.__enter__()
        self.service, self.target = make_world()
        self.at = AT
        self.ranks: dict[int, int] = {}
        self.ended: dict[int, dict] = {}

    @rule(watch=st.sampled_from([None, 5.0]))
    def press(self, watch) -> None:
        served = splits.latest(self.service).served.shares
        leading = max(served, key=served.get)
        goal = "v1" if leading == "v2" else "v2"
        plan = make_plan(
            self.service,
            watch=watch,
            **{"from": state({leading: 1.0}), "to": state({goal: 1.0}), "not_after": "2027-01-01T00:00:00Z"},
        )
        try:
            make_run(self.service, self.at, plan=plan)
        except Refused:
            return

    @rule(owner=WORKERS)
    def work(self, owner) -> None:
        for run in self.active():
            carry(run, self.at, owner=owner)

    @rule(owner=WORKERS)
    def take_one_turn(self, owner) -> None:
        for run in self.active():
            runs.take_next_step(run.pk, owner=owner, at=self.at)

    @rule(owner=WORKERS, boundary=st.sampled_from(reach.BOUNDARIES[:-1]), nth=st.integers(1, 3))
    def die(self, owner, boundary, nth) -> None:
        for run in self.active():
            vanish(run, self.at, boundary=boundary, nth=nth, owner=owner)

    @rule(fault=FAULTS, times=st.integers(1, 4))
    def go_wrong(self, fault, times) -> None:
        self.target.misbehave(*fault, times=times)

    @rule(seconds=st.sampled_from([1, 4, 40]))
    def pass_time(self, seconds) -> None:
        self.at += timedelta(seconds=seconds)

    @rule()
    def look(self) -> None:
        looking.look(self.at, [self.service])

    @rule(reason=st.just("Something is wrong."))
    def halt(self, reason) -> None:
        for run in self.active():
            try:
                runs.halt(run.pk, actor=ANA, reason=reason, at=self.at)
            except Refused:
                continue

    def active(self) -> list[Run]:
        return list(Run.objects.active().filter(service=self.service))

    @invariant()
    def one_run_at_most_changes_the_service(self) -> None:
        changing = Run.objects.filter(service=self.service, state__in=[*EXCLUSIVE, State.QUEUED])
        assert changing.count() <= 1

    @invariant()
    def rank_never_falls_and_what_ended_stays_as_it_is(self) -> None:
        for row in Run.objects.filter(service=self.service).values():
            assert RANK[State(row["state"])] >= self.ranks.get(row["id"], 0)
            self.ranks[row["id"]] = RANK[State(row["state"])]
            if row["state"] in ENDED:
                assert self.ended.setdefault(row["id"], row) == row
                assert row["outcome"]

    @invariant()
    def every_effect_was_intended_first_and_happened_once(self) -> None:
        attempts = Attempt.objects.filter(run__service=self.service)
        intended = {(attempt.token, str(sorted(attempt.intent.get("split", {}).items()))) for attempt in attempts}
        effects = [(each["token"], str(sorted(each["split"].items()))) for each in self.target.effects]
        assert set(effects) <= intended
        assert len(effects) == len(set(effects))

    @invariant()
    def success_was_seen(self) -> None:
        for run in Run.objects.filter(service=self.service, state=State.SUCCEEDED):
            seen = Attempt.objects.filter(run=run, kind="read_back", outcome="done").last()
            assert splits.fulfils(seen.observation, run.plan["to"])

    @invariant()
    def open_deployments_are_what_was_last_read_back(self) -> None:
        assert Deployment.objects.filter(service=self.service, ended_at=None).count() <= 2

    def teardown(self) -> None:
        """Once nothing goes wrong any more, every run comes to an end."""
        try:
            self.come_to_an_end()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def come_to_an_end(self) -> None:
        self.target.change(faults=[])
        for _ in range(20):
            self.at += timedelta(seconds=40)
            for run in self.active():
                carry(run, self.at, owner="the last")
        assert self.active() == []


@pytest.mark.django_db
def test_any_order_of_events_keeps_what_was_promised() -> None:
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
