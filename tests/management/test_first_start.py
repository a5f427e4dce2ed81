"""A desk that starts without the example can be used at once."""

from __future__ import annotations

import pytest

from decisions import people
from decisions.assessment import policies
from decisions.domain.actors import DESK, Role
from decisions.management import first_start
from decisions.models import Person, PolicyVersion
from tests.factories import make_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def test_an_empty_desk_gets_an_administrator_whose_password_only_its_owner_can_read(at, client):
    said = first_start.prepare(at)

    password = first_start.password_file().read_text()
    assert f"Sign in as admin; the password, shown this once and kept in {first_start.password_file()}" in said
    assert password in said and client.login(username="admin", password=password)
    assert first_start.password_file().stat().st_mode & 0o777 == 0o600


def test_an_empty_desk_decides_by_example_values_and_says_so(at):
    said = first_start.prepare(at)

    version, policy = policies.in_force(make_service(), at)
    assert "with example values" in version.title and "EXAMPLE VALUES" in policy.note
    assert "is in force, with example values" in said


def test_the_second_start_makes_nothing_and_says_nothing(at):
    first_start.prepare(at)

    assert first_start.prepare(at) == ""
    assert (Person.objects.count(), PolicyVersion.objects.count()) == (1, 1)


def test_a_desk_with_people_gets_no_administrator(at):
    people.add("ana", roles=[Role.RESPONDER], by=DESK, at=at)

    assert "admin" not in first_start.prepare(at)
    assert Person.objects.get().user.username == "ana"
