"""A desk without the example is made usable: somebody who may sign in, and a policy to decide by."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from decisions import journal, people
from decisions.assessment import policies
from decisions.domain.actors import DESK, Role
from decisions.models import Person
from rollback_site import env

FIRST = "admin"
POLICY = "examples/policies/default.yaml"


def prepare(at: datetime) -> str:
    """Make what an empty desk lacks; answers what to tell whoever starts it, nothing where nothing was lacking."""
    with journal.act(DESK, at=at):
        policy = policies.install(Path(settings.BASE_DIR, POLICY).read_text(), at=at)
        first = None if Person.objects.exists() else _first_person(at)
    return "\n".join([*(_about(first) if first else ()), *([_ABOUT_POLICY] if policy else ())])


def password_file() -> Path:
    return Path(settings.DATA_DIR, "admin-password")


def _first_person(at: datetime) -> str:
    password = env.kept_secret(password_file(), 12)
    people.add(FIRST, roles=[Role.ADMINISTRATOR], password=password, by=DESK, at=at)
    return password


def _about(password: str) -> list[str]:
    return [
        f"Sign in as {FIRST}; the password, shown this once and kept in {password_file()}: {password}",
        "Add the others: manage.py person add NAME --role responder (or approver, policy_owner, ...).",
    ]


_ABOUT_POLICY = f"{POLICY} is in force, with example values: two policy owners put in your own before you rely on it."
