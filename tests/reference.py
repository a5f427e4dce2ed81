"""Published cases to test against. They are read where they lie and never copied into the project."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "reference"


def reference_dir() -> Path:
    """The folder of published cases; a test that asks for it is listed as not run where there is none."""
    found = Path(os.environ.get("REFERENCE_DIR") or _BESIDE)
    if not found.is_dir():
        pytest.skip("needs reference data")
    return found


def reference_json(name: str) -> Any:
    """One file of published cases, read."""
    return json.loads((reference_dir() / name).read_text(encoding="utf-8"))
