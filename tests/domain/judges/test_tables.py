"""Series as text: what a table may hold, and where its faults are."""

from __future__ import annotations

import math

import pytest

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import tables


def test_a_table_is_series_by_name():
    found = tables.parse("a, b\n1,\n2.5,NaN\n-3e2, 4 \n,  \n").columns

    assert found["a"][:3].tolist() == [1, 2.5, -300]
    assert [math.isnan(value) for value in found["b"]] == [True, True, False, True]


@pytest.mark.parametrize(
    ("text", "rows"),
    [("a\n1\n\n3\n", [1, None, 3]), ("a\n", []), ("a", []), ('a\n""\n2\n', [None, 2]), ("a\r\n1\r\n2\r\n", [1, 2])],
)
def test_a_single_column_may_be_empty_in_a_row(text, rows):
    found = tables.parse(text).columns["a"]

    assert [None if math.isnan(value) else value for value in found] == rows


def test_quoted_names_may_hold_commas():
    assert list(tables.parse('"errors, total",b\n1,2\n').columns) == ["errors, total", "b"]


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("", "line 1", "lacks a header"),
        ("\n1,2\n", "line 1", "lacks a header"),
        ("a,,c\n", "line 1, column 2", "has no name"),
        ("a,b,a\n", "line 1, column 3", "names a second column a"),
        ("a,b\n1,2\n3\n", "line 3", "has 1 cells where the header has 2"),
        ("a,b\n1,2\n3,x\n\n\n", "line 3, column 2 (b)", "'x' is not a number"),
        ("a,b\n1,2\n\n3,4\n", "line 3", "has 0 cells where the header has 2"),
        ("a,b\n1,1_000\n", "line 2, column 2 (b)", "'1_000' is not a number"),
        ("a,b\n1,null\n", "line 2, column 2 (b)", "'null' is not a number"),
        ("a,b\n1,٣\n", "line 2, column 2 (b)", "'٣' is not a number"),
        ("a,b\n1,inf\n", "line 2, column 2 (b)", "'inf' is infinite, or beyond 1e150"),
        ('a,b\n1,"2"x\n', "line 2", "is not CSV"),
        ('a,b\n1,"2"\n"3"\n', "line 3", "has 1 cells where the header has 2"),
    ],
)
def test_a_table_that_is_none_is_refused_with_line_and_column(text, path, reason):
    with pytest.raises(BadDocument) as refused:
        tables.parse(text)

    assert refused.value.path == path
    assert reason in refused.value.reason


def test_a_column_that_is_not_wanted_may_hold_anything():
    found = tables.parse("host,a,b\nweb-1,1,x\nweb-2,2,\n", {"a", "c"})

    assert {name: values.tolist() for name, values in found.columns.items()} == {"a": [1, 2]}
    assert set(found.names) == {"host", "a", "b"}


def timed(*rows, header="timestamp,a", is_timed=True):
    return tables.parse("\n".join((header, *rows)), {"a"}, is_timed=is_timed)


def test_rows_of_the_same_minute_are_paired_and_a_gap_is_a_minute_without_a_value():
    first = timed("2026-11-20T14:00:03Z,1", "2026-11-20T14:01:03Z,2", "2026-11-20T14:04:03Z,5")
    second = timed("2026-11-20 14:01:40,20", "2026-11-20T15:02:40+01:00,30", header="Timestamp,a")

    here, there = tables.paired(first, second)

    assert [None if math.isnan(value) else value for value in here.columns["a"]] == [1, 2, None, 5]
    assert [None if math.isnan(value) else value for value in there.columns["a"]] == [None, 20, 30, None]
    # A fault is still found at its line.
    assert (here.lines[3], there.lines[1]) == (4, 2)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (("2026-11-20T14:01:00Z,1", "2026-11-20T14:00:00Z,2"), "is earlier than the row before it"),
        (("2026-11-20T14:01:00Z,1", "2026-11-20T14:01:59Z,2"), "is in the same minute as the row before it"),
        (("2026-11-20T14:01:00Z,1", "soon,2"), "'soon' is not a time such as 2026-11-20T14:32:00Z"),
        (("2026-11-20T14:01:00Z,1", "2026-W47-5,2"), "'2026-W47-5' is not a time such as 2026-11-20T14:32:00Z"),
    ],
)
def test_rows_that_are_out_of_order_or_in_one_minute_are_refused(rows, reason):
    with pytest.raises(BadDocument) as refused:
        timed(*rows)

    assert (refused.value.path, refused.value.reason) == ("line 3, column 1 (timestamp)", reason)


def test_where_order_does_not_matter_times_are_not_read():
    assert timed("soon,1", "sooner,2", is_timed=False).minutes is None


def test_many_columns_are_named_once_each():
    names = [f"c{place}" for place in range(20_000)]

    found = tables.parse(",".join(names) + "\n" + ",".join(["1"] * len(names)), {"c19999"})

    assert found.columns["c19999"].tolist() == [1]
