"""The database refuses what no code of ours would do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction

from decisions import journal
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.journal import guards
from decisions.models import Assessment, Entry, PolicyVersion, Run, Snapshot
from tests.factories import make_incident, make_policies, make_service

pytestmark = pytest.mark.django_db

ON_SQLITE = (pytest.mark.sqlite, pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite's words"))
ON_POSTGRES = (
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL's words"),
)
POLICY = "scope, scope_name, number, digest, title, body, state, drafted_by, drafted_at, signed_by"


@pytest.fixture
def kept(at) -> Assessment:
    """An assessment with the evidence and the policy that it rests on."""
    make_policies()
    return Assessment.objects.create(
        incident=make_incident(make_service()),
        snapshot=Snapshot.objects.create(digest="sha256:1", body=b"{}", at=at),
        policy=PolicyVersion.objects.get(scope="desk"),
        result=b"{}",
        at=at,
    )


@pytest.fixture(params=["ON", "OFF"])
def recursive_triggers(request, db) -> Iterator[None]:
    """As our connections have it, and as others do."""
    run(f"PRAGMA recursive_triggers = {request.param}")
    yield
    run("PRAGMA recursive_triggers = ON")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_what_could_not_be_read_again_is_not_written(ana, at):
    with pytest.raises(BadDocument, match="not text"), journal.act(ana, at=at) as act:
        act.note(Event.INCIDENT_NOTED, about=make_service(), text="x\x00y")

    assert not Entry.objects.exists()


def test_a_run_that_ended_never_goes_back(at):
    run = Run.objects.create(
        service=make_service(),
        plan={},
        plan_digest="",
        requested_by="ana",
        requested_at=at,
        due_at=at,
        state="cancelled",
    )

    with pytest.raises(IntegrityError, match="never goes back"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="queued")


@pytest.mark.parametrize(
    "change",
    [
        lambda: Snapshot.objects.update(body=b"[]"),
        lambda: Snapshot.objects.update(digest="sha256:2"),
        lambda: PolicyVersion.objects.update(body="other"),
        lambda: PolicyVersion.objects.update(digest="other"),
        lambda: PolicyVersion.objects.filter(scope="tier").update(scope="desk", scope_name="", number=2),
    ],
)
def test_what_is_stored_under_a_digest_never_changes(kept, change):
    with pytest.raises(IntegrityError, match="stored under a digest never changes"), transaction.atomic():
        change()


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DELETE FROM decisions_snapshot", "kept while an assessment rests on it"),
        ("DELETE FROM decisions_policyversion WHERE scope = 'tier'", "never deleted"),
        ("UPDATE decisions_head SET root = 'ab'", "only grows"),
        (
            "INSERT INTO decisions_head (id, size, root, frontier) VALUES (1, 0, '', '[]')"
            " ON CONFLICT (id) DO UPDATE SET size = 0",
            "never written over",
        ),
    ],
)
def test_what_is_kept_stays(kept, sql, sentence):
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        run(sql)


def test_evidence_that_no_assessment_rests_on_can_go(kept, at):
    Snapshot.objects.create(digest="sha256:2", body=b"{}", at=at)

    run("DELETE FROM decisions_snapshot WHERE digest = 'sha256:2'")

    assert list(Snapshot.objects.all()) == [kept.snapshot]


@pytest.mark.sqlite
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="REPLACE is SQLite's")
@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE INTO decisions_entry SELECT * FROM decisions_entry WHERE sequence = 1",
        "REPLACE INTO decisions_head (id, size, root, frontier) VALUES (1, 0, '', '[]')",
        "REPLACE INTO decisions_snapshot (digest, body, at) SELECT digest, X'00', at FROM decisions_snapshot",
        "REPLACE INTO decisions_policyversion SELECT * FROM decisions_policyversion",
        f"REPLACE INTO decisions_policyversion ({POLICY}) SELECT {POLICY} FROM decisions_policyversion",
        f"REPLACE INTO decisions_policyversion ({POLICY.replace('number, ', '')}, number)"
        f" SELECT {POLICY.replace('number, ', '')}, 7 FROM decisions_policyversion",
        "UPDATE OR REPLACE decisions_policyversion SET state = 'active' WHERE number = 2",
    ],
)
def test_nothing_is_replaced(kept, recursive_triggers, at, sql):
    PolicyVersion.objects.create(scope="desk", number=2, digest="sha256:2", body="", drafted_by="paul", drafted_at=at)

    with pytest.raises(IntegrityError, match=r"never written over|the next place|in force for"), transaction.atomic():
        run(sql)


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="TRUNCATE is PostgreSQL's")
@pytest.mark.parametrize("table", ["entry", "head", "snapshot", "policyversion"])
def test_nothing_that_is_kept_is_emptied(table):
    with pytest.raises(IntegrityError, match="never emptied"), transaction.atomic():
        run(f"TRUNCATE decisions_{table} CASCADE")


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(["DROP TRIGGER journal_no_update"], marks=ON_SQLITE),
        pytest.param(
            [
                "DROP TRIGGER journal_no_update",
                "CREATE TRIGGER journal_no_update BEFORE UPDATE ON decisions_entry BEGIN SELECT 1; END",
            ],
            marks=ON_SQLITE,
        ),
        pytest.param(["DROP TRIGGER journal_no_update ON decisions_entry"], marks=ON_POSTGRES),
        pytest.param(["ALTER TABLE decisions_entry DISABLE TRIGGER journal_no_update"], marks=ON_POSTGRES),
        pytest.param(
            [
                "CREATE OR REPLACE FUNCTION journal_no_update() RETURNS trigger LANGUAGE plpgsql"
                " AS 'BEGIN RETURN NEW; END'"
            ],
            marks=ON_POSTGRES,
        ),
        pytest.param(
            [
                "CREATE OR REPLACE TRIGGER journal_no_update BEFORE UPDATE ON decisions_entry FOR EACH ROW"
                " WHEN (false) EXECUTE FUNCTION journal_no_update()"
            ],
            marks=ON_POSTGRES,
        ),
    ],
)
def test_a_guard_that_refuses_nothing_is_missing_whatever_its_name(statements):
    assert guards.missing(connection) == []

    for statement in statements:
        run(statement)

    assert guards.missing(connection) == ["journal_no_update"]
