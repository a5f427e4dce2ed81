"""`person …`: the first people of a desk come from its shell."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from decisions.management.line_command import BadInput
from decisions.models import Person
from tests.factories import make_service

pytestmark = pytest.mark.django_db


def person(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("person", *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_new_person_signs_in_with_the_password_that_is_shown(client):
    shown = person("add", "ana", "--role", "responder")

    assert client.login(username="ana", password=shown["password"])
    assert (shown["roles"], shown["key"]) == (["responder"], Person.objects.get().key)


def test_the_second_time_no_password_is_made_and_the_first_holds(client):
    shown = person("add", "ana", "--role", "responder")

    assert "password" not in person("add", "ana", "--role", "responder", "--role", "viewer")
    assert client.login(username="ana", password=shown["password"])


def test_a_given_password_is_read_from_standard_input_and_not_shown(client, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))

    assert "password" not in person("add", "ana", "--role", "responder", "--password-stdin")
    assert client.login(username="ana", password="correct horse battery")


def test_an_approver_may_be_of_one_service_only():
    make_service("amounts")

    assert person("add", "ben", "--role", "approver", "--area", "product:amounts")["areas"] == ["product:amounts"]


def test_a_disabled_person_is_signed_out_and_listed_as_such(client):
    shown = person("add", "ana", "--role", "responder")
    client.login(username="ana", password=shown["password"])

    person("disable", "ana")

    assert client.get("/").status_code == 302
    assert [(one["name"], one["may_sign_in"]) for one in person("list")["people"]] == [("ana", False)]


def test_another_password_ends_the_one_before(client):
    first, second = person("add", "ana", "--role", "viewer"), person("password", "ana")

    assert not client.login(username="ana", password=first["password"])
    assert client.login(username="ana", password=second["password"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["add", "ben", "--role", "approver"], "An approver needs an area"),
        (["add", "ben", "--role", "approver", "--area", "product:nothing"], "there is no service called nothing"),
        (["add", "a\nb", "--role", "viewer"], "cannot be a name to sign in with"),
        (["disable", "zoe"], "There is nobody called zoe."),
        (["password", "zoe"], "There is nobody called zoe."),
    ],
)
def test_bad_input_is_one_line(arguments, sentence):
    with pytest.raises(BadInput) as refused:
        person(*arguments)

    assert sentence in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1
