"""Serves the chart library out of the installed plotly wheel, and nothing else of it.

The folder beside it holds five megabytes of notebook bundle and sample data, which are none of a browser's business.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, overload

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.checks import Error as CheckError
from django.core.files.storage import FileSystemStorage, Storage

URL_PATH = "plotly/plotly.min.js"
FILE_NAME = "plotly.min.js"


class PlotlyFinder(BaseFinder):
    """Finds one static file, `plotly/plotly.min.js`, without importing plotly."""

    def check(self, **kwargs: Any) -> builtins.list[CheckMessage]:
        if (_package_data() / FILE_NAME).is_file():
            return []
        return [CheckError("plotly is not installed, so no chart can be drawn.", id="plotly_static.E001")]

    @overload
    def find(self, path: str, find_all: Literal[False] = False) -> str | None: ...
    @overload
    def find(self, path: str, find_all: Literal[True]) -> builtins.list[str]: ...
    def find(self, path: str, find_all: bool = False) -> str | builtins.list[str] | None:
        """Return the file's place for its one path, and nothing for any other."""
        place = str(_package_data() / FILE_NAME) if path == URL_PATH else None
        if find_all:
            return [place] if place else []
        return place

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        if not matches_patterns(FILE_NAME, [*(ignore_patterns or ())]):
            yield FILE_NAME, _OnlyPlotly(location=_package_data())


class _OnlyPlotly(FileSystemStorage):
    """The wheel's folder as collectstatic wants it: with the prefix under which the file is published."""

    prefix = "plotly"


def _package_data() -> Path:
    spec = find_spec("plotly")
    origin = spec.origin if spec else None
    return Path(origin).parent / "package_data" if origin else Path("plotly-is-not-installed")
