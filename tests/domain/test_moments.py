from __future__ import annotations

from datetime import UTC, datetime

import pytest

from decisions.domain import moments

THEN = datetime(2026, 11, 18, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-18T03:04:00Z", "2026-11-18T03:04", "2026-11-18 13:04:00+10:00"])
def test_a_moment_is_read_in_utc(text):
    assert moments.in_utc(text) == THEN


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-02-30T00:00", "2026-11-18T25:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_what_is_no_moment_of_the_calendar_is_refused(text):
    with pytest.raises(ValueError):
        moments.in_utc(text)
