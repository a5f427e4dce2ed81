"""What the commands share that turn documents into a document: reading files, `--json`, one line for bad input."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from decisions.domain import canonical
from decisions.domain.canonical import BadDocument
from decisions.management.line_command import BadInput, LineCommand


class DocumentCommand(LineCommand):
    """A command that answers with one document.

    A subclass writes `answer`, which returns plain JSON data, and `lines`, which is the same for a person to read.
    With `--json` the document is printed and nothing else. A `BadDocument` raised by `answer` becomes one line on
    standard error and exit 2; a sentence returned by `failure` is printed after the document, with exit 1.
    """

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def answer(self, **options: Any) -> Any:
        raise NotImplementedError

    def lines(self, document: Any) -> Iterable[str]:
        raise NotImplementedError

    def text(self, document: Any) -> str:
        """The document as JSON; for a subclass whose documents are too long to build as objects first."""
        return json.dumps(document, ensure_ascii=False, allow_nan=False)

    def failure(self, document: Any) -> str | None:
        """Why the check that this command makes failed; None when it did not."""
        return None

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            document = self.answer(**options)
        except BadDocument as bad:
            raise BadInput(str(bad)) from bad
        if options["json"]:
            self.stdout.write(self.text(document))
        else:
            self.stdout.writelines(f"{line}\n" for line in self.lines(document))
        if (sentence := self.failure(document)) is not None:
            raise CommandError(sentence)


@contextmanager
def inside(name: str | Path) -> Iterator[None]:
    """Put the file's name before the place that a `BadDocument` names: `policy.yaml: $.tiers.low: reason`."""
    try:
        yield
    except BadDocument as bad:
        raise BadDocument(f"{name}: {bad.path}" if bad.path else str(name), bad.reason) from bad


def read_text(name: str | Path) -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    Raises:
        BadDocument: the file cannot be read or is not UTF-8; names the file.
    """
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadDocument(str(name), f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadDocument(str(name), f"is not UTF-8 text (byte {error.start})") from error


def read_json(name: str | Path) -> Any:
    """Read a strict JSON file (`canonical.load`).

    Raises:
        BadDocument: the file cannot be read or breaks JSON; names the file and the path inside it.
    """
    text = read_text(name)
    with inside(name):
        return canonical.load(text)
