"""Who is rung when something was written down: event -> task names.

Appending an entry stores one bell row for each name here, in the same transaction; the tasks are rung on commit and the
sweeper rings again whatever stayed unanswered. This is the only way a lower room reaches a higher one.
"""

from decisions.domain.events import Event

BELLS: dict[str, tuple[str, ...]] = {
    Event.INCIDENT_OPENED: ("assessment.incident_opened",),
    Event.INCIDENT_REOPENED: ("assessment.incident_opened",),
    Event.INCIDENT_RESOLVED: ("assessment.incident_resolved",),
    Event.LEVEL_BROKEN: ("assessment.level_broken",),
    Event.BURN_STARTED: ("assessment.level_broken",),
    Event.VERSION_COMPARED: ("assessment.version_compared",),
    Event.VERSION_PICKED: ("assessment.version_picked",),
    Event.ASSESSMENT_ASKED: ("assessment.assessment_asked",),
    Event.RUN_QUEUED: ("execution.run_queued",),
    Event.RUN_CLAIMED: ("assessment.run_moved",),
    Event.RUN_ENDED: ("assessment.run_moved",),
    Event.DRIFT_FOUND: ("monitoring.drift_found",),
}
