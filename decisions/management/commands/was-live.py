"""`was-live SERVICE --at TIME`: which versions, with which shares, were desired and served at a moment."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from decisions.domain import moments
from decisions.management.documents import DocumentCommand
from decisions.management.line_command import BadInput
from decisions.models import Service, Split, clock
from decisions.registry import splits


class Command(DocumentCommand):
    help = "Which versions were live at a moment: what the desk asked for, and what the serving side said."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("service", metavar="SERVICE")
        parser.add_argument("--at", help="RFC 3339, for example 2026-11-18T03:04:00Z; now when it is left out")

    def answer(self, **options: Any) -> dict[str, Any]:
        service, at = options["service"], options["at"]
        found = Service.objects.filter(name=service).first()
        if found is None:
            raise BadInput(f"There is no service called {service}.")
        moment = _moment(at) if at else clock.now()
        live = splits.live_at(found, moment)
        return {
            "service": service,
            "at": moment.isoformat().replace("+00:00", "Z"),
            "desired": _plain(live.desired),
            "served": _plain(live.served),
        }

    def lines(self, document: dict[str, Any]) -> Iterable[str]:
        yield f"{document['service']} at {document['at']}"
        for kind in ("desired", "served"):
            known = document[kind]
            yield f"  {kind:<8} {known['words'] + ', since ' + known['since'] if known else 'nothing known'}"


def _moment(text: str) -> datetime:
    try:
        return moments.in_utc(text)
    except ValueError:
        raise BadInput(f"--at {text}: is no time; write it like 2026-11-18T03:04:00Z.") from None


def _plain(split: Split | None) -> dict[str, Any] | None:
    if split is None:
        return None
    return {
        "words": split.words.replace("\u00a0", " "),
        "shares": split.shares,
        "behaviour": split.behaviour,
        "settings": split.settings,
        "epoch": split.epoch,
        "since": split.at.isoformat().replace("+00:00", "Z"),
    }
