"""A setting that cannot be meant stops the start with one sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from rollback_site import env

PORT = "must be a whole number from 1 to 65535"
REFUSED = [
    (lambda: env.number("ASKED", 1), "nan", "must be a number"),
    (lambda: env.number("ASKED", 1), "inf", "must be a number"),
    (lambda: env.number("ASKED", 1), "soon", "must be a number"),
    (lambda: env.number("ASKED", 1, least=1), "0", "must be at least 1"),
    (lambda: env.number("ASKED", 1), "1e300", "must be at most 1e+09"),
    (lambda: env.port("ASKED", 8000), "inf", PORT),
    (lambda: env.port("ASKED", 8000), "80.5", PORT),
    (lambda: env.port("ASKED", 8000), "70000", PORT),
    (lambda: env.port("ASKED", 8000), "0", PORT),
    (lambda: env.choice("ASKED", "INFO", ("INFO", "ERROR")), "loud", "must be one of INFO, ERROR"),
    (lambda: env.url("ASKED", "", ("http",)), "http://[x", "is no address"),
    (lambda: env.url("ASKED", "", ("http",)), "http://x:abc", "is no address"),
    (lambda: env.url("ASKED", "", ("http",)), "x:80", "must begin with http://, not x://"),
    (lambda: env.url("ASKED", "", ("http",)), "http://", "names no host"),
    (lambda: env.database("ASKED", ""), "postgresql://host:abc/desk", "is no address"),
    (lambda: env.database("ASKED", ""), "postgresql://host", "names no database"),
    (
        lambda: env.database("ASKED", ""),
        "mysql://host/desk",
        "must begin with sqlite:// or postgresql://, not mysql://",
    ),
]


@pytest.mark.parametrize(("read", "value", "said"), REFUSED, ids=[f"{value} {said}" for _, value, said in REFUSED])
def test_a_value_that_cannot_be_meant_is_refused_in_one_line(monkeypatch, read, value, said):
    monkeypatch.setenv("ASKED", value)

    with pytest.raises(ImproperlyConfigured) as refused:
        read()

    assert str(refused.value).startswith("ASKED ") and said in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_password_that_breaks_the_address_is_not_shown(monkeypatch):
    monkeypatch.setenv("ASKED", "postgresql://desk:hunter/2@host/desk")

    with pytest.raises(ImproperlyConfigured, match=r"In a password, / is written %2F") as refused:
        env.database("ASKED", "")

    assert "hunter" not in str(refused.value)


def test_a_secret_in_a_folder_that_is_a_file_is_a_fresh_one_each_time(tmp_path):
    (tmp_path / "file").touch()

    assert env.kept_secret(tmp_path / "file" / "secret") != env.kept_secret(tmp_path / "file" / "secret")


def test_a_kept_secret_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "secret").touch()

    with pytest.raises(ImproperlyConfigured, match="cannot be read or is empty"):
        env.kept_secret(tmp_path / "secret")


def test_a_data_folder_with_a_sign_of_addresses_in_its_name_keeps_its_database(monkeypatch):
    monkeypatch.setenv("ASKED", "sqlite:////var/a%23b/desk.sqlite3")

    assert env.database("ASKED", "")["NAME"] == "/var/a#b/desk.sqlite3"


def test_an_environment_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes(b"PORT=\xff")

    with pytest.raises(ImproperlyConfigured, match=r"\.env is not UTF-8 text \(byte 5\)"):
        env.read_file(tmp_path / ".env")
