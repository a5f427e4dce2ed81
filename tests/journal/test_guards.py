"""The database refuses what no code of ours would do."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from decisions import journal
from decisions.domain.canonical import BadDocument
from decisions.domain.events import Event
from decisions.models import Entry, Run
from tests.factories import make_service

pytestmark = pytest.mark.django_db


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

    with pytest.raises(DatabaseError, match="never goes back"), transaction.atomic():
        Run.objects.filter(pk=run.pk).update(state="queued")
