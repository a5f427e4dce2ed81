"""`manage.py bench NAME`: runs one module of the folder bench and prints its figures."""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from decisions.management.line_command import BadInput, LineCommand


class Command(LineCommand):
    help = "Runs a benchmark by its name; without one, lists them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="a module of the folder bench")
        parser.add_argument("arguments", nargs=argparse.REMAINDER, help="what that benchmark understands")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, name: str | None, arguments: list[str], **options: Any) -> None:
        found = benchmarks(Path(settings.BASE_DIR, "bench"))
        if not name:
            self.stdout.write("\n".join(f"{known}  {says}" for known, says in found.items()))
            return
        if name not in found:
            raise BadInput(f"There is no benchmark {name!r}; there are {', '.join(found)}.")
        as_json = options["json"] or "--json" in arguments
        figures = importlib.import_module(f"bench.{name}").run([given for given in arguments if given != "--json"])
        self.stdout.write(json.dumps(figures, indent=2) if as_json else "\n".join(lines(figures)))


def benchmarks(folder: Path) -> dict[str, str]:
    """Name and first sentence of every module in the folder that can be run."""
    modules = sorted(folder.glob("[a-z]*.py"))
    texts = {module.stem: module.read_text() for module in modules}
    return {name: _first_line(text) for name, text in texts.items() if "\ndef run(" in text}


def _first_line(text: str) -> str:
    return text.lstrip('"').partition("\n")[0].strip('"')


def lines(figures: Any, indent: str = "") -> Iterator[str]:
    """Figures as lines of `name  value`; a list of rows becomes one line each."""
    if not isinstance(figures, dict):
        yield f"{indent}{figures}"
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            yield f"{indent}{name}"
            yield from lines(value, indent + "  ")
        elif isinstance(value, list):
            yield f"{indent}{name}"
            yield from (indent + "  " + _row(row) for row in value)
        else:
            yield f"{indent}{name:<32} {value}"


def _row(row: Any) -> str:
    return "  ".join(f"{key}={value}" for key, value in row.items()) if isinstance(row, dict) else str(row)
