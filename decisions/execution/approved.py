"""What becomes of the approval that a run rests on: used up when it is claimed, ended when it will never be."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from decisions import journal
from decisions.domain.approvals import State
from decisions.domain.events import Event
from decisions.domain.refusals import Refused
from decisions.models import Approval, Run


def consume(act: journal.Act, run: Run) -> None:
    """Use up the approval of a run that is being claimed.

    Raises:
        Refused: it does not stand any more.
    """
    if run.approval is not None:
        run.approval.move(State.APPROVED, State.CONSUMED)
        act.note(Event.APPROVAL_CONSUMED, about=run.approval, run=str(run))


def end(act: journal.Act, approval: Approval | None, why: str, at: datetime) -> None:
    """End an approval whose plan will not run any more, so that the same can be asked for again.

    One that is not approved any more has its own end already.
    """
    if approval is None:
        return
    with suppress(Refused):
        approval.move(State.APPROVED, State.EXPIRED, decided_at=at, outcome=why[:300])
        act.note(Event.APPROVAL_EXPIRED, about=approval, sentence=why)
