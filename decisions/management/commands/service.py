"""`service apply FILE.yaml`: create or change a service from its file."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from decisions.domain import service_file
from decisions.domain.actors import DESK
from decisions.management.documents import DocumentCommand, inside, read_text
from decisions.models import clock
from decisions.registry import services


class Command(DocumentCommand):
    help = "Create or change a service from its file. Applying the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("act", choices=["apply"])
        parser.add_argument("file", metavar="FILE.yaml")

    def answer(self, **options: Any) -> dict[str, Any]:
        file = options["file"]
        text = read_text(file)
        with inside(file):
            document = service_file.parse(text)
        service, changes = services.apply(document, actor=DESK, at=clock.now())
        return {"service": service.name, "changes": changes}

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        if not document["changes"]:
            return [f"{document['service']} is in step already."]
        return [f"{document['service']} changed:", *(f"  {line}" for line in document["changes"])]
