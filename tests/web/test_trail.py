"""What happened, as the pages tell it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from decisions import journal
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.models import Assessment, Entry
from decisions.web import journal_words, trail
from tests.factories import AT
from tests.web.rooms import assess, make_unassessed


@pytest.mark.parametrize("event", sorted(Event))
def test_every_event_has_a_sentence_even_without_facts(event):
    entry = Entry(event=event, actor="ana", sequence=0, at=AT)

    said = journal_words.sentence(entry, {}, {"ana": "Ana"})

    assert said.startswith("Ana: ")
    assert said.endswith((".", "”"))


def test_what_flapped_unsaid_is_counted():
    entry = Entry(event="source_healthy", actor="desk", sequence=0, at=AT)

    said = journal_words.said(entry, {"source": "metrics", "flips": 175})

    assert said == "source metrics answers, after 174 more changes."


def test_assessments_with_the_same_answer_are_one_row(db):
    incident = make_unassessed()
    for place in range(5):
        stored = assess(incident)
        Assessment.objects.filter(pk=stored.pk).update(at=AT + timedelta(seconds=30 * place))

    rows = [row for row in trail.of_incident(incident) if row["text"].startswith("Assessed")]

    assert [(row["text"], row["note"]) for row in rows] == [("Assessed: roll back to v1.", "again until 03:06:00")]


def test_an_answer_that_changed_is_a_row_of_its_own(db):
    incident = make_unassessed()
    for place, fault in enumerate(("transposed", "missing_rows", "transposed")):
        stored = assess(incident, fault)
        Assessment.objects.filter(pk=stored.pk).update(at=AT + timedelta(seconds=30 * place))

    rows = [row["text"] for row in trail.of_incident(incident) if row["text"].startswith("Assessed")]

    assert rows == [
        "Assessed: roll back to v1.",
        "Assessed: disable and fall back.",
        "Assessed: roll back to v1.",
    ]


def test_the_newest_stands_on_top(db):
    incident = make_unassessed()
    assess(incident)

    times = [row["at"] for row in trail.of_incident(incident)]

    assert times == sorted(times, reverse=True)


def test_the_address_of_an_assessment_that_was_thinned_says_why(enter, ana):
    made = assess(make_unassessed())
    with journal.act(DESK, at=AT) as act:
        act.note(Event.ASSESSMENT_MADE, about=made)
    address = reverse("assessment-detail", args=[made.pk])
    made.delete()

    answer = enter(ana).get(address)

    assert answer.status_code == 404
    assert "This assessment is not kept any more" in answer.content.decode()
