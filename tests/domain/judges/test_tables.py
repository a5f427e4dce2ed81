"""Series as text: what a table may hold, and where its faults are."""

from __future__ import annotations

import math

import pytest

from decisions.domain.canonical import BadDocument
from decisions.domain.judges import tables


def test_a_table_is_series_by_name():
    found = tables.parse("a, b\n1,\n2.5,nan\n-3e2, 4 \n")

    assert found["a"].tolist() == [1, 2.5, -300]
    assert [math.isnan(value) for value in found["b"]] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "rows"),
    [("a\n1\n\n3\n", [1, None, 3]), ("a\n", []), ("a", []), ('a\n""\n2\n', [None, 2]), ("a\r\n1\r\n2\r\n", [1, 2])],
)
def test_a_single_column_may_be_empty_in_a_row(text, rows):
    found = tables.parse(text)["a"]

    assert [None if math.isnan(value) else value for value in found] == rows


def test_quoted_names_may_hold_commas():
    assert list(tables.parse('"errors, total",b\n1,2\n')) == ["errors, total", "b"]


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
