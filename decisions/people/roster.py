"""Adding people to the desk and giving them their parts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import Group, User

from decisions import journal
from decisions.domain.actors import Actor, Area, Role
from decisions.domain.events import Event
from decisions.models import ApproverScope, Person


def add(
    username: str,
    *,
    name: str,
    roles: Iterable[Role],
    by: Actor,
    at: datetime,
    password: str | None = None,
    scopes: Iterable[tuple[Area, str]] = (),
) -> Person:
    """Add a person with roles and approver scopes, or bring an existing one in step. Safe to repeat.

    Without a password the person cannot sign in until one is set.
    """
    roles, scopes = sorted(roles), sorted(scopes)
    with journal.act(by, at=at) as act:
        user, is_new = User.objects.get_or_create(username=username, defaults={"first_name": name})
        if is_new or password is not None:
            user.set_password(password)
            user.save()
        person, _ = Person.objects.get_or_create(user=user)
        user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
        person.scopes.all().delete()
        ApproverScope.objects.bulk_create(
            ApproverScope(person=person, area=area, service=service) for area, service in scopes
        )
        act.note(
            Event.PERSON_ADDED if is_new else Event.ROLE_CHANGED,
            about=person,
            person=person.key,
            roles=[str(role) for role in roles],
            scopes=[f"{area}:{service}" for area, service in scopes],
        )
    return person
