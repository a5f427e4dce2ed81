"""Published cases to test against. They are read where they lie and never copied into the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "reference"
_REASON = "not run, needs reference data"


def reference_dir() -> Path | None:
    """The folder of published cases: REFERENCE_DIR, or the one beside the checkout; None where there is none."""
    found = Path(os.environ.get("REFERENCE_DIR") or _BESIDE)
    return found if found.is_dir() else None


needs_reference = pytest.mark.skipif(reference_dir() is None, reason=_REASON)


def reference_json(name: str) -> Any:
    """One file of published cases, read; the test that asks is listed as not run where there is none."""
    folder = reference_dir()
    if folder is None:
        pytest.skip(_REASON)
    return json.loads((folder / name).read_text(encoding="utf-8"))


def reference_cases(name: str, *keys: str) -> list[Any]:
    """The cases under these keys, for parameters; none where there is no reference data (mark with needs_reference)."""
    if reference_dir() is None:
        return []
    found = reference_json(name)
    for key in keys:
        found = found[key]
    return list(found)
