"""Cases to score: one with exact hand values, and strategies that make any."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from decisions.domain.beliefs import Beta, CostRate, Duration
from decisions.domain.cases import Action, Case, Hold, RegulatoryStep
from decisions.domain.scoring import planned

CATEGORIES = ("customer", "market", "regulatory", "revenue")


def make_action(key: str = "roll_back:v1", **changes: Any) -> Action:
    """Works in three of four cases when the release is at fault, else in one of four; 10 minutes sharp."""
    action = Action(
        key=key,
        kind="roll_back",
        success={"release": Beta(3, 1), "other": Beta(1, 3)},
        takes=Duration(10),
        residual={"revenue": 0.2},
        running={"revenue": 4},
        one_off={"revenue": 50},
        blast_radius=0.5,
        undo_minutes=5,
    )
    return replace(action, **changes)


def make_case(*options: Action | Hold, **changes: Any) -> Case:
    """100 revenue and 10 regulatory a minute; the repair takes 100, recovery by hand 50 minutes, all of it sharp."""
    case = Case(
        rates=(CostRate("revenue", 100), CostRate("regulatory", 10)),
        posterior={"release": 0.6, "other": 0.3, "transient": 0.1},
        options=options or (make_action(),),
        repair=Duration(100),
        manual=Duration(50),
        transient_minutes=20,
        seed="sha256:test",
    )
    return replace(case, **changes)


def make_wide_case(**changes: Any) -> Case:
    """Four categories, three rollbacks that overlap, a disable and a hold; nothing is sharp."""
    actions = (
        _wide("roll_back:v1", 8, 6, 120),
        _wide("roll_back:v2", 7, 5, 100),
        _wide("roll_back:v3", 3, 9, 20),
        _wide("disable", 40, 2, 1500),
    )
    case = Case(
        rates=tuple(
            map(CostRate, ("revenue", "customer", "market", "regulatory"), (120, 40, 10, 5), (0.3, 0.5, 0.7, 1.0))
        ),
        posterior={"release": 0.7, "other": 0.2, "transient": 0.1},
        options=actions,
        repair=Duration(180, 0.6, 6),
        manual=Duration(60, 0.7, 6),
        transient_minutes=20,
        step=RegulatoryStep("regulatory", 5000, 240),
        risk_aversion=0.15,
        tie_relative=0.01,
        confidence=0.85,
        seed="sha256:test",
    )
    case = replace(case, options=(*actions, Hold("hold", 10, planned(case))))
    return replace(case, **changes)


def _wide(key: str, worked: float, minutes: float, one_off: float) -> Action:
    return Action(
        key=key,
        kind=key.split(":")[0],
        success={"release": Beta(worked, 1.3), "other": Beta(1, 3)},
        takes=Duration(minutes, 0.5, 4),
        residual={"market": 0.1},
        running={"revenue": 3, "customer": 1},
        one_off={"customer": one_off},
        blast_radius=0.25,
        undo_minutes=minutes,
    )


def shares(least: float = 0.0) -> st.SearchStrategy[float]:
    return st.floats(least, 1.0)


def amounts(most: float = 1000.0) -> st.SearchStrategy[float]:
    return st.floats(0, most).map(lambda value: round(value, 3))


betas = st.builds(Beta, st.floats(0.5, 30), st.floats(0.5, 30))
durations = st.builds(Duration, st.floats(0.5, 300), st.floats(0, 1), st.floats(1, 30))
by_category = st.dictionaries(st.sampled_from(CATEGORIES), amounts())


@st.composite
def posteriors(draw: st.DrawFn) -> dict[str, float]:
    release, rest = draw(shares()), draw(shares())
    other = (1 - release) * rest
    return {"release": release, "other": other, "transient": 1 - release - other}


@st.composite
def actions(draw: st.DrawFn, key: str = "roll_back:v1") -> Action:
    return Action(
        key=key,
        kind="roll_back",
        success={"release": draw(betas), "other": draw(betas)},
        takes=draw(durations),
        residual=draw(st.dictionaries(st.sampled_from(CATEGORIES), shares())),
        running=draw(by_category),
        one_off=draw(by_category),
        blast_radius=draw(shares()),
        undo_minutes=draw(amounts(60)),
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any case: one to four actions, perhaps a hold, perhaps a regulatory step."""
    made = [draw(actions(f"roll_back:v{place}")) for place in range(draw(st.integers(1, 4)))]
    rates = tuple(CostRate(name, draw(amounts(200)), draw(shares())) for name in CATEGORIES)
    case = Case(
        rates=rates,
        posterior=draw(posteriors()),
        options=tuple(made),
        repair=draw(durations),
        manual=draw(durations),
        transient_minutes=draw(amounts(60)),
        risk_aversion=draw(shares()),
        tie_absolute=draw(amounts(100)),
        step=draw(st.none() | st.builds(RegulatoryStep, st.just("regulatory"), amounts(9999), st.floats(5, 300))),
    )
    if draw(st.booleans()):
        case = replace(case, options=(*case.options, Hold("hold", draw(st.floats(1, 60)), planned(case))))
    return case
