"""Adding people to the desk, giving them their parts, and taking them off it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from decisions import journal
from decisions.domain.actors import Actor, Area, Role, parts_refusal
from decisions.domain.events import Event
from decisions.domain.refusals import Refused, refuse
from decisions.models import ApproverScope, Person

Scope = tuple[Area, str]


def add(
    username: str,
    *,
    roles: Iterable[Role],
    by: Actor,
    at: datetime,
    name: str = "",
    password: str | None = None,
    scopes: Iterable[Scope] = (),
) -> Person:
    """Add a person with roles and approver scopes, or bring an existing one in step. Safe to repeat.

    Without a password a new person cannot sign in until one is set. Somebody who was disabled may sign in again.

    Args:
        name: what pages call them, where that is not the name they sign in with; of a known person it changes nothing.

    Raises:
        Refused: no one can be called that or hold these parts together, or the password is too easy to guess.
    """
    roles, scopes = sorted(set(roles)), sorted(set(scopes))
    refuse(parts_refusal(roles, scopes))
    with journal.act(by, at=at) as act:
        user = User.objects.filter(username=username).first()
        is_new = user is None
        person = _created(username, name) if user is None else Person.objects.get_or_create(user=user)[0]
        if _set_parts(person, roles, scopes) or is_new:
            facts = {"roles": [str(role) for role in roles], "scopes": [f"{area}:{of}" for area, of in scopes]}
            act.note(Event.PERSON_ADDED if is_new else Event.ROLE_CHANGED, about=person, person=person.key, **facts)
        if not person.user.is_active:
            _let_in(person, True)
            act.note(Event.PERSON_ENABLED, about=person, person=person.key)
        if password is not None:
            _keep(password, person)
            if not is_new:
                act.note(Event.PASSWORD_SET, about=person, person=person.key)
    return person


def set_password(person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Let a person sign in with this password from now on, and with no other; who is signed in is signed out.

    Raises:
        Refused: it is too easy to guess.
    """
    with journal.act(by, at=at) as act:
        _keep(password, person)
        act.note(Event.PASSWORD_SET, about=person, person=person.key)


def disable(person: Person, *, by: Actor, at: datetime) -> bool:
    """Take every right from a person and sign them out; answers whether they had been able to sign in."""
    if not person.user.is_active:
        return False
    with journal.act(by, at=at) as act:
        _let_in(person, False)
        act.note(Event.PERSON_DISABLED, about=person, person=person.key)
    return True


def _created(username: str, name: str) -> Person:
    user = User(username=username, first_name=name)
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as wrong:
        raise Refused(f"{username!r} cannot be a name to sign in with: {' '.join(wrong.messages)}") from wrong
    user.save()
    return Person.objects.create(user=user)


def _set_parts(person: Person, roles: list[Role], scopes: list[Scope]) -> bool:
    """Whether anything was different before."""
    held = sorted(person.user.groups.values_list("name", flat=True))
    scoped = sorted(person.scopes.values_list("area", "service"))
    if held == roles and scoped == scopes:
        return False
    person.user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    person.scopes.all().delete()
    ApproverScope.objects.bulk_create(
        ApproverScope(person=person, area=area, service=service) for area, service in scopes
    )
    return True


def _keep(password: str, person: Person) -> None:
    try:
        validate_password(password, person.user)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong
    person.user.set_password(password)
    person.user.save(update_fields=["password"])


def _let_in(person: Person, may: bool) -> None:
    person.user.is_active = may
    person.user.save(update_fields=["is_active"])
