"""Log lines as JSON, carrying the ids of what they are about (incident, run, entry)."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

_IDS = ("incident", "run", "entry", "service", "source", "task")


class JsonLines(logging.Formatter):
    """One JSON object a line. Ids come in through `extra={"run": 5}`; secrets have no field and are never passed."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "room": record.name,
            "says": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _IDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
