"""`detect` on a file: one row out for one row in, and one line for bad input."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import call_command

from decisions.management.line_command import BadInput


def _written(tmp_path, rows):
    path = tmp_path / "series.csv"
    path.write_text("timestamp,value\n" + "".join(f"{row}\n" for row in rows))
    return str(path)


def _spiky(rows=300, at=250):
    return [f"2026-11-20T{n // 60:02}:{n % 60:02}:00Z,{90 if n == at else n % 7}" for n in range(rows)]


def _detect(*arguments):
    out = io.StringIO()
    call_command("detect", *arguments, stdout=out)
    return out.getvalue()


def test_every_row_comes_back_in_order_with_score_and_flag(tmp_path):
    rows = list(csv.DictReader(io.StringIO(_detect(_written(tmp_path, _spiky())))))

    assert [row["timestamp"] for row in rows] == [row.partition(",")[0] for row in _spiky()]
    assert [place for place, row in enumerate(rows) if row["flag"] == "1"] == [250]
    assert 0.5 <= float(rows[250]["score"]) <= 1


def test_json_is_a_list_of_objects(tmp_path):
    document = json.loads(_detect(_written(tmp_path, _spiky()), "--json"))

    assert document[250] == {
        "timestamp": "2026-11-20T04:10:00Z",
        "value": 90.0,
        "score": pytest.approx(0.9, abs=0.1),
        "flag": True,
    }


def test_a_missing_value_is_null_and_scores_nothing(tmp_path):
    path = _written(tmp_path, ["2026-11-20,", "2026-11-21,nan"])

    assert [(row["value"], row["score"]) for row in json.loads(_detect(path, "--json"))] == [(None, 0.0)] * 2


def test_a_file_of_no_rows_gives_no_rows(tmp_path):
    path = _written(tmp_path, [])

    assert _detect(path) == "timestamp,value,score,flag\n"
    assert json.loads(_detect(path, "--json")) == []


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["2026-11-20,1", "2026-11-19,1"], "series.csv: line 3: is earlier than the row before it"),
        (["2026-11-20,one"], "series.csv: line 2: 'one' is not a number"),
        (["2026-11-20,1", "2026-11-21,1e160"], "series.csv: line 3: '1e160' is infinite, or beyond 1e150"),
        (["soon,1"], "series.csv: line 2: 'soon' is not a time"),
    ],
)
def test_bad_input_names_file_and_line_and_exits_with_2(tmp_path, rows, sentence):
    with pytest.raises(BadInput) as refused:
        _detect(_written(tmp_path, rows))

    assert sentence in str(refused.value)
    assert refused.value.returncode == 2


def test_a_file_that_is_not_there_is_bad_input(tmp_path):
    with pytest.raises(BadInput, match=r"nowhere\.csv: cannot be read"):
        _detect(str(tmp_path / "nowhere.csv"))
