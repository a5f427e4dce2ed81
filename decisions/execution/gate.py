"""Asked once more when a run is claimed, in the claim's own transaction: may this plan still run?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from decisions.domain import canonical, incidents
from decisions.domain.approvals import State as ApprovalState
from decisions.domain.times import moment
from decisions.domain.versions import Status
from decisions.execution import orders
from decisions.models import Approval, Run, Version
from decisions.registry import splits


def refusal(run: Run, at: datetime) -> str | None:
    """Why the run may not begin at `at`, as a sentence to show; None when it may.

    Call inside a transaction: the approval's row is held, so that a rejection cannot slip in before it is consumed.
    """
    return next(_reasons(run, at), None)


def _reasons(run: Run, at: datetime) -> Iterator[str]:
    yield from _about_plan(run, at)
    yield from _about_approval(run, at)
    yield from _about_versions(run)
    yield from _about_the_world(run)


def _about_plan(run: Run, at: datetime) -> Iterator[str]:
    if canonical.digest(run.plan) != run.plan_digest:
        yield "The plan was changed after it was queued, so it is not the one that was agreed. Choose again."
    not_after = moment(run.plan["not_after"])
    if at >= not_after:
        yield f"The plan was good until {not_after:%H:%M:%S} UTC. Look at the newest assessment and choose again."


def _about_approval(run: Run, at: datetime) -> Iterator[str]:
    if run.approval_id is None:
        return
    approval = Approval.objects.select_for_update().get(pk=run.approval_id)
    if approval.plan_digest != run.plan_digest:
        yield f"{approval} was given for another plan. Ask again."
    if approval.state != ApprovalState.APPROVED:
        yield f"{approval} is {approval.state}, so its plan does not run."
    if at >= approval.expires_at:
        yield f"{approval} expired at {approval.expires_at:%H:%M:%S} UTC. Ask again."


def _about_versions(run: Run) -> Iterator[str]:
    goal = run.plan["to"]
    if goal["behaviour"] != "serve":
        return
    served = sorted(name for name, share in goal["split"].items() if share > 0)
    known = {each.name: each for each in Version.objects.filter(service=run.service, name__in=served)}
    for name in served:
        if name not in known:
            yield f"{run.service} has no version called {name}."
        elif known[name].status == Status.QUARANTINED:
            reason = known[name].status_reason or "no reason was given"
            yield f"{name} is in quarantine: {reason}."


def _about_the_world(run: Run) -> Iterator[str]:
    if run.incident is not None:
        closed = incidents.action_refusal(incidents.State(run.incident.state))
        if closed is not None:
            yield closed
    live = splits.latest(run.service)
    if max((split.epoch for split in (live.desired, live.served) if split), default=0) > run.epoch:
        yield "The kill switch was used after this plan was made. Look at the newest assessment and choose again."
    goal = orders.wanted(run.plan)
    if live.served is not None and splits.fulfils(splits.state_of(live.served), goal):
        yield f"{orders.serving(run.service, goal, goal['settings'])} already. There is nothing to do."
