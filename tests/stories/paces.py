"""The example with its durations shortened, and nothing else changed: time goes faster, the rules stay."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

EXAMPLES = Path(settings.BASE_DIR) / "examples"
POLICIES = (EXAMPLES / "policies" / "default.yaml", EXAMPLES / "digits" / "policy-low.yaml")
SERVICES = (EXAMPLES / "digits" / "service-amounts.yaml", EXAMPLES / "digits" / "service-cheques.yaml")
_WRITTEN_FOR = "http://127.0.0.1:8101"


def shortened(policy: Path, *, watch: float, cooldown: float = 0) -> str:
    """An example policy with other seconds for its watches and its cooldown."""
    text = re.sub(r"watch_seconds: [\d.]+", f"watch_seconds: {watch:g}", policy.read_text())
    return re.sub(r"cooldown_seconds: [\d.]+", f"cooldown_seconds: {cooldown:g}", text)


def quickened(service: Path, pace: float, example: str) -> str:
    """A service file of the example, all of whose windows and intervals are that many times shorter."""
    return re.sub(
        r"(window_seconds|for_seconds|clear_seconds|every_seconds): ([\d.]+)",
        lambda found: f"{found[1]}: {float(found[2]) / pace:g}",
        service.read_text().replace(_WRITTEN_FOR, example),
    )
