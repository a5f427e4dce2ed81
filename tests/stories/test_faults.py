"""Each fault of the example, and what the desk recommends: the right answer, with a sentence that says why."""

from __future__ import annotations

import time

import pytest

from tests.stories.desk import Desk, wait_for

pytestmark = pytest.mark.processes

# v1 was healthy for a day: enough for amounts, and for cheques, whose tier is high, not enough to count as known good.
ONLY_V2 = "v2 suffers; v1 on the same traffic does not."
FAULTS = [
    ("unit_change", "amounts", "Roll back to v1", ONLY_V2),
    ("transposed", "amounts", "Roll back to v1", ONLY_V2),
    ("crop", "amounts", "Roll back to v1", ONLY_V2),
    ("slow", "amounts", "Roll back to v1", ONLY_V2),
    ("threshold", "amounts", "Restore accept_threshold", "accept_threshold stands at 0.06 and is recorded as 0.6."),
    ("missing_rows", "amounts", "Disable and fall back to people", "Rolling back does not help"),
    ("transposed", "cheques", "Disable and fall back to people", "there is no known good version to roll back to."),
]


@pytest.mark.parametrize(("fault", "service", "answer", "because"), FAULTS)
def test_the_right_answer_is_recommended_and_says_why(quick, figure, fault, service, answer, because):
    quick.begin_again(service)

    broken = quick.break_(fault, service)
    incident = wait_for(lambda: quick.open_incident(service), "an incident", seconds=60)
    advised = Advised(quick, incident)
    wait_for(lambda: advised.says(answer, because), f"{answer}: {because} Instead: {advised}", seconds=30)
    figure(f"from {fault} on {service} to the right answer, at four times the pace", time.monotonic() - broken)

    assert advised.others(answer) == []


class Advised:
    """What was recommended for an incident, from its first assessment on."""

    def __init__(self, desk: Desk, incident: int) -> None:
        self.desk, self.incident = desk, incident
        self.titles: list[str] = []
        self.words = ""

    def says(self, answer: str, because: str) -> bool:
        advice = self.desk.advice(self.incident)
        if advice is None:
            return False
        self.titles += [title.text for title in advice.all("h2")]
        self.words = advice.text
        return self.titles[-1] == answer and because in self.words

    def others(self, answer: str) -> list[str]:
        """What else was recommended to be done on the way; to hold and look again is no wrong answer."""
        return sorted({title for title in self.titles if title != answer and not title.startswith("Hold")})

    def __str__(self) -> str:
        return f"{self.titles}, {self.words[:600]}"
