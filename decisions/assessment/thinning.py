"""Thinning: of an incident's older assessments those go that said what the ones before and after them said.

The first, the newest, both ends of every stretch with one recommendation, and whatever a run or an approval rests on
stay for good. Of the others the journal keeps when each was made, what it recommended and all its digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from decisions.domain.events import Event
from decisions.models import Approval, Assessment, Entry, Incident, Run, Snapshot

# In one transaction: an assessment and its evidence are a hundred kilobytes.
BATCH = 50
# In one run; the others follow in the next, those that waited longest first.
MOST_INCIDENTS = 200


class Made(NamedTuple):
    """An assessment as thinning sees it. `used`: a run or an approval rests on it."""

    pk: int
    at: datetime
    recommended: str
    used: bool


def thin(at: datetime) -> int:
    """Thin what is older than the time for which every assessment is kept; answers how many went. Safe to run twice."""
    edge = at - timedelta(seconds=settings.ASSESSMENT_FULL_SECONDS)
    return sum(_thin(incident, edge) for incident in _waiting(edge)[:MOST_INCIDENTS])


def was_thinned(assessment: int) -> bool:
    """Whether there was an assessment of this number that is not kept any more."""
    made = Entry.objects.filter(about_kind="assessment", about_id=str(assessment), event=Event.ASSESSMENT_MADE)
    return made.exists() and not Assessment.objects.filter(pk=assessment).exists()


def _waiting(edge: datetime) -> QuerySet[Incident]:
    unseen = Q(incident__thinned_until__isnull=True) | Q(at__gt=OuterRef("thinned_until"))
    old = Assessment.objects.filter(unseen, incident=OuterRef("pk"), at__lt=edge)
    return Incident.objects.filter(Exists(old)).order_by(F("thinned_until").asc(nulls_first=True), "pk")


def _thin(incident: Incident, edge: datetime) -> int:
    chain = _chain(incident, edge)
    going = [
        this.pk
        for before, this, after in zip(chain, chain[1:], chain[2:], strict=False)
        if before.recommended == this.recommended == after.recommended and not this.used
    ]
    gone = sum(_delete(going[start : start + BATCH]) for start in range(0, len(going), BATCH))
    # The last that stays, so that the next turn begins with one that is still there to compare with.
    until = max(made.at for made in chain if made.at < edge and made.pk not in set(going))
    Incident.objects.filter(pk=incident.pk).update(thinned_until=until)
    return gone


def _chain(incident: Incident, edge: datetime) -> list[Made]:
    """What is older than `edge` and was not thinned yet, oldest first, between the one before and the one after it."""
    used = Exists(Run.objects.filter(assessment=OuterRef("pk"))) | Exists(
        Approval.objects.filter(assessment=OuterRef("pk"))
    )
    made = incident.assessments.annotate(used=used).order_by("at", "pk")
    rows = made.values_list("pk", "at", "recommended", "used")
    old = rows.filter(at__lt=edge)
    if incident.thinned_until is not None:
        old = old.filter(at__gte=incident.thinned_until)
    return [Made(*row) for row in (*old, *rows.filter(at__gte=edge)[:1])]


def _delete(going: Sequence[int]) -> int:
    with transaction.atomic():
        # Asked again: somebody may have chosen one in this moment.
        free = Assessment.objects.filter(pk__in=going, runs__isnull=True, approvals__isnull=True)
        evidence = dict(free.values_list("pk", "snapshot"))
        Assessment.objects.filter(pk__in=list(evidence)).only("pk").delete()
        Snapshot.objects.filter(pk__in=set(evidence.values()), assessments__isnull=True).only("pk").delete()
    return len(evidence)
