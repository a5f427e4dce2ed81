"""Fits both versions once and leaves them on disk: `python -m examples.digits.training DIR`.

Runs as a process of its own, so that the memory scikit-learn takes goes with it.
Version v1 is a logistic regression on standardised pixels, v2 a random forest of 200 trees; half of the 1,797 images
that come with scikit-learn trains them, the other half is the traffic.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from examples.digits import shelf
from examples.digits.readers import Array, ForestReader, LinearReader, save

SEED = 0


@dataclass(frozen=True)
class Halves:
    """The images that train and the images that come as traffic, with their labels."""

    train: Array
    train_labels: Array
    traffic: Array
    traffic_labels: Array


def halves() -> Halves:
    digits = load_digits()
    train, traffic, train_labels, traffic_labels = train_test_split(
        digits.data, digits.target, test_size=0.5, random_state=SEED, stratify=digits.target
    )
    return Halves(train, train_labels, traffic, traffic_labels)


def linear() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=5000))


def forest() -> RandomForestClassifier:
    return RandomForestClassifier(n_estimators=200, random_state=SEED)


def arrays_of_linear(fitted: Pipeline) -> LinearReader:
    scaler, model = (step for _, step in fitted.steps)
    return LinearReader(scaler.mean_, scaler.scale_, model.coef_.T, model.intercept_)


def arrays_of_forest(fitted: RandomForestClassifier) -> ForestReader:
    trees = [estimator.tree_ for estimator in fitted.estimators_]
    starts = np.concatenate([[0], np.cumsum([tree.node_count for tree in trees])])
    pixel = np.concatenate([tree.feature for tree in trees])
    left = np.concatenate([tree.children_left + start for tree, start in zip(trees, starts, strict=False)])
    right = np.concatenate([tree.children_right + start for tree, start in zip(trees, starts, strict=False)])
    leaf = pixel < 0
    here = np.arange(len(pixel))
    return ForestReader(
        roots=starts[:-1],
        pixel=np.where(leaf, 0, pixel),
        threshold=np.concatenate([tree.threshold for tree in trees]),
        children=np.stack([np.where(leaf, here, right), np.where(leaf, here, left)], axis=1).ravel(),
        share=np.concatenate([tree.value[:, 0, :] for tree in trees]),
        depth=max(tree.max_depth for tree in trees),
    )


def train(folder: Path) -> None:
    """Fit, export, and write the list last: a folder without it is fitted again from the start."""
    folder.mkdir(parents=True, exist_ok=True)
    data = halves()
    fits = {"v1": (linear(), arrays_of_linear), "v2": (forest(), arrays_of_forest)}
    versions = [_fit(version, model, arrays, data, folder) for version, (model, arrays) in fits.items()]
    shelf.save_traffic(folder, data.traffic, data.traffic_labels)
    shelf.save_list(folder, versions)


def _fit(version: str, model: Any, arrays: Any, data: Halves, folder: Path) -> dict[str, Any]:
    reader = arrays(model.fit(data.train, data.train_labels))
    sha256 = save(reader, folder / f"{version}.npz")
    return {
        "version": version,
        "model": type(model[-1] if isinstance(model, Pipeline) else model).__name__,
        "file": f"{version}.npz",
        "sha256": sha256,
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "training_metrics": {
            "rows": len(data.train),
            "accuracy_training": round(float(model.score(data.train, data.train_labels)), 4),
            "accuracy_held_out": round(float(model.score(data.traffic, data.traffic_labels)), 4),
        },
    }


if __name__ == "__main__":
    train(Path(sys.argv[1]))
