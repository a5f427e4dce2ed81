from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.ranking import Contender, Present, choose
from decisions.domain.scores import Because


def option(key: str, *losses: float, regret: float | None = None, **more: Any) -> Contender:
    total = sum(losses)
    values = {"risk_adjusted": total, "blast_radius": 0.5, "undo_minutes": 5.0, **more}
    values.setdefault("reach", values["blast_radius"])
    return Contender(key=key, losses=losses, regret=total if regret is None else regret, **values)


def test_the_least_loss_is_recommended():
    choice = choose([option("a", 10, 30), option("b", 30, 5)], tolerance=0)

    assert (choice.recommended, choice.because, choice.runner_up) == ("b", Because.LEAST_LOSS, "a")
    assert choice.order == ("b", "a")


def test_among_equally_good_options_the_one_that_touches_least_is_recommended():
    wide, narrow = option("a", 30, regret=5, blast_radius=1.0), option("b", 33, regret=8, blast_radius=0.1)

    choice = choose([wide, narrow], tolerance=10)

    assert (choice.recommended, choice.because) == ("b", Because.SMALLEST_BLAST_RADIUS)
    assert choice.tied == ("a", "b")
    assert choice.order == ("a", "b")


@pytest.mark.parametrize(
    ("second", "because"),
    [
        ({"undo_minutes": 1.0}, Because.QUICKEST_TO_UNDO),
        ({"undo_minutes": 5.0}, Because.NAME),
    ],
)
def test_then_the_quickest_to_undo_then_the_name(second, because):
    choice = choose([option("b", 30, 1, regret=5), option("a", 1, 33, regret=8, **second)], tolerance=10)

    assert (choice.recommended, choice.because) == ("a", because)


def test_an_option_beyond_the_tolerance_is_not_a_tie_however_little_it_touches():
    choice = choose([option("a", 30, 1, regret=5), option("b", 1, 40, regret=16, blast_radius=0)], tolerance=10)

    assert choice.recommended == "a"


def test_the_leader_is_recommended_even_where_its_own_regret_exceeds_the_tolerance():
    assert choose([option("a", 30, regret=99), option("b", 31, regret=100)], tolerance=1).recommended == "a"


def test_an_option_whose_bad_end_is_much_worse_is_not_as_good():
    choice = choose([option("a", 30, 1, regret=5), option("b", 1, 31, regret=6, risk_adjusted=90, blast_radius=0)], 10)

    assert choice.recommended == "a"


def test_a_dominated_option_stays_in_the_list_and_is_not_recommended():
    # b costs nowhere less and once more, but its bad end looks better.
    choice = choose([option("a", 10, 10), option("b", 10, 11, risk_adjusted=5)], tolerance=100)

    assert choice.dominated_by == {"b": "a"}
    assert choice.recommended == "a"
    assert choice.order == ("b", "a")


@pytest.mark.parametrize(
    "other",
    [option("b", 10, 10), option("b", 9, 30), option("b", 10, 11, blast_radius=0.4)],
    ids=["equal everywhere", "cheaper in one category", "touches less"],
)
def test_what_is_not_dominance(other):
    assert not option("a", 10, 10).dominates(other)


def test_a_hold_does_not_dominate_what_touches_less_than_its_plan():
    hold, shift = option("hold", 10, 10, blast_radius=0.0, reach=0.5), option("shift", 10, 11, blast_radius=0.2)

    assert not hold.dominates(shift)
    assert option("hold", 10, 10, blast_radius=0.0, reach=0.2).dominates(shift)


@pytest.mark.parametrize(
    ("loss", "answer"), [(25, ("hold", Because.NOT_WORTH_SWITCHING)), (26, ("a", Because.LEAST_LOSS))]
)
def test_the_present_state_is_left_only_for_more_than_a_change_costs_and_than_can_be_told_apart(loss, answer):
    stay, leave = option("hold", loss, regret=99), option("a", 0, regret=0)

    choice = choose([stay, leave], 5, Present("hold", 20))

    assert (choice.recommended, choice.because) == answer


def test_one_option_alone_is_recommended_as_the_only_one():
    choice = choose([option("a", 10)], tolerance=0)

    assert (choice.recommended, choice.because, choice.runner_up) == ("a", Because.ONLY_OPTION, None)


figures = st.integers(0, 3).map(float)


@st.composite
def contenders(draw: st.DrawFn) -> list[Contender]:
    return [
        option(
            key,
            draw(figures),
            draw(figures),
            regret=draw(figures),
            risk_adjusted=draw(figures),
            blast_radius=draw(figures) / 3,
        )
        for key in "abcd"[: draw(st.integers(1, 4))]
    ]


@given(contenders(), figures)
def test_a_dominated_option_is_never_recommended(made, tolerance):
    choice = choose(made, tolerance)

    chosen = next(c for c in made if c.key == choice.recommended)
    assert not any(c.dominates(chosen) for c in made)


@given(contenders(), figures, st.randoms(use_true_random=False))
def test_the_order_of_the_contenders_changes_nothing(made, tolerance, random):
    assert choose(random.sample(made, len(made)), tolerance) == choose(made, tolerance)
