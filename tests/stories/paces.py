"""The example with its durations shortened, and nothing else changed: time goes faster, the rules stay."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

EXAMPLES = Path(settings.BASE_DIR) / "examples"
OF_THE_DESK = EXAMPLES / "policies" / "default.yaml"
POLICIES = (OF_THE_DESK, EXAMPLES / "digits" / "policy-low.yaml")
SERVICES = (EXAMPLES / "digits" / "service-amounts.yaml", EXAMPLES / "digits" / "service-cheques.yaml")
_WRITTEN_FOR = "http://127.0.0.1:8101"


def shortened(policy: Path, *, watch: float, pace: float = 1) -> str:
    """An example policy with other seconds for its watches and no cooldown, which learns nothing from story to story.

    Where time goes `pace` times faster, as many times more items are harmed a minute, and the bound in money follows.
    """
    text = re.sub(r"watch_seconds: [\d.]+", f"watch_seconds: {watch:g}", policy.read_text())
    text = re.sub(r"cooldown_seconds: [\d.]+", "cooldown_seconds: 0", text)
    text = re.sub(r"journal_weight: [\d.]+", "journal_weight: 0", text)
    return re.sub(r'tail_at_most: "(\d+)"', lambda found: f'tail_at_most: "{int(found[1]) * pace:.0f}"', text)


def patient(policy: str, service: str) -> str:
    """The desk's policy for one service, where a version is known good only after it was healthy for a year."""
    text = policy.replace("scope: {kind: desk}", f"scope: {{kind: service, name: {service}}}")
    return re.sub(r"known_good_seconds: \d+", "known_good_seconds: 31536000", text)


def quickened(service: Path, pace: float, example: str) -> str:
    """A service file of the example, all of whose windows and intervals are that many times shorter."""
    return re.sub(
        r"(window_seconds|for_seconds|clear_seconds|every_seconds): ([\d.]+)",
        lambda found: f"{found[1]}: {float(found[2]) / pace:g}",
        service.read_text().replace(_WRITTEN_FOR, example),
    )
