from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.beliefs import BadCase
from decisions.domain.swing_weights import Swing, exchange_rates, weighted_score, weights

worsts = st.dictionaries(st.sampled_from(["revenue", "customer", "market"]), st.floats(1, 1e6), min_size=1)


def test_weights_are_ratings_as_shares():
    assert weights({"revenue": Swing(1000, 100), "market": Swing(10, 25)}) == {"market": 0.2, "revenue": 0.8}


@given(worsts, st.floats(0, 1))
def test_ratings_in_proportion_to_money_give_the_currency_score(worst, share):
    swings = {name: Swing(most, 50 * most / sum(worst.values())) for name, most in worst.items()}
    losses = {name: share * most / (1 + place) for place, (name, most) in enumerate(sorted(worst.items()))}

    in_money = 100 * (1 - sum(losses.values()) / sum(worst.values()))

    assert weighted_score(swings, losses) == pytest.approx(in_money)
    assert list(exchange_rates(swings).values()) == pytest.approx([1.0] * len(swings))


def test_the_exchange_rate_says_what_the_owners_imply():
    # Equal ratings for 1,000 and 3,000: a euro of the first counts 2, of the second 2/3 of the average euro.
    rates = exchange_rates({"regulatory": Swing(1000, 50), "revenue": Swing(3000, 50)})

    assert rates == pytest.approx({"regulatory": 2.0, "revenue": 2 / 3})


def test_a_loss_beyond_the_worst_counts_as_the_worst():
    assert weighted_score({"revenue": Swing(1000, 100)}, {"revenue": 5000}) == 0
    assert weighted_score({"revenue": Swing(1000, 100)}, {}) == 100


def test_ratings_that_are_all_zero_are_refused():
    with pytest.raises(BadCase, match="above 0"):
        weights({"revenue": Swing(1000, 0)})


@pytest.mark.parametrize(("worst", "rating"), [(0, 50), (-1, 50), (10, 101), (10, -1)])
def test_there_is_no_weight_without_a_range(worst, rating):
    with pytest.raises(BadCase):
        Swing(worst, rating)
