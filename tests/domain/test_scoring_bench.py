"""The benchmark compares like with like."""

from __future__ import annotations

import numpy as np

from bench import assess
from decisions.domain.courses import courses
from decisions.domain.scoring import score
from decisions.domain.unknowns import on_points
from decisions.domain.worlds import fallen, foreseen


def test_the_bare_evaluation_comes_to_the_same_figures():
    case = assess._case()
    table = courses(case)
    plain = assess.bare(table, foreseen(case, table, on_points(case)), fallen(case, table))
    scores = score(case)
    ours = [*(scores.of(option.key).loss for option in case.options), scores.do_nothing]

    # numpy's default quantile stands half a point further in than Hazen's.
    assert np.allclose(plain["total"][1], [loss.quantiles.p50 for loss in ours], rtol=1e-3)
    assert np.allclose(plain["total"][2], [loss.quantiles.p95 for loss in ours], rtol=2e-2)
    assert np.allclose(plain["cvar"], [loss.cvar95 for loss in ours], rtol=1e-2)
    assert np.allclose(plain["p_best"], [scores.of(option.key).p_best for option in case.options], atol=1e-6)
    assert np.allclose(plain["regret"], [scores.of(option.key).regret for option in case.options], rtol=2e-2)


def test_the_benchmark_says_its_ratio():
    found = assess.run(["--repeats", "1"])

    assert (found["options"], found["categories"], found["points"]) == (10, 4, 2048)
    assert found["ratio"] > 0
