from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from decisions.management.commands.bench import lines
from decisions.management.line_command import BadInput


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("bench", *arguments, stdout=out)
    return out.getvalue()


def test_without_a_name_the_benchmarks_are_listed_with_their_first_sentence():
    assert "memory  Memory of a running desk" in said()


def test_an_unknown_benchmark_is_refused_with_the_names_there_are():
    with pytest.raises(BadInput, match=r"no benchmark 'nope'.*memory"):
        said("nope")


def test_figures_come_as_json_when_asked(tmp_path):
    assert json.loads(said("memory", str(tmp_path), "--json"))["sum_mib"] == 0


def test_rows_and_parts_of_figures_are_printed_a_line_each():
    figures = {"rate": 3, "part": {"p95_ms": 1.5}, "rows": [{"n": 1, "ms": 2}]}

    assert [line.split() for line in lines(figures)] == [
        ["rate", "3"],
        ["part"],
        ["p95_ms", "1.5"],
        ["rows"],
        ["n=1", "ms=2"],
    ]
