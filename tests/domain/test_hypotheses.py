from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions.domain.beliefs import BadCase
from decisions.domain.hypotheses import Hypothesis, Token, log_contributions, posterior
from tests.scoring_cases import posteriors

EVEN = {"release": 0.5, "other": 0.3, "transient": 0.2}
likelihoods = st.fixed_dictionaries({h.value: st.floats(1e-6, 1) for h in Hypothesis})
tokens = st.lists(likelihoods.map(lambda shares: Token("token", shares)), max_size=6)


@given(posteriors(), tokens)
def test_the_posterior_sums_to_one(prior, seen):
    assert math.fsum(posterior(prior, seen).values()) == pytest.approx(1, abs=1e-12)


@given(posteriors(), tokens, st.randoms(use_true_random=False))
def test_the_order_of_the_tokens_changes_nothing(prior, seen, random):
    shuffled = random.sample(seen, len(seen))

    assert posterior(prior, shuffled) == pytest.approx(posterior(prior, seen), rel=1e-12)


def test_a_token_that_is_as_likely_under_every_hypothesis_teaches_nothing():
    assert posterior(EVEN, [Token("weather", dict.fromkeys(Hypothesis, 0.3))]) == pytest.approx(EVEN)


def test_a_hypothesis_that_the_prior_rules_out_stays_out():
    found = posterior({"release": 0.0, "other": 1.0, "transient": 0.0}, [Token("t", {**EVEN, "release": 1.0})])

    assert found == {"release": 0.0, "other": 1.0, "transient": 0.0}


def test_the_logs_of_the_lines_add_up_to_the_odds():
    seen = [
        Token("upstream", {"release": 0.1, "other": 0.9, "transient": 0.5}),
        Token("canary", {"release": 0.8, "other": 0.3, "transient": 0.1}),
    ]

    lines = log_contributions(EVEN, seen)

    total = {h: math.fsum(line.logs[h] for line in lines) for h in ("release", "other")}
    found = posterior(EVEN, seen)
    assert [line.name for line in lines] == ["prior", "canary", "upstream"]
    assert math.exp(total["release"] - total["other"]) == pytest.approx(found["release"] / found["other"])


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, math.nan])
def test_a_likelihood_lies_above_0_and_up_to_1(share):
    with pytest.raises(BadCase, match="likelihood under release"):
        Token("canary", {"release": share, "other": 0.5, "transient": 0.5})


def test_a_prior_that_does_not_sum_to_one_is_refused():
    with pytest.raises(BadCase, match="sum to 1"):
        posterior({"release": 0.5, "other": 0.5, "transient": 0.5}, [])
