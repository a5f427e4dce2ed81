"""The effects log: a line of JSON for every order that was really obeyed, with its pair. No line ever changes.

It is also where the state comes from after a restart, so that what it says and what is served cannot differ.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.digits.orders import Order, Standing


class BrokenLog(Exception):
    """A line inside the log cannot be read. `str()` is a sentence."""


class EffectsLog:
    """An append-only file of JSON lines, shared by the services of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)
        self._drop_torn_end()

    def append(self, service: str, order: Order, after: Standing) -> None:
        """Write down an effect. On return it is on disk; on an error nothing of it is there.

        Raises:
            OSError: the disk is full or gone.
        """
        line = json.dumps(_line(service, order, after)) + "\n"
        with self._lock:
            end = os.fstat(self._file.fileno()).st_size
            try:
                written = self._file.write(line.encode())
                if written != len(line):
                    raise OSError(f"only {written} of {len(line)} bytes were written")
                os.fsync(self._file.fileno())
            except OSError:
                self._file.truncate(end)
                raise

    def orders(self, service: str) -> Iterator[Order]:
        """Every order this service obeyed, oldest first.

        Raises:
            BrokenLog: a line is not what `append` writes.
        """
        for number, text in enumerate(self._path.read_text().splitlines(), start=1):
            try:
                line = json.loads(text)
                order = Order(line["kind"], line["change"], line["epoch"], line["token"])
            except (ValueError, KeyError, TypeError) as error:
                raise BrokenLog(f"{self._path}: line {number} cannot be read ({error}).") from error
            if line["service"] == service:
                yield order

    def close(self) -> None:
        self._file.close()

    def _drop_torn_end(self) -> None:
        # A crash in the middle of a line: its order was neither obeyed nor answered.
        content = self._path.read_bytes()
        self._file.truncate(content.rfind(b"\n") + 1)


def _line(service: str, order: Order, after: Standing) -> dict[str, Any]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "service": service,
        "kind": order.kind,
        "epoch": order.epoch,
        "token": order.token,
        "change": dict(order.change),
        "behaviour": after.behaviour,
        "shares": dict(after.shares),
    }
