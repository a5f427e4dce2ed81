"""`compare` on two files: a verdict for each indicator, and one line for bad input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from django.core.management import call_command

from decisions.management.line_command import BadInput
from tests.reference import needs_reference, reference_cases

ROOT = Path(__file__).resolve().parents[2]
CONFIG = {
    "indicators": [
        {"name": "latency", "direction": "higher_is_worse", "group": "speed"},
        {"name": "accepted", "direction": "lower_is_worse", "group": "quality", "critical": True},
    ]
}


def table(rows, latency, accepted, seed):
    rng = np.random.default_rng(seed)
    cells = zip(rng.normal(latency, 3, rows), rng.normal(accepted, 0.01, rows), strict=True)
    return "latency,accepted\n" + "".join(f"{one},{other}\n" for one, other in cells)


@pytest.fixture
def files(tmp_path):
    def write(baseline=None, candidate=None, config=None):
        texts = {
            "baseline.csv": table(120, 100, 0.9, 1) if baseline is None else baseline,
            "candidate.csv": table(120, 120, 0.9, 2) if candidate is None else candidate,
            "config.json": json.dumps(CONFIG if config is None else config) if not isinstance(config, str) else config,
        }
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        return [
            str(tmp_path / "baseline.csv"),
            str(tmp_path / "candidate.csv"),
            "--config",
            str(tmp_path / "config.json"),
        ]

    return write


def compare(*arguments):
    out = io.StringIO()
    call_command("compare", *arguments, stdout=out)
    return out.getvalue()


def test_the_document_has_indicators_groups_score_and_verdict(files):
    document = json.loads(compare(*files(), "--json"))

    assert [(one["name"], one["verdict"], one["critical"]) for one in document["indicators"]] == [
        ("latency", "worse", False),
        ("accepted", "fine", False),
    ]
    assert [(group["name"], group["score"]) for group in document["groups"]] == [("quality", 100), ("speed", 0)]
    assert (document["score"], document["verdict"], document["judge"]) == (50, "worse", "sequential")


def test_the_example_fails_after_an_hour():
    folder = ROOT / "examples/compare"
    *lines, last = compare(
        *(str(folder / f"{side}.csv") for side in ("baseline", "candidate")), "--config", str(folder / "config.json")
    ).splitlines()

    assert "2,030 % higher since row 61, and at least 571 % higher" in lines[1] and lines[1].endswith("  critical")
    assert last == "score 0: worse. 1 of 3 indicators is worse, errors."


def test_kayentas_judge_may_be_asked_instead(files):
    document = json.loads(compare(*files(), "--json", "--judge", "kayenta"))

    assert [one["verdict"] for one in document["indicators"]] == ["High", "Pass"]
    assert (document["score"], document["verdict"]) == (50, "marginal")


def test_people_read_a_line_for_each_indicator_and_the_verdict_last(files):
    lines = compare(*files()).splitlines()

    assert lines[0].startswith("latency   worse") and "beyond the margin of 5 %" in lines[0]
    assert lines[-1] == "score 50: worse. 1 of 2 indicators is worse, latency."


def test_empty_cells_are_missing_values(files):
    candidate = "latency,accepted\n" + ",0.9\n" * 120

    document = json.loads(compare(*files(candidate=candidate), "--json"))

    assert (document["indicators"][0]["state"], document["indicators"][0]["missing"]) == ("empty", 120)


@pytest.mark.parametrize(("judge", "verdict"), [("sequential", "not_yet_known"), ("kayenta", "Nodata")])
def test_a_column_that_one_file_lacks_is_named(files, judge, verdict):
    document = json.loads(compare(*files(candidate="accepted\n" + "0.9\n" * 120), "--json", "--judge", judge))

    found = document["indicators"][0]
    assert (found["verdict"], found["reason"]) == (verdict, "The candidate file has no column latency.")


def test_columns_that_no_indicator_names_are_passed_over(files):
    named = table(120, 120, 0.9, 2).splitlines()
    candidate = "\n".join(["host," + named[0], *(f"web-{place},{row}" for place, row in enumerate(named[1:]))])

    assert json.loads(compare(*files(candidate=candidate), "--json"))["verdict"] == "worse"


def at_minutes(text, first):
    header, *rows = text.splitlines()
    stamped = (f"2026-11-20T{14 + (first + n) // 60}:{(first + n) % 60:02}:30Z,{row}" for n, row in enumerate(rows))
    return "\n".join([f"timestamp,{header}", *stamped])


def test_rows_with_a_time_are_held_against_the_same_minute(files):
    arguments = files(at_minutes(table(120, 100, 0.9, 1), 0), at_minutes(table(120, 120, 0.9, 2), 40))

    found = json.loads(compare(*arguments, "--json"))["indicators"][0]

    assert (found["verdict"], found["n"], found["missing"]) == ("worse", 80, 80)


def test_a_time_in_one_file_only_pairs_nothing(files):
    with pytest.raises(BadInput, match=r"candidate\.csv: line 1: lacks the column timestamp, which the other file has"):
        compare(*files(baseline=at_minutes(table(120, 100, 0.9, 1), 0)))


def test_kayentas_judge_asks_for_no_time(files):
    assert compare(*files(baseline=at_minutes(table(120, 100, 0.9, 1), 0)), "--judge", "kayenta")


def test_a_candidate_that_ends_early_is_told_that_the_newest_part_was_not_compared(files):
    found = json.loads(compare(*files(candidate=table(90, 100, 0.9, 2)), "--json"))["indicators"][0]

    said = "the candidate has no values for the last 30 rows of the baseline, so the newest part was not compared"
    assert found["verdict"] == "fine" and said in found["reason"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"candidate": "latency,accepted\n1,x\n"}, "candidate.csv: line 2, column 2 (accepted): 'x' is not a number"),
        ({"baseline": ""}, "baseline.csv: line 1: lacks a header"),
        ({"baseline": "latency\n1,2\n"}, "baseline.csv: line 2: has 2 cells where the header has 1"),
        ({"config": "{"}, "config.json: $: is not JSON"),
        (
            {"config": '{"indicators": [{"name": "latency", "direction": NaN}]}'},
            "config.json: $.indicators[0].direction: holds NaN",
        ),
        ({"config": {"indicators": []}}, "config.json: $.indicators: "),
        (
            {"config": {"indicators": [{"name": "speed", "direction": "either"}]}},
            "config.json: $.indicators[0].name: speed is a column of neither file",
        ),
        (
            {
                "config": {
                    "indicators": [{"name": "latency", "direction": "either", "kind": "count", "per": "requests"}]
                }
            },
            "config.json: $.indicators[0].per: requests is a column of neither file",
        ),
        (
            {
                "config": {"indicators": [{"name": "latency", "direction": "either", "kind": "count"}]},
                "candidate": "latency,accepted\n1,1\n-1,1\n",
            },
            "candidate.csv: line 3 (latency): is a negative count",
        ),
        (
            {
                "config": {"indicators": [{"name": "latency", "direction": "either", "kind": "count"}]},
                "baseline": "timestamp,latency\n2026-11-20T14:00Z,1\n2026-11-20T14:05Z,1\n",
                "candidate": "timestamp,latency\n2026-11-20T14:02Z,1\n2026-11-20T14:07Z,-1\n",
            },
            "candidate.csv: line 3 (latency): is a negative count",
        ),
    ],
)
def test_bad_input_is_one_line_that_says_where(files, written, said):
    with pytest.raises(BadInput) as refused:
        compare(*files(**written))

    assert said in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


def test_a_file_that_is_not_there_is_named(files, tmp_path):
    _, *rest = files()

    with pytest.raises(BadInput, match=r"gone\.csv: cannot be read: No such file"):
        compare(str(tmp_path / "gone.csv"), *rest)


def test_from_a_shell_bad_input_is_exit_2_and_no_trace(files):
    arguments = files(candidate="latency,accepted\n1,x\n")

    done = subprocess.run(
        [sys.executable, "manage.py", "compare", *arguments], cwd=ROOT, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1 and "line 2, column 2" in done.stderr


def column(name, values):
    return "\n".join([name, *("" if value is None else repr(value) for value in values), ""])


@needs_reference
@pytest.mark.parametrize("case", reference_cases("kayenta_cases.json", "classifier"), ids=lambda case: case["id"])
def test_kayentas_cases_can_be_asked_from_a_shell(files, case):
    settings = {**case["params"], "nan_strategy": case["nan_strategy"], "must_have_data": case["must_have_data"]}
    indicator = {"name": "m", "direction": case["direction"], "critical": case["is_critical_metric"]}
    config = {"indicators": [{**indicator, "kayenta": {**settings, "classifier": case["classifier"]}}]}

    arguments = files(column("m", case["control"]), column("m", case["experiment"]), config)
    (found,) = json.loads(compare(*arguments, "--json", "--judge", "kayenta"))["indicators"]

    assert found["verdict"] == case["expected"].get("classification", found["verdict"])
    assert found["critical"] == case["expected"].get("critical", found["critical"])
