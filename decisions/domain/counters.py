"""When repeated measurements of one check come to an outcome: the counters behind pass, fail and try again.

Nothing in the product counts this way (`levels` and the judges do with less); it says what those who come from there
are used to, and is what ours is held against.

Source:
    The rules and defaults of Argo Rollouts' analysis (argoproj/argo-rollouts at 9f8d111), reproduced by its 26 cases.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

# A failure limit of this size is none.
UNLIMITED = -1


class Outcome(StrEnum):
    """What one measurement said."""

    SUCCESSFUL = "Successful"
    FAILED = "Failed"
    INCONCLUSIVE = "Inconclusive"
    ERROR = "Error"


class Phase(StrEnum):
    """What all measurements come to."""

    RUNNING = "Running"
    SUCCESSFUL = "Successful"
    FAILED = "Failed"
    INCONCLUSIVE = "Inconclusive"
    ERROR = "Error"


@dataclass(frozen=True)
class Limits:
    """How many outcomes of a kind are borne; one more decides.

    Attributes:
        failures: UNLIMITED for any number; inconclusive; consecutive_errors.
        consecutive_successes: so many in a row decide for success; 0 when they do not.
        count: how many measurements are planned; None for as many as come.
    """

    failures: int = 0
    inconclusive: int = 0
    consecutive_errors: int = 4
    consecutive_successes: int = 0
    count: int | None = None


@dataclass(frozen=True)
class Counters:
    """What was measured so far; a measurement that ended in an error is not `done`, and breaks a row of successes."""

    successful: int = 0
    failed: int = 0
    inconclusive: int = 0
    consecutive_error: int = 0
    consecutive_success: int = 0
    done: int = 0

    def after(self, outcome: Outcome) -> Counters:
        """The counters with one more measurement."""
        is_error, is_success = outcome is Outcome.ERROR, outcome is Outcome.SUCCESSFUL
        return replace(
            self,
            successful=self.successful + is_success,
            failed=self.failed + (outcome is Outcome.FAILED),
            inconclusive=self.inconclusive + (outcome is Outcome.INCONCLUSIVE),
            consecutive_error=self.consecutive_error + 1 if is_error else 0,
            consecutive_success=self.consecutive_success + 1 if is_success else 0,
            done=self.done + (not is_error),
        )


def phase(counters: Counters, limits: Limits, *, is_ending: bool = False) -> Phase:
    """What the measurements come to: Error over Inconclusive over Failed over success over the count being reached.

    Args:
        is_ending: no more measurements will come, and what has not failed is a success.
    """
    decided = _broken(counters, limits) or _reached(counters, limits)
    if decided:
        return decided
    return Phase.SUCCESSFUL if is_ending else Phase.RUNNING


def _broken(counters: Counters, limits: Limits) -> Phase | None:
    if counters.consecutive_error > limits.consecutive_errors:
        return Phase.ERROR
    if counters.inconclusive > limits.inconclusive:
        return Phase.INCONCLUSIVE
    if limits.failures != UNLIMITED and counters.failed > limits.failures:
        return Phase.FAILED
    return None


def _reached(counters: Counters, limits: Limits) -> Phase | None:
    if limits.consecutive_successes and counters.consecutive_success >= limits.consecutive_successes:
        return Phase.SUCCESSFUL
    if limits.count is None or counters.done < limits.count:
        return None
    if not limits.consecutive_successes:
        return Phase.SUCCESSFUL
    # The successes that were asked for never came in a row.
    return Phase.FAILED if limits.failures == UNLIMITED else Phase.INCONCLUSIVE
