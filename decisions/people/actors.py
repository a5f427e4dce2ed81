"""From a signed-in user to the Actor that rules ask about, and from keys back to names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from decisions.domain.actors import DESK, NOBODY, Actor, Area, Role
from decisions.models import Person

_ROLES = frozenset(Role)


def actor_of(user: AbstractBaseUser | AnonymousUser | Any) -> Actor:
    """The actor behind a user, with the roles they hold at this moment. A disabled user has none."""
    person = getattr(user, "person", None) if user.is_authenticated else None
    if person is None:
        return NOBODY
    return actor_for(person)


def actor_for(person: Person) -> Actor:
    """The actor of a person. Rights are read now, not remembered from sign-in."""
    user = person.user
    groups = [group.name for group in user.groups.all()] if user.is_active else []
    return Actor(
        key=person.key,
        name=str(person),
        roles=frozenset(Role(name) for name in groups if name in _ROLES),
        areas=frozenset((Area(scope.area), scope.service) for scope in person.scopes.all()),
    )


def names(keys: Iterable[str]) -> dict[str, str]:
    """The names to show for actor keys; a key whose person is gone reads "a former member"."""
    wanted = set(keys)
    found = {person.key: str(person) for person in Person.objects.select_related("user").filter(key__in=wanted)}
    found[DESK.key] = DESK.name
    return {key: found.get(key, "a former member") for key in wanted}


def people_with(role: Role) -> list[Person]:
    """The people who hold a role and may sign in."""
    holders = Person.objects.filter(user__groups__name=role, user__is_active=True)
    return list(holders.select_related("user").prefetch_related("scopes").order_by("user__username"))
