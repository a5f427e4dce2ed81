"""The courses that can be taken, as one table: every option, and doing nothing as the last row.

All of them are one shape: wait, carry out an action, live with what it leaves. A hold waits and costs nothing
when the trouble passes meanwhile; doing nothing is the action "permanent repair".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.domain.cases import Action, Case, Hold, Option

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Courses:
    """R courses over K categories; R is the number of options and one.

    Attributes:
        action: which action a course carries out, by its place in `Case.actions`; their number means the repair.
        waits: minutes before it starts, shape (R,).
        at_once: 1 when it starts without waiting, so that a transient is met by a needless action; shape (R,).
        undo: minutes to undo a needless action, shape (R,).
        residual, running, one_off: shape (R, K).
    """

    action: NDArray[np.intp]
    waits: Figures
    at_once: Figures
    undo: Figures
    residual: Figures
    running: Figures
    one_off: Figures


def courses(case: Case) -> Courses:
    """Lay out the options of a case in their order, and doing nothing after them."""
    carried = [carried_out(case, option) for option in case.options]
    places = {action.key: place for place, action in enumerate(case.actions)}
    repair = len(places)
    acting = [*(isinstance(option, Action) for option in case.options), False]
    return Courses(
        action=np.array([*(places[a.key] if a else repair for a in carried), repair], dtype=np.intp),
        waits=np.array([*(wait(option) for option in case.options), 0.0]),
        at_once=np.array(acting, dtype=float),
        undo=np.array([*(option.undo_minutes for option in case.options), 0.0]),
        residual=_table(case, [a.residual if a else {} for a in carried]),
        running=_table(case, [a.running if a else {} for a in carried]),
        one_off=_table(case, [a.one_off if a else {} for a in carried]),
    )


def carried_out(case: Case, option: Option) -> Action | None:
    """The action that an option comes to; None when nothing is done."""
    if isinstance(option, Action):
        return option
    return next((action for action in case.actions if action.key == option.then), None)


def wait(option: Option) -> float:
    """Minutes before the action starts; a hold that plans nothing is the same as doing nothing from now."""
    return option.wait_minutes if isinstance(option, Hold) and option.then is not None else 0.0


def _table(case: Case, rows: list[Mapping[str, float]]) -> Figures:
    nothing: Mapping[str, float] = {}
    return np.array([[row.get(category, 0.0) for category in case.categories] for row in [*rows, nothing]])
