"""What the courses cost in given worlds.

For a cause that lasts, one category, an action that takes T and works with probability p:

    c (T + p rho W + (1 - p) M) + p o W + K

and for a transient c V + o U + K, where c is the cost rate, rho the share of harm that remains, o the running
and K the one-off cost, W the repair, M the manual recovery, V the rest of the transient, U the undoing. A hold
adds its wait while the cause lasts, and costs c V when it passes. Doing nothing costs c W, or c V.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from decisions.domain.cases import Case
from decisions.domain.courses import Courses
from decisions.domain.worlds import Worlds

Figures = NDArray[np.float64]


def totals(case: Case, table: Courses, worlds: Worlds) -> Figures:
    """Loss of each course over all categories, currency, shape (R, n); doing nothing is the last row."""
    harmed, mitigated = _minutes(table, worlds)
    loss: Figures = worlds.rates.sum(axis=0) * harmed
    loss += (table.residual @ worlds.rates) * (mitigated * worlds.remains[table.action])
    runs = table.running.sum(axis=1)[:, None] * worlds.runs[table.action]
    loss += runs * (mitigated + _undoing(table, worlds))
    loss += table.one_off.sum(axis=1)[:, None] * _begun(table, worlds)
    if case.step is not None and worlds.late is not None:
        loss += case.step.amount * worlds.late
    return loss


def by_category(case: Case, table: Courses, worlds: Worlds) -> Figures:
    """Loss of each course in each category, currency, shape (R, K, n)."""
    harmed, mitigated = _minutes(table, worlds)
    remaining = mitigated * worlds.remains[table.action]
    running = (mitigated + _undoing(table, worlds)) * worlds.runs[table.action]
    begun = _begun(table, worlds)
    loss = worlds.rates * harmed[:, None, :]
    for row, category in zip(*np.nonzero(table.residual), strict=True):
        loss[row, category] += table.residual[row, category] * worlds.rates[category] * remaining[row]
    for row, category in zip(*np.nonzero(table.running), strict=True):
        loss[row, category] += table.running[row, category] * running[row]
    for row, category in zip(*np.nonzero(table.one_off), strict=True):
        loss[row, category] += table.one_off[row, category] * begun[row]
    if case.step is not None and worlds.late is not None:
        loss[:, case.categories.index(case.step.category)] += case.step.amount * worlds.late
    return loss


def _minutes(table: Courses, worlds: Worlds) -> tuple[Figures, Figures]:
    """Minutes at full harm, and minutes mitigated until the repair; (R, n) each."""
    lasting = 1 - worlds.transient
    worked = worlds.worked[table.action]
    harmed = lasting * (worlds.takes[table.action] + table.waits[:, None])
    harmed += (lasting - worked) * worlds.manual
    harmed += worlds.transient * worlds.passing
    return harmed, worked * worlds.repair


def _undoing(table: Courses, worlds: Worlds) -> Figures:
    """Minutes spent on undoing an action that a transient did not need, (R, n)."""
    return (table.at_once * table.undo)[:, None] * worlds.transient


def _begun(table: Courses, worlds: Worlds) -> Figures:
    """How often the action is begun at all, (R, n): not after a wait in which the trouble has passed."""
    return 1 - (1 - table.at_once[:, None]) * worlds.transient
