"""What is served is what was trained."""

from __future__ import annotations

import numpy as np
import pytest

from examples.digits import readers, shelf, training
from examples.digits.readers import WillNotLoad


def test_the_linear_reader_answers_as_the_fitted_model_does(trained):
    data = training.halves()
    fitted = training.linear().fit(data.train, data.train_labels)

    served = shelf.opened(trained).readers["v1"].probabilities(data.traffic)

    np.testing.assert_allclose(served, fitted.predict_proba(data.traffic), rtol=0, atol=1e-12)


def test_the_forest_reader_answers_as_the_fitted_model_does(trained):
    data = training.halves()
    fitted = training.forest().fit(data.train, data.train_labels)

    served = shelf.opened(trained).readers["v2"].probabilities(data.traffic)

    np.testing.assert_allclose(served, fitted.predict_proba(data.traffic), rtol=0, atol=1e-12)


def test_no_image_of_the_traffic_was_trained_on():
    data = training.halves()

    assert not {row.tobytes() for row in data.train} & {row.tobytes() for row in data.traffic}


def test_a_second_start_does_not_train_again(folder):
    before = (folder / shelf.LIST).stat().st_mtime_ns

    shelf.opened(folder)

    assert (folder / shelf.LIST).stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.unlink(), "cannot be opened"),
        (lambda path: path.write_bytes(path.read_bytes()[:-100]), "not the registered one"),
        (lambda path: path.write_bytes(b""), "not the registered one"),
    ],
)
def test_an_artifact_that_is_not_the_registered_one_does_not_load(folder, damage, reason):
    known = shelf.opened(folder).versions["v2"]
    damage(known.path)

    with pytest.raises(WillNotLoad, match=reason):
        readers.load(known.path, known.sha256)


def test_a_registered_file_that_is_no_reader_does_not_load(tmp_path):
    path = tmp_path / "v3.npz"
    path.write_bytes(b"not arrays")

    with pytest.raises(WillNotLoad, match="does not read"):
        readers.load(path, readers.digest(path))
