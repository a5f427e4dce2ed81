"""`journal verify`: check the log against itself and name the first bad entry."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from decisions.journal import verification
from decisions.management.documents import DocumentCommand


class Command(DocumentCommand):
    help = "Check the journal: every entry's place, bytes and hash, the root, and the guards of the database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("act", choices=["verify"])

    def answer(self, **options: Any) -> dict[str, Any]:
        report = verification.verify()
        return {"whole": report.is_whole, **asdict(report)}

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        yield f"{document['size']} entries, root {document['root']}"
        if document["whole"]:
            yield "The journal is whole: every entry is in its place and as it was written."

    def failure(self, document: dict[str, Any]) -> str | None:
        if document["fault"]:
            return f"The journal is not whole: {document['fault']}."
        if document["missing_guards"]:
            named = ", ".join(document["missing_guards"])
            return f"The journal's guards are missing or changed: {named}. Run manage.py migrate."
        return None
