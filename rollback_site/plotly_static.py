"""Serves Plotly's script out of the installed wheel: that one file, not the folder around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "plotly/plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Finds `plotly/plotly.min.js` and nothing else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        spec = find_spec("plotly")
        origin = spec.origin if spec else None
        self.folder = Path(origin).parent / "package_data" if origin else Path()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = self.folder / "plotly.min.js"
        found = [str(file)] if path == NAME and file.is_file() else []
        return found if find_all else (found or [None])[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=self.folder)
        storage.prefix = "plotly"  # type: ignore[attr-defined]
        yield "plotly.min.js", storage
