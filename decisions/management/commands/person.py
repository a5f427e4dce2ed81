"""`person add NAME --role ROLE`, `person list`, `person disable NAME`, `person password NAME`: who may do what here."""

from __future__ import annotations

import secrets
import sys
from argparse import SUPPRESS, ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from getpass import getpass
from typing import Any

from decisions import people
from decisions.domain.actors import DESK, Area, Role
from decisions.domain.refusals import Refused
from decisions.domain.wording import listed
from decisions.management.documents import DocumentCommand
from decisions.management.line_command import BadInput
from decisions.models import Person, Service, clock

EVERY_SERVICE = "*"


class Command(DocumentCommand):
    help = "Adds people to the desk, gives them their parts, and takes them off it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        acts = parser.add_subparsers(dest="act", required=True)
        adding = _act(acts, "add", "add a person, or bring one in step", add)
        adding.add_argument("username", metavar="NAME", help="what they sign in with")
        adding.add_argument("--role", action="append", required=True, choices=[role.value for role in Role])
        adding.add_argument(
            "--area", action="append", default=[], type=_scope, metavar="product|risk[:SERVICE]", help="of an approver"
        )
        adding.add_argument("--called", default="", metavar="NAME", help="what pages call them")
        _act(acts, "list", "list everybody", list_)
        disabling = _act(acts, "disable", "take every right from a person", disable)
        disabling.add_argument("username", metavar="NAME")
        renewing = _act(acts, "password", "give a person another password", renew)
        renewing.add_argument("username", metavar="NAME")
        for asking in (adding, renewing):
            asking.add_argument(
                "--password-stdin", action="store_true", help="read it from standard input; else one is made and shown"
            )

    def answer(self, **options: Any) -> dict[str, Any]:
        does: Callable[..., dict[str, Any]] = options.pop("does")
        try:
            return does(**options)
        except Refused as refused:
            raise BadInput(refused.sentence) from refused

    def lines(self, document: Any) -> Iterable[str]:
        if "people" in document:
            return [_row(person) for person in document["people"]] or ["There is nobody yet: manage.py person add."]
        said = [document["sentence"]]
        if "password" in document:
            said.append(f"The password, shown this once: {document['password']}")
        return said


def _act(acts: Any, name: str, says: str, does: Callable[..., dict[str, Any]]) -> ArgumentParser:
    parser: ArgumentParser = acts.add_parser(name, help=says, description=says.capitalize())
    # SUPPRESS: a default here would overwrite what was said before the name of the act.
    parser.add_argument("--json", action="store_true", default=SUPPRESS, help="print one JSON document")
    parser.set_defaults(does=does)
    return parser


def _scope(text: str) -> tuple[Area, str]:
    area, _, service = text.partition(":")
    if area not in set(Area):
        raise ArgumentTypeError(f"{text} is no area: write product or risk, with :SERVICE for one service only")
    return Area(area), service or EVERY_SERVICE


def add(
    *, username: str, role: list[str], area: list[tuple[Area, str]], called: str, password_stdin: bool, **options: Any
) -> dict[str, Any]:
    """Add a person or bring one in step; answers who it is now, and a password where one was made."""
    for _, service in area:
        if service != EVERY_SERVICE and not Service.objects.filter(name=service).exists():
            raise BadInput(f"--area: there is no service called {service}.")
    before = Person.objects.filter(user__username=username).first()
    was = _plain(before) if before else None
    password = _typed() if password_stdin else _made() if was is None else None
    person = people.add(
        username, name=called, roles=map(Role, role), scopes=area, password=password, by=DESK, at=clock.now()
    )
    now = _plain(Person.objects.get(pk=person.pk))
    shown = {} if password_stdin or password is None else {"password": password}
    typed = f" {username} signs in with the password that was given." if password_stdin else ""
    return {**now, "sentence": _change(was, now) + typed, **shown}


def list_(**options: Any) -> dict[str, Any]:
    found = Person.objects.select_related("user").prefetch_related("user__groups", "scopes")
    return {"people": [_plain(person) for person in found.order_by("user__username")]}


def disable(*, username: str, **options: Any) -> dict[str, Any]:
    person = _known(username)
    did = people.disable(person, by=DESK, at=clock.now())
    said = "is disabled: no right is left, and every session ends." if did else "is disabled already."
    return {**_plain(person), "sentence": f"{username} {said}"}


def renew(*, username: str, password_stdin: bool, **options: Any) -> dict[str, Any]:
    person = _known(username)
    password = _typed() if password_stdin else _made()
    people.set_password(person, password, by=DESK, at=clock.now())
    shown = {} if password_stdin else {"password": password}
    return {**_plain(person), "sentence": f"{username} has another password; every session ends.", **shown}


def _known(username: str) -> Person:
    found = Person.objects.select_related("user").filter(user__username=username).first()
    if found is None:
        raise BadInput(f"There is nobody called {username}.")
    return found


def _made() -> str:
    return secrets.token_urlsafe(12)


def _typed() -> str:
    if sys.stdin.isatty():
        return getpass("Password: ", stream=sys.stderr)
    return sys.stdin.readline().rstrip("\r\n")


def _plain(person: Person) -> dict[str, Any]:
    """`key` stands for the person in the journal, which holds no names."""
    return {
        "name": person.user.get_username(),
        "called": str(person),
        "key": person.key,
        "roles": sorted(group.name for group in person.user.groups.all()),
        "areas": sorted(f"{scope.area}:{scope.service}" for scope in person.scopes.all()),
        "may_sign_in": person.user.is_active and person.user.has_usable_password(),
    }


def _change(was: dict[str, Any] | None, now: dict[str, Any]) -> str:
    if was == now:
        return f"{now['name']} is in step already."
    return f"{now['name']} is {_parts(now)} now." if was else f"{now['name']} is added as {_parts(now)}."


def _parts(person: dict[str, Any]) -> str:
    areas = f" for {listed(person['areas'])}" if person["areas"] else ""
    return listed([role.replace("_", " ") for role in person["roles"]]) + areas


def _row(person: dict[str, Any]) -> str:
    state = "" if person["may_sign_in"] else "  cannot sign in"
    return f"{person['key']}  {person['name']:<16}  {_parts(person)}{state}"
