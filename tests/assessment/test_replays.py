"""A stored assessment is recomputed to the byte, and whatever was tampered with is found."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from decisions.assessment import assessments, replays
from decisions.domain import canonical, engine
from decisions.journal import guards
from decisions.models import Assessment, Entry, PolicyVersion, Snapshot
from tests.factories import make_hurt_service

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(at) -> Assessment:
    return assessments.assess(make_hurt_service().pk, at=at)


def tampered(body: bytes, **changes) -> bytes:
    """The same document with something changed, in canonical form."""
    return canonical.canonical({**canonical.load(bytes(body)), **changes})


def replay(*arguments):
    out = StringIO()
    call_command("replay", *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def test_an_assessment_replays_to_the_byte_under_the_digest_that_its_page_shows(made):
    found = replay(made.pk)

    assert found["same"] is True
    assert found["stored"] == found["recomputed"] == made.result_digest
    assert (found["faults"], found["differences"]) == ([], [])


def test_tampered_evidence_is_found(made):
    made.snapshot.body = tampered(made.snapshot.body, traffic_per_minute=7)

    found = replays.replay(made)

    assert not found.is_same
    assert found.faults[0] == "The stored evidence is not what its digest says."
    assert any(line.startswith("$.evidence:") for line in found.differences)


def test_a_tampered_result_is_found(made):
    made.result = tampered(made.result, tier="high")

    found = replays.replay(made)

    assert found.faults == ("The stored result is not what its digest says.",)
    assert found.differences == ("$.tier: high -> low",)


def test_a_result_that_was_tampered_with_together_with_its_digest_is_found_by_the_journal(made):
    found = canonical.load(bytes(made.result)) | {"tier": "high"}
    made.result_digest = found["digest"] = canonical.digest({k: v for k, v in found.items() if k != "digest"})
    made.result = canonical.canonical(found)
    written = Entry.objects.get(event="assessment_made").facts()["result"]

    assert replays.replay(made).faults == (f"The journal has another digest of the result: {written}.",)


@pytest.mark.parametrize("bytes_", [b"{", b"[]", b'{"digest": 1}'], ids=["no JSON", "no mapping", "another document"])
def test_a_result_that_is_none_any_more_is_a_difference_and_no_crash(made, bytes_):
    made.result = bytes_

    assert not replays.replay(made).is_same


def test_a_result_in_other_bytes_than_were_stored_is_found(made):
    made.result = json.dumps(canonical.load(bytes(made.result)), indent=1).encode()

    assert replays.replay(made).faults == ("The stored result is not in its canonical form.",)


def test_an_assessment_that_the_journal_does_not_know_is_a_fault(made):
    stranger = Assessment.objects.get(pk=made.pk)
    stranger.pk = None
    stranger.save()

    assert replays.replay(stranger).faults == ("The journal does not know that this assessment was made.",)


def test_an_assessment_of_an_engine_that_is_not_shipped_says_so(made):
    made.engine_version = "0"

    found = replays.replay(made)

    assert not found.is_same and found.recomputed is None
    assert found.faults == (f"Engine 0 made this assessment, and this desk ships engine {engine.ENGINE_VERSION} only.",)


def test_the_command_fails_for_stored_evidence_that_was_tampered_with(made):
    guards.lift(connection)  # what somebody with the database's own password can do
    Snapshot.objects.filter(pk=made.snapshot_id).update(body=tampered(made.snapshot.body, traffic_per_minute=7))
    guards.install(connection)

    with pytest.raises(CommandError, match="The stored evidence is not what its digest says") as failed:
        replay(made.pk)

    assert failed.value.returncode == 1


def test_a_policy_is_named_by_its_scope_and_number_or_by_its_id(made):
    own = made.policy
    name = f"{own.scope_name or own.scope}:{own.number}"

    assert replay(made.pk, "--policy", name) == replay(made.pk, "--policy", own.pk) == replay(made.pk)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("low:99", "There is no policy version low:99."),
        ("999", "There is no policy version 999."),
        ("low", "low is no policy version. Give SCOPE:NUMBER, such as low:1, or an id."),
    ],
)
def test_a_policy_version_that_is_none_is_one_sentence(made, text, said):
    with pytest.raises(CommandError) as refused:
        replay(made.pk, "--policy", text)

    assert (str(refused.value), refused.value.returncode) == (said, 2)


def test_a_name_that_a_tier_and_a_service_share_has_to_be_told_apart(made, at):
    facts = {"scope_name": "low", "number": 7, "digest": "sha256:x", "body": "", "drafted_by": "paul", "drafted_at": at}
    PolicyVersion.objects.create(scope="tier", **facts)
    PolicyVersion.objects.create(scope="service", **facts)

    with pytest.raises(CommandError, match="low:7 is a tier's and a service's"):
        replay(made.pk, "--policy", "low:7")
