from __future__ import annotations

import numpy as np
from scipy.stats import norm, qmc

from decisions.domain import points


def test_each_dimension_visits_every_cell_once():
    found = points.cells(40, "sha256:a")

    assert found.shape == (40, points.COUNT)
    assert (np.sort(found, axis=1) == np.arange(points.COUNT)).all()


def test_the_same_seed_has_the_same_points_and_another_has_others():
    first, again, other = (points.cells(5, seed).copy() for seed in ("sha256:a", "sha256:a", "sha256:b"))

    assert (first == again).all()
    assert (first != other).any()


def test_more_dimensions_change_none_of_the_first():
    assert (points.cells(3, "sha256:a") == points.cells(70, "sha256:a")[:3]).all()


def test_the_scores_are_those_of_the_cells_midpoints():
    expected = norm.ppf((points.cells(4, "sha256:a") + 0.5) / points.COUNT)

    assert np.allclose(points.scores(4, "sha256:a"), expected, rtol=1e-12)


def test_the_points_cannot_be_changed_by_who_uses_them():
    assert not points.cells(2, "sha256:a").flags.writeable
    assert not points.scores(2, "sha256:a").flags.writeable


def test_the_shift_keeps_the_evenness_of_the_sequence():
    shifted = (points.cells(8, "sha256:a").T + 0.5) / points.COUNT
    drawn = np.random.default_rng(1).random((points.COUNT, 8))

    assert qmc.discrepancy(shifted) < qmc.discrepancy(drawn) / 5
