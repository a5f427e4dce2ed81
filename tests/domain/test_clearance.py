"""The gate: every bound with its number, who has to agree, and one sentence for what cannot be done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from decisions.domain import bound_checks, clearance, engine
from decisions.domain.actors import DESK, Area
from decisions.domain.clearance import Now
from decisions.domain.evidence import Calibration
from tests.domain import policies, snapshots

BACK = {"kind": "roll_back", "version": "v1", "to": {"split": {"v1": 1.0}}}


@cache
def best(tier="low", fault="crop"):
    result = engine.assess(snapshots.snapshot(fault, tier=tier), policies.default())
    return result["options"][0]


def experienced(**changes):
    """Evidence under which the rollback is inside the bounds of tier low."""
    return snapshots.snapshot("crop", past_uses=snapshots.past("roll_back", 6), **changes)


@cache
def inside():
    result = engine.assess(experienced(), policies.default())
    return result["options"][0]


def failing(option, snapshot, now=None, policy=None):
    found = clearance.checks(option, snapshot, policy or policies.default(), now)
    return [check.name for check in found if not check.passes]


def test_with_enough_past_uses_the_rollback_is_inside_every_bound():
    assert failing(inside(), experienced()) == []


def test_on_a_fresh_start_the_example_policy_lets_the_rollback_run():
    fresh = snapshots.document("transposed")["versions"]
    fresh[0]["healthy_seconds"] = 61.0
    found = snapshots.snapshot("transposed", versions=fresh)
    option = engine.assess(found, policies.example())["options"][0]

    assert option["key"] == "roll_back:v1"
    assert failing(option, found, policy=policies.example()) == []


BROKEN = [
    ("known_good", {}, {"versions": [{**snapshots.document()["versions"][0], "healthy_seconds": 86399}]}),
    ("attested", {}, {"versions": [{**snapshots.document()["versions"][0], "attested": False}]}),
    ("p_best", {"p_best": 0.69}, {}),
    ("p_best", {"p_best": None}, {}),
    ("regret", {"regret_share": 0.021}, {}),
    ("regret", {"regret_share": None}, {}),
    ("tail", {"tail": "100000.01"}, {}),
    ("past_uses", {"past_uses": {"effective": 2.9}}, {}),
    ("past_uses", {"past_uses": None}, {}),
    ("kind", {"kind": "pray"}, {}),
    ("evidence_complete", {}, {"missing": [{"indicator": f"i{n}", "reason": "gone"} for n in range(2)]}),
    (
        "cooldown",
        {},
        {"incident": {"opened_at": snapshots.OPENED_AT, "reversals": 0, "last_action_at": "2026-11-18T02:50:00Z"}},
    ),
    ("reversals", {}, {"incident": {"opened_at": snapshots.OPENED_AT, "reversals": 2}}),
    ("freeze", {}, {"service": {"name": "amounts", "tier": "low", "freeze": "end of year"}}),
    ("calibration", {}, {"calibration": [{"kind": "roll_back", "n": 20, "hits": 15}]}),
]


@pytest.mark.parametrize("name, option, evidence", BROKEN, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(BROKEN)])
def test_each_bound_fails_alone_when_its_number_is_beyond_it(name, option, evidence):
    if "versions" in evidence:
        evidence = {"versions": [*evidence["versions"], snapshots.document()["versions"][1]]}

    assert failing({**inside(), **option}, experienced(**evidence)) == [name]


def test_evidence_ages_until_the_moment_of_asking():
    late = Now.of(experienced(), datetime(2026, 11, 18, 3, 8, 58, tzinfo=UTC))

    assert failing(inside(), experienced(), late) == ["evidence_age"]


def test_the_cooldown_ends_on_the_second():
    acted = datetime(2026, 11, 18, 2, 49, tzinfo=UTC)
    now = replace(Now.of(experienced()), last_action_at=acted)

    assert failing(inside(), experienced(), now) == []
    assert failing(inside(), experienced(), replace(now, last_action_at=acted + timedelta(seconds=1))) == ["cooldown"]


TENTH = {"kind": "shift_traffic", "version": "v1", "share_moved": 0.1}


@pytest.mark.parametrize(
    "most, moved, breaks",
    [
        (0.5, {"shift_traffic": 0.4}, False),
        (0.5, {"shift_traffic": 0.4, "roll_back": 0.1}, True),
        (0.5, {"shift_traffic": 0.4, "disable": 1.0}, True),
        (0.5, {"shift_traffic": 0.4, "stabilise": 1.0}, False),
        (1.0, {"roll_back": 1.0}, False),
    ],
)
def test_small_moves_within_an_hour_count_together(most, moved, breaks):
    rules = policies.with_change("tiers.low.bounds.share_at_most", most)
    now = replace(Now.of(experienced()), moved=moved)

    assert ("slices" in failing({**inside(), **TENTH}, experienced(), now, rules)) is breaks


def test_a_bound_that_was_sliced_says_so():
    rules = policies.with_change("tiers.low.bounds.share_at_most", 0.5)
    now = replace(Now.of(experienced()), moved={"shift_traffic": 0.5})

    said = clearance.outside(clearance.checks({**inside(), **TENTH}, experienced(), rules, now))

    assert said == "Outside the bounds: 60 % of the traffic would have moved within an hour, at most 50 % may."


def test_whether_a_fallback_moves_traffic_is_the_policys_to_say():
    option = engine.assess(snapshots.snapshot("missing_rows", tier="high"), policies.default())["options"][0]
    lenient = policies.with_change("tiers.high.bounds.fallback_moves_traffic", False)
    found = snapshots.snapshot("missing_rows", tier="high")

    assert "share" in failing(option, found)
    assert "share" not in failing(option, found, policy=lenient)


def test_outside_the_bounds_the_policy_says_who_has_to_agree(ana):
    found, now = snapshots.snapshot("crop", tier="high"), Now.of(snapshots.snapshot("crop", tier="high"))
    checks = clearance.checks(best("high"), found, policies.default())

    said = clearance.refusal(best("high"), found, policies.default(), actor=ana, now=now)

    assert clearance.needed_approvals(checks, policies.default().tier("high")) == (Area.PRODUCT, Area.RISK)
    assert said.startswith("Outside the bounds: 100 % of the traffic would move, at most 10 % may")
    assert said.endswith("Approvers for product and risk have to agree first.")


def test_with_every_approval_it_may_run_and_with_one_it_may_not(ana):
    found = snapshots.snapshot("crop", tier="high")
    ask = {"actor": ana, "now": Now.of(found)}

    one = clearance.refusal(best("high"), found, policies.default(), granted={Area.PRODUCT}, **ask)
    both = clearance.refusal(best("high"), found, policies.default(), granted=set(Area), **ask)

    assert one.endswith("An approver for risk has to agree first.")
    assert both is None


def test_inside_the_bounds_a_responder_may_and_a_viewer_may_not(ana, cleo):
    now = Now.of(experienced())

    assert clearance.refusal(inside(), experienced(), policies.default(), actor=ana, now=now) is None
    assert clearance.refusal(inside(), experienced(), policies.default(), actor=DESK, now=now) is None
    said = clearance.refusal(inside(), experienced(), policies.default(), actor=cleo, now=now)
    assert said.startswith("Only a responder")


IMPOSSIBLE = [
    ({"split": {"v1": 1.0}}, BACK, "v1 serves all the traffic already."),
    ({"statuses": {"v1": "quarantined"}}, BACK, "v1 is quarantined. Lift the quarantine"),
    ({"loads": {"v1": False}}, BACK, "v1 does not load, so nothing can be served by it."),
    ({}, {**BACK, "version": "v9"}, "There is no version v9 of this service."),
    ({"can": frozenset()}, BACK, "The serving target cannot switch"),
    (
        {"split": {"v1": 0.5, "v2": 0.5}},
        {"kind": "shift_traffic", "version": "v1", "to": {"split": {"v1": 0.5}}},
        "v1 has that share already.",
    ),
    ({"behaviour": "people"}, {"kind": "disable"}, "The model is out already; the behaviour is people."),
    ({"settings": {"a": "1"}}, {"kind": "stabilise", "to": {"settings": {"a": "1"}}}, "a is as recorded already."),
]


@pytest.mark.parametrize("facts, option, said", IMPOSSIBLE, ids=[said[:30] for *_, said in IMPOSSIBLE])
def test_what_cannot_be_done_is_refused_in_one_sentence_whoever_agrees(facts, option, said, ana):
    now = replace(Now.of(experienced()), **facts)
    full = {**inside(), **option}

    assert clearance.impossible(full, now).startswith(said)
    assert clearance.refusal(full, experienced(), policies.default(), actor=ana, now=now, granted=set(Area)).startswith(
        said
    )


def test_what_can_be_done_is_not_impossible():
    assert clearance.impossible(BACK, Now.of(experienced())) is None


def starter(option, result, **start):
    policy = policies.with_change("tiers.low.starts.roll_back", start)
    checks = clearance.checks(option, experienced(), policy)
    return clearance.starter(option, result, checks, policy.tier("low"))


def test_the_desk_starts_what_the_policy_lets_it_start():
    result = engine.assess(experienced(), policies.default())

    assert starter(inside(), result, who="desk").who == "desk"
    assert starter(inside(), result, who="desk_after", seconds=90).seconds == 90


@pytest.mark.parametrize(
    "unusual",
    [
        {"too_close_to_call": True},
        {"severity": {"asks_for": "nothing"}},
        {"severity": {"asks_for": "stabilise"}},
        {"recommendation": {"option": "disable", "hand_over": False}},
        {"recommendation": {"option": "roll_back:v1", "hand_over": True}},
    ],
)
def test_a_person_starts_it_whenever_anything_is_unusual(unusual):
    result = {**engine.assess(experienced(), policies.default()), **unusual}

    assert starter(inside(), result, who="desk").who == "person"


@pytest.mark.parametrize("n, accepted", [(0, range(0, 1)), (5, range(3, 6)), (20, range(16, 21))])
def test_only_intervals_that_fail_too_often_are_rejected(n, accepted):
    passing = [k for k in range(n + 1) if bound_checks.of_calibration(Calibration("roll_back", n, k)).passes]

    assert passing == list(accepted)


@pytest.mark.parametrize(
    "n, hits, told, bound",
    [
        (0, 0, "none yet, too few to reject", "any"),
        (1, 0, "0 of 1, too few to reject", "any"),
        (20, 18, "18 of 20", "16 to 20"),
    ],
)
def test_how_many_hits_would_be_rejected_is_said_and_when_none_could_be(n, hits, told, bound):
    check = bound_checks.of_calibration(Calibration("roll_back", n, hits))

    assert (check.passes, check.number, check.bound) == (True, told, bound)


def test_intervals_that_always_hold_are_too_wide():
    assert not bound_checks.of_calibration(Calibration("roll_back", 60, 60)).passes


def test_the_accepted_hits_are_those_of_the_exact_test():
    binomtest = pytest.importorskip("scipy.stats").binomtest

    for n in range(80):
        accepted = [k for k in range(n + 1) if n == 0 or binomtest(k, n, 0.9).pvalue >= 0.05]
        assert bound_checks.accepted_hits(n) == (accepted[0], accepted[-1])


def test_a_freeze_that_nobody_records_is_no_bound_that_is_kept():
    assert "freeze" not in [check.name for check in clearance.checks(inside(), experienced(), policies.default())]


def test_holding_runs_nothing_and_needs_nobody():
    assert clearance.checks({"kind": "hold"}, experienced(), policies.default()) == ()


def test_a_rollback_waits_until_it_has_come_out_whether_its_target_suffers_too():
    young = {"opened_at": "2026-11-18T03:03:50Z", "reversals": 0}
    unknown = [{"name": "versions_suffer", "value": "unknown"}]
    early = experienced(incident=young, tokens=unknown)

    assert failing(inside(), early) == ["comparison"]
    assert failing({**inside(), "kind": "disable"}, early) == []
    assert failing(inside(), experienced(tokens=unknown, incident={**young, "opened_at": "2026-11-18T03:02:59Z"})) == []
