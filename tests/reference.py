"""Published cases: read where they lie, beside the checkout, never copied into it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent


def reference_dir() -> Path | None:
    """The folder of reference data: REFERENCE_DIR, or `shared/reference` beside the checkout; None where there is none."""
    folder = Path(os.environ.get("REFERENCE_DIR") or ROOT.parent / "shared" / "reference")
    return folder if folder.is_dir() else None


needs_reference = pytest.mark.skipif(reference_dir() is None, reason="not run, needs reference data")


def cases(file: str, *keys: str | int) -> Any:
    """What stands in a reference file under these keys; an empty list where there is no reference data."""
    folder = reference_dir()
    if folder is None:
        return []
    found = json.loads((folder / file).read_text(encoding="utf-8"))
    for key in keys:
        found = found[key]
    return found
