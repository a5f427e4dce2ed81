"""What a draft policy would have decided on the incidents and drills of the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from decisions.domain import evidence
from decisions.domain.canonical import BadDocument
from decisions.domain.hypotheses import Hypothesis
from decisions.domain.policy import Policy
from decisions.models import Assessment, Incident, PolicyVersion, Service, Snapshot
from decisions.models.policy_version import PolicyState

# One takes some 60 ms of a processor; a page that asks for more waits too long for an answer.
CASES_AT_ONCE = 20


@dataclass(frozen=True)
class PastCase:
    """A past incident as it was first assessed: what the desk knew when somebody had to decide."""

    number: int
    snapshot: str
    cause: str
    is_drill: bool

    @property
    def key(self) -> str:
        return f"INC-{self.number}"


def nearest(policy: Policy) -> PolicyVersion | None:
    """The policy that a draft would replace: the one of its scope, else its service's tier's, else the desk's."""
    active = PolicyVersion.objects.filter(state=PolicyState.ACTIVE)
    scope = policy.scope
    wanted = [(scope.kind, scope.name or "")]
    if scope.kind == "service":
        wanted += [("tier", tier) for tier in Service.objects.filter(name=scope.name).values_list("tier", flat=True)]
    for kind, name in [*wanted, ("desk", "")]:
        found = active.filter(scope=kind, scope_name=name).first()
        if found is not None:
            return found
    return None


def refuse_unknown_service(policy: Policy) -> None:
    """Refuse a policy for a service that the desk does not have: nothing could be said about it (BadDocument)."""
    scope = policy.scope
    if scope.kind == "service" and not Service.objects.filter(name=scope.name).exists():
        raise BadDocument("$.scope.name", f"is not a service of this desk: {scope.name}")


def cases(policy: Policy, at: datetime, most: int | None = None) -> list[PastCase]:
    """The past incidents, newest first, that a policy would have been asked about and that were ever assessed."""
    first = Assessment.objects.filter(incident=OuterRef("pk")).order_by("at", "pk").values("snapshot_id")[:1]
    known = _covered(policy, at).annotate(first=Subquery(first)).exclude(first=None)
    return [PastCase(each.pk, each.first, each.cause, each.kind == "drill") for each in known[:most]]


def against(before: Policy | None, after: Policy, at: datetime, *, most: int | None = None) -> dict[str, Any]:
    """Compare two policies on the past incidents that the later one's scope covers, all or the newest `most`.

    Returns:
        What `domain.backtest.compare` answers, and `incidents`: how many there are in all.
    """
    # Imported when asked for: scoring brings numpy and scipy, which the pages do without until then.
    from decisions.domain import backtest

    found = judged(cases(after, at, most), before, after)
    return {**backtest.summed(found, before, after), "incidents": _covered(after, at).count()}


def judged(some: Sequence[PastCase], before: Policy | None, after: Policy) -> list[dict[str, Any]]:
    """These cases, each with the verdicts of both policies, or with the reason why it could not be judged."""
    return [_judged(each, before, after) for each in some]


def _judged(case: PastCase, before: Policy | None, after: Policy) -> dict[str, Any]:
    from decisions.domain import backtest

    try:
        past = _past(case)
    except BadDocument as bad:
        # Evidence of an older desk may not be what is asked for today.
        return {"key": case.key, "reason": f"its evidence cannot be read: {bad}"}
    return backtest.judged(past, before, after)


def _past(case: PastCase) -> Any:
    from decisions.domain.backtest import Past

    body = Snapshot.objects.values_list("body", flat=True).get(pk=case.snapshot)
    cause = Hypothesis(case.cause) if case.cause else None
    return Past(case.key, evidence.read(bytes(body)), cause, is_drill=case.is_drill)


def _covered(policy: Policy, at: datetime) -> QuerySet[Incident]:
    """The incidents, newest first, of the services for which this policy would be the nearest one."""
    past = Incident.objects.filter(opened_at__lte=at).order_by("-opened_at", "-pk")
    active = PolicyVersion.objects.filter(state=PolicyState.ACTIVE)
    own = active.filter(scope="service").values("scope_name")
    if policy.scope.kind == "service":
        return past.filter(service__name=policy.scope.name)
    if policy.scope.kind == "tier":
        return past.filter(service__tier=policy.scope.name).exclude(service__name__in=own)
    tiers = active.filter(scope="tier").values("scope_name")
    return past.exclude(service__name__in=own).exclude(service__tier__in=tiers)
