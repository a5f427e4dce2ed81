"""An incident that stays open does not fill the disk: what repeats its neighbours goes after some hours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from decisions import journal
from decisions.assessment import thinning
from decisions.domain.actors import DESK
from decisions.domain.events import Event
from decisions.models import Approval, Assessment, Entry, PolicyVersion, Run, Snapshot
from tests.factories import make_incident, make_live_pair, make_policies

pytestmark = pytest.mark.django_db

HOUR, HALF_MINUTE = timedelta(hours=1), timedelta(seconds=30)


@pytest.fixture
def incident(settings):
    settings.ASSESSMENT_FULL_SECONDS = 3600
    make_policies()
    return make_incident(make_live_pair())


def assess(incident, answers: str, at) -> list[Assessment]:
    """One assessment each half minute from `at` on, a letter each for what it recommends."""
    policy, made = PolicyVersion.objects.first(), []
    for place, answer in enumerate(answers):
        when = at + place * HALF_MINUTE
        evidence = Snapshot.objects.create(digest=f"sha256:{when:%H%M%S}{incident.pk}", body=b"{}", at=when)
        with journal.act(DESK, at=when) as act:
            made.append(
                Assessment.objects.create(
                    incident=incident,
                    snapshot=evidence,
                    policy=policy,
                    engine_version="1",
                    result=b"{}",
                    result_digest=evidence.digest,
                    recommended=answer,
                    at=when,
                )
            )
            act.note(Event.ASSESSMENT_MADE, about=made[-1])
    return made


def kept(made: list[Assessment]) -> str:
    """What was made, with a dot for each that went."""
    left = set(Assessment.objects.values_list("pk", flat=True))
    return "".join(each.recommended if each.pk in left else "." for each in made)


@pytest.mark.parametrize(
    ("made", "left"),
    [
        ("aaaaaa", "a....a"),
        ("aabbba", "aab.ba"),
        ("abab", "abab"),
        ("aa", "aa"),
        ("a", "a"),
    ],
)
def test_what_says_what_its_neighbours_say_goes(incident, at, made, left):
    made = assess(incident, made, at)

    thinning.thin(at + 2 * HOUR)

    assert kept(made) == left
    assert set(Snapshot.objects.values_list("pk")) == set(Assessment.objects.values_list("snapshot"))


def test_the_last_hours_are_kept_whole(incident, at):
    made = assess(incident, "a" * 200, at)

    thinning.thin(at + 50 * HALF_MINUTE + HOUR)

    assert kept(made) == "a" + 49 * "." + 150 * "a"


def test_turn_by_turn_no_more_is_left_than_at_once(incident, at):
    made = assess(incident, "aaaaaabbbbbbbbaaaaaaaaaa", at)

    gone = [thinning.thin(at + place * HALF_MINUTE + HOUR) for place in range(40)]

    assert kept(made) == "a....ab......ba........a"
    assert gone[30:] == [0] * 10


@pytest.mark.parametrize("record", [Run, Approval])
def test_what_a_run_or_an_approval_rests_on_stays(incident, at, record):
    made = assess(incident, "aaaaa", at)
    dates = {Run: {"due_at": at}, Approval: {"expires_at": at}}
    rests = {"service": incident.service, "incident": incident, "assessment": made[2], "plan": {}, "requested_at": at}
    record.objects.create(**rests, **dates[record])

    thinning.thin(at + 2 * HOUR)

    assert kept(made) == "a.a.a"


def test_each_incident_is_thinned_by_itself(incident, at):
    other = make_incident(make_live_pair("cheques"))
    mine, others = assess(incident, "aaa", at), assess(other, "aaa", at)

    assert thinning.thin(at + 2 * HOUR) == 2
    assert kept(mine) == kept(others) == "a.a"


def test_the_journal_keeps_what_was_thinned(incident, at):
    made = assess(incident, "aaa", at)

    thinning.thin(at + 2 * HOUR)

    assert Entry.objects.filter(event=Event.ASSESSMENT_MADE).count() == 3
    assert [thinning.was_thinned(each.pk) for each in made] == [False, True, False]
    assert not thinning.was_thinned(made[-1].pk + 1)


def test_a_replay_of_what_was_thinned_says_so(incident, at):
    made = assess(incident, "aaa", at)
    thinning.thin(at + 2 * HOUR)

    with pytest.raises(CommandError, match="is not kept any more"):
        call_command("replay", made[1].pk)
