"""What can be broken on purpose. A fault changes what a model is given, a setting or the time it takes, nothing else:
accuracy, confidence and share accepted follow from the models themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from examples.digits.readers import Array

# The accept threshold with a slip of a decimal place, and the wait that a slow release adds, in seconds.
SLIPPED_THRESHOLD = 0.06
SLOW_SECONDS = 0.4


@dataclass(frozen=True)
class Fault:
    """A kind of fault. A release fault is in the code around one version; the other kind hits every version."""

    name: str
    says: str
    is_release: bool = True
    distort: Callable[[Array], Array] | None = None


@dataclass(frozen=True)
class Planted:
    """A fault in a service. `version` is None for one that hits every version.

    `after` is the number of setting orders the service had obeyed when the fault was planted: a later one overwrites
    the setting that the fault `threshold` changed, and so ends it.
    """

    fault: str
    version: str | None
    after: int = 0

    def hits(self, version: str) -> bool:
        return self.version in (None, version)


def unit_change(images: Array) -> Array:
    """Pixels from 0 to 1 instead of 0 to 16."""
    return images / 16


def transposed(images: Array) -> Array:
    """Rows and columns in the other order."""
    return images.reshape(-1, 8, 8).transpose(0, 2, 1).reshape(-1, 64)


def crop(images: Array) -> Array:
    """Cut out one pixel too far to the left; the empty column is white."""
    cut = np.zeros_like(images).reshape(-1, 8, 8)
    cut[:, :, 1:] = images.reshape(-1, 8, 8)[:, :, :-1]
    return cut.reshape(-1, 64)


def missing_rows(images: Array) -> Array:
    """The third and fourth row of pixels did not arrive and were filled with 0."""
    holed = images.reshape(-1, 8, 8).copy()
    holed[:, 2:4, :] = 0
    return holed.reshape(-1, 64)


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("unit_change", "The release hands over pixels from 0 to 1 instead of 0 to 16.", distort=unit_change),
        Fault("transposed", "The release swaps rows and columns of the image.", distort=transposed),
        Fault("crop", "The release cuts the image out one pixel off.", distort=crop),
        Fault("threshold", f"The release sets the accept threshold to {SLIPPED_THRESHOLD} instead of 0.6."),
        Fault("slow", f"The release waits {SLOW_SECONDS} s before it answers."),
        Fault(
            "missing_rows",
            "Two rows of pixels do not arrive from the scanner, whichever version reads.",
            is_release=False,
            distort=missing_rows,
        ),
    )
}


def distorted(images: Array, names: Iterable[str]) -> Array:
    """The images as they reach a model under these faults; upstream faults act before those of the release."""
    for fault in sorted((FAULTS[name] for name in names), key=lambda fault: (fault.is_release, fault.name)):
        if fault.distort is not None:
            images = fault.distort(images)
    return images
