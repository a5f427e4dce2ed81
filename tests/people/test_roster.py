from __future__ import annotations

import pytest

from decisions import people
from decisions.domain.actors import DESK, Area, Role
from decisions.domain.events import Event
from decisions.domain.refusals import Refused
from decisions.models import Entry, Person
from decisions.people.actors import actor_for

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


def add(at, name="ana", *roles, **fields) -> Person:
    return people.add(name, roles=roles or (Role.RESPONDER,), by=DESK, at=at, **fields)


def events() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("event", flat=True))


def test_a_person_has_the_parts_they_were_added_with(at):
    ben = add(at, "ben", Role.APPROVER, scopes=[(Area.PRODUCT, "*")])

    actor = actor_for(Person.objects.get(pk=ben.pk))
    assert (actor.key, actor.roles, actor.areas) == (ben.key, {Role.APPROVER}, {(Area.PRODUCT, "*")})


def test_adding_the_same_person_twice_writes_nothing_the_second_time(at):
    assert add(at, password=PASSWORD) == add(at)

    assert events() == [Event.PERSON_ADDED]


def test_other_roles_bring_a_person_in_step(at):
    add(at)

    ana = add(at, "ana", Role.VIEWER)

    assert actor_for(Person.objects.get(pk=ana.pk)).roles == {Role.VIEWER}
    assert events() == [Event.PERSON_ADDED, Event.ROLE_CHANGED]


def test_a_disabled_person_has_no_rights_until_they_are_added_again(at):
    ana = add(at, password=PASSWORD)

    assert people.disable(ana, by=DESK, at=at) and not people.disable(ana, by=DESK, at=at)
    assert actor_for(Person.objects.get(pk=ana.pk)).roles == frozenset()

    add(at)
    assert actor_for(Person.objects.get(pk=ana.pk)).roles == {Role.RESPONDER}
    assert events() == [Event.PERSON_ADDED, Event.PERSON_DISABLED, Event.PERSON_ENABLED]


def test_the_journal_knows_of_another_password_and_not_which(at):
    ana = add(at, password=PASSWORD)

    people.set_password(ana, "another horse battery", by=DESK, at=at)

    assert events() == [Event.PERSON_ADDED, Event.PASSWORD_SET]
    assert b"horse" not in b"".join(bytes(body) for body in Entry.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"roles": [Role.APPROVER]}, "An approver needs an area"),
        ({"roles": [Role.VIEWER], "scopes": [(Area.RISK, "*")]}, "Only an approver has an area"),
        ({"roles": [Role.VIEWER], "password": "short"}, "too short"),
        ({"roles": [Role.VIEWER], "username": "two words"}, "'two words' cannot be a name to sign in with"),
        ({"roles": [Role.VIEWER], "username": "a" * 151}, "cannot be a name to sign in with"),
    ],
)
def test_nobody_is_added_who_could_not_be(at, fields, sentence):
    with pytest.raises(Refused, match=sentence):
        people.add(**{"username": "ben", "by": DESK, "at": at} | fields)

    assert not Person.objects.exists() and not Entry.objects.exists()
