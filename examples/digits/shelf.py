"""What was trained, on disk: the list of versions with their digests, their artifacts, and the held-out traffic."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from examples.digits.readers import Array, Reader, WillNotLoad, load

LIST = "versions.json"
TRAFFIC = "traffic.npz"
# Goes up when the way of training changes; a folder with another number is fitted again.
RECIPE = 1


@dataclass(frozen=True)
class Version:
    """A trained version as it was registered, with the metrics known when it was trained."""

    version: str
    model: str
    path: Path
    sha256: str
    trained_at: str
    training_metrics: dict[str, Any]


@dataclass
class Shelf:
    """The versions, oldest first, and those of them that are loaded. `troubles` says why one is not."""

    versions: dict[str, Version]
    images: Array
    labels: Array
    readers: dict[str, Reader] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)

    def load_all(self) -> None:
        for version in self.versions:
            reader = self.probe(version)
            if reader is not None:
                self.readers[version] = reader

    def probe(self, version: str) -> Reader | None:
        """Load the version from disk again and let it read one image of the traffic; None when it does not.

        What is being served does not change. Afterwards `troubles` says what is known of this version.
        """
        known = self.versions[version]
        try:
            reader = load(known.path, known.sha256)
            reader.probabilities(self.images[:1])
        except WillNotLoad as trouble:
            self.troubles[version] = str(trouble)
            return None
        self.troubles.pop(version, None)
        return reader


def opened(folder: Path) -> Shelf:
    """The shelf in this folder, trained first when it is not there yet; that takes some seconds, once."""
    if not _is_current(folder / LIST):
        _train_elsewhere(folder)
    listed = json.loads((folder / LIST).read_text())["versions"]
    versions = {row["version"]: Version(path=folder / row.pop("file"), **row) for row in listed}
    with np.load(folder / TRAFFIC, allow_pickle=False) as traffic:
        shelf = Shelf(versions, traffic["images"], traffic["labels"])
    shelf.load_all()
    return shelf


def listed(folder: Path) -> list[dict[str, Any]]:
    """The versions as a registry takes them, oldest first; trained first when they are not there yet."""
    if not _is_current(folder / LIST):
        folder.mkdir(parents=True, exist_ok=True)
        _train_elsewhere(folder)
    rows = json.loads((folder / LIST).read_text())["versions"]
    return [
        {
            "name": row["version"],
            "artifact_uri": (folder / row["file"]).resolve().as_uri(),
            "sha256": row["sha256"],
            "trained_at": row["trained_at"],
            "training_metrics": row["training_metrics"],
            "model": row["model"],
        }
        for row in rows
    ]


def save_traffic(folder: Path, images: Array, labels: Array) -> None:
    np.savez_compressed(folder / TRAFFIC, allow_pickle=False, images=images, labels=labels)


def save_list(folder: Path, versions: list[dict[str, Any]]) -> None:
    replace(folder / LIST, json.dumps({"recipe": RECIPE, "versions": versions}, indent=2))


def replace(path: Path, text: str) -> None:
    """Write the whole file or nothing: after a crash the old or the new text is there."""
    fresh = path.with_suffix(".fresh")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _is_current(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text())["recipe"] == RECIPE)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _train_elsewhere(folder: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    # One thread: two cores are shared with everything else that starts at this moment.
    settings = os.environ | {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "examples.digits.training", str(folder.resolve())]
    # What it complains of is shown when it fails, and not when Ctrl-C ends it together with its caller.
    done = subprocess.run(command, env=settings, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.stderr.write(done.stderr)
        done.check_returncode()
