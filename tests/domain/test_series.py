"""A series as text: what is read, and what is refused at which line."""

from __future__ import annotations

import math

import pytest

from decisions.domain.canonical import BadDocument
from decisions.domain.series import parse

HOUR = 3600


def _text(*rows: str) -> str:
    return "\n".join(("timestamp,value", *rows))


def test_a_time_without_a_zone_is_utc():
    series = parse(_text("1970-01-02 00:00:00,1", "1970-01-02T02:00:00+01:00,2"))

    assert series.times.tolist() == [24 * HOUR, 25 * HOUR]


@pytest.mark.parametrize("stamp", ["2026-11-20 14:32:00", "2026-11-20T14:32:00", "2026-11-20T14:32:00Z"])
def test_plain_times_read_all_at_once_are_those_read_one_by_one(stamp):
    alone = parse(_text(f"{stamp},1"))

    beside_another_form = parse(_text(f"{stamp},1", "2026-11-20T15:32:00.5+00:00,1"))

    assert alone.times[0] == beside_another_form.times[0] == 1795185120.0


def test_an_empty_cell_and_nan_were_not_measured():
    values = parse(_text("2026-11-20,", "2026-11-21,NaN", "2026-11-22,  ", "2026-11-23,3")).values

    assert [math.isnan(value) for value in values] == [True, True, True, False]


def test_other_columns_and_empty_lines_are_passed_over():
    series = parse("name,value,timestamp\r\na,1,2026-11-20\r\n\r\nb,2,2026-11-21\r\n")

    assert series.values.tolist() == [1, 2]


def test_quoted_cells_are_unquoted():
    assert parse('timestamp,value\n"2026-11-20","1.5"\n').values.tolist() == [1.5]


def test_a_header_alone_is_a_series_of_no_rows():
    assert len(parse("timestamp,value\n").values) == 0


def test_repeated_times_and_gaps_are_rows_like_any_other():
    series = parse(_text("2026-11-20,1", "2026-11-20,2", "2027-11-20,3"))

    assert series.values.tolist() == [1, 2, 3]


def test_an_hour_that_comes_twice_is_no_disorder():
    series = parse(_text("2026-10-25 02:00:00,1", "2026-10-25 02:30:00,2", "2026-10-25 02:00:00,3"))

    assert series.times[2] == series.times[0]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("", 1, "must name the column timestamp once"),
        ("timestamp,reading\n2026-11-20,1\n", 1, "must name the column value once"),
        ("timestamp,value,value\n", 1, "must name the column value once"),
        (_text("2026-11-20,1", "2026-11-21,1,5"), 3, "has 3 cells where the header has 2"),
        (_text("2026-11-20"), 2, "has 1 cells where the header has 2"),
        (_text("2026-11-20,1", "yesterday,2"), 3, "'yesterday' is not a time"),
        (_text("2026-02-30 00:00:00,1"), 2, "'2026-02-30 00:00:00' is not a time"),
        (_text("2026-11-20\\14:32:00,1"), 2, "is not a time"),
        (_text('"2026-11-20""14:32:00",1'), 2, "is not a time"),
        (_text("1404172800,1"), 2, "'1404172800' is not a time"),
        (_text("2026-11-20,1", "2026-11-21,2,", "2026-11-21,x"), 3, "has 3 cells"),
        (_text("2026-11-20,1", "2026-11-21,many"), 3, "'many' is not a number"),
        (_text("2026-11-20,1_000"), 2, "'1_000' is not a number"),
        (_text("2026-11-20,1", "2026-11-21,inf"), 3, "'inf' is infinite"),
        (_text("2026-11-20,-1e151"), 2, "beyond 1e150"),
        (_text("2026-11-20,1", "2026-11-22,2", "2026-11-21,3"), 4, "is earlier than the row before it"),
        (_text(*["2026-11-20 00:00:00,1", "2026-11-20 00:05:00,1"] * 2, "2026-11-20 00:00:00,1"), 6, "is earlier"),
        (_text("2026-11-20 00:00:00,1", "2026-11-20 00:10:00,2", "2026-11-20 00:05:00,3"), 4, "is earlier"),
        (_text("2026-11-20,null"), 2, "'null' is not a number"),
        (_text("2026-11-20,1", "", "2026-11-21,٣"), 4, "'٣' is not a number"),
        (_text("2026-W47-5,1"), 2, "'2026-W47-5' is not a time"),
        (_text('"2026-11-20T14:32:00,5Z",1'), 2, "is not a time"),
        (_text("２０２６-11-20,1"), 2, "is not a time"),
        (_text('"2026-11-20" x,1'), 2, "is not CSV"),
        (_text("9" * 200_000 + ",1"), 2, "is not a time"),
    ],
)
def test_a_bad_series_is_refused_at_its_line(text, line, reason):
    with pytest.raises(BadDocument) as refused:
        parse(text)

    assert refused.value.path == f"line {line}"
    assert reason in refused.value.reason
    assert len(str(refused.value)) < 200
