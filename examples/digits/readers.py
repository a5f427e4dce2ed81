"""Reads digits from arrays that were taken out of fitted models.

The process that serves does not import scikit-learn: that costs about 100 MB and 3 s at every start, and one call of
a 200-tree forest 15 to 20 ms. The numbers are the same, tests/examples/test_readers.py holds both beside each other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class Reader(Protocol):
    def probabilities(self, images: Array) -> Array:
        """Say how likely each digit is.

        Args:
            images: n rows of 64 pixels, 0 to 16, row by row.

        Returns:
            n rows of 10 probabilities that sum to 1, for the digits 0 to 9.
        """
        ...


class WillNotLoad(Exception):
    """An artifact is not there, not the registered one, or not a reader. `str()` is a sentence."""


@dataclass(frozen=True)
class LinearReader:
    """A softmax over a linear score of standardised pixels."""

    mean: Array
    scale: Array
    weights: Array
    bias: Array

    def probabilities(self, images: Array) -> Array:
        scores = (images - self.mean) / self.scale @ self.weights + self.bias
        scores -= scores.max(axis=1, keepdims=True)
        odds = np.exp(scores)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass(frozen=True)
class ForestReader:
    """All trees in one set of arrays: node n goes on to `children[2 n + 1]` where its pixel is at most its
    threshold, else to `children[2 n]`. A leaf is its own child, so that walking on from it changes nothing.
    """

    roots: Array
    pixel: Array
    threshold: Array
    children: Array
    share: Array
    depth: int

    def probabilities(self, images: Array) -> Array:
        # Trees compare single-precision pixels with double-precision thresholds, as they did when they were grown.
        pixels = images.astype(np.float32).ravel()
        first_pixel = (np.arange(len(images)) * 64)[:, None]
        nodes = np.tile(self.roots, (len(images), 1))
        for _ in range(self.depth):
            at_most = pixels.take(self.pixel.take(nodes) + first_pixel) <= self.threshold.take(nodes)
            nodes = self.children.take(2 * nodes + at_most)
        return np.asarray(self.share.take(nodes, axis=0).mean(axis=1))


KINDS: dict[str, type[LinearReader] | type[ForestReader]] = {"linear": LinearReader, "forest": ForestReader}


def save(reader: LinearReader | ForestReader, path: Path) -> str:
    """Write the reader's arrays and return the file's SHA-256 in hex. No pickle: a file can only hold numbers."""
    kind = next(name for name, made in KINDS.items() if isinstance(reader, made))
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, kind=np.array(kind), **vars(reader))
    return digest(path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path, sha256: str) -> Reader:
    """Load a reader and let it read one empty image.

    Raises:
        WillNotLoad: the file is absent, is not the one registered under `sha256`, or does not read.
    """
    try:
        found = digest(path)
    except OSError as error:
        raise WillNotLoad(f"The artifact {path.name} cannot be opened: {error.strerror or error}.") from error
    if found != sha256:
        raise WillNotLoad(f"The artifact {path.name} is not the registered one: its SHA-256 is {found}.")
    try:
        reader = _unpack(path)
        answer = reader.probabilities(np.zeros((1, 64)))
    except Exception as error:  # whatever a file can do wrong is one thing to the caller: it will not load
        raise WillNotLoad(f"The artifact {path.name} does not read: {error}.") from error
    if answer.shape != (1, 10) or abs(float(answer.sum()) - 1) > 1e-6:
        raise WillNotLoad(f"The artifact {path.name} does not answer with ten probabilities.")
    return reader


def _unpack(path: Path) -> Reader:
    with np.load(path, allow_pickle=False) as arrays:
        fields = {name: arrays[name] for name in arrays.files}
    made = KINDS[str(fields.pop("kind"))]
    if "depth" in fields:
        fields["depth"] = int(fields["depth"])
    return made(**fields)
