"""Each fault of the example, and what the desk recommends: the right answer, with a sentence that says why."""

from __future__ import annotations

import time

import pytest

from tests.stories.desk import Desk, wait_for
from tests.stories.paces import OF_THE_DESK, patient, shortened
from tests.stories.reading import Element

pytestmark = pytest.mark.processes

ONLY_V2 = "v2 suffers; v1 on the same traffic does not."
DISABLE = "Disable and fall back to people"
FAULTS = [
    ("unit_change", "Roll back to v1", ONLY_V2),
    ("transposed", "Roll back to v1", ONLY_V2),
    ("crop", "Roll back to v1", ONLY_V2),
    ("slow", "Roll back to v1", ONLY_V2),
    ("threshold", "Restore accept_threshold", "accept_threshold stands at 0.06 and is recorded as 0.6."),
    ("missing_rows", DISABLE, "Rolling back does not help"),
]


@pytest.mark.parametrize(("fault", "answer", "because"), FAULTS)
def test_the_right_answer_is_recommended_and_says_why(quick, figure, fault, answer, because):
    expect_advice(quick, figure, fault, "amounts", answer, because)


def test_with_nothing_known_good_the_service_is_taken_out(quick, figure):
    quick.adopt(patient(shortened(OF_THE_DESK, watch=8, pace=4), "cheques"))

    expect_advice(quick, figure, "transposed", "cheques", DISABLE, "there is no known good version to roll back to.")


def expect_advice(desk: Desk, figure, fault: str, service: str, answer: str, because: str) -> None:
    """Break the service, and see what is recommended from the first assessment to the one that is sure."""
    desk.begin_again(service)

    broken = desk.break_(fault, service)
    incident = wait_for(lambda: desk.open_incident(service), "an incident", seconds=60)
    advised = Advised(desk, incident)
    wait_for(lambda: advised.says(answer, because), advised, seconds=30)
    figure(f"from {fault} on {service} to the right answer, at four times the pace", time.monotonic() - broken)

    assert advised.others(answer) == []
    desk.heal(service)


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
        self.words = advice.text
        title = next(advice.all("h2")).text
        if not self._is_preliminary(advice):
            self.titles.append(title)
        return title == answer and because in self.words

    def _is_preliminary(self, advice: Element) -> bool:
        """The desk says itself that it is too early, and nobody can run it at once."""
        return "It is early" in self.words and advice.form_to("/run") is None

    def others(self, answer: str) -> list[str]:
        """What else was recommended on the way."""
        return sorted({title for title in self.titles if title != answer})

    def __str__(self) -> str:
        return f"the right answer; said was {self.titles}, at last: {self.words[:600]}"
