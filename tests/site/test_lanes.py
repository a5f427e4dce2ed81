from __future__ import annotations

from pathlib import Path

import pytest

from tests.lane_results import Results, read_results
from tests.lanes import LANES, closing, exit_code, selection

CASE = '<testcase classname="tests.web.test_fleet" name="test_{name}">{outcome}</testcase>'
OUTCOMES = {
    "good": "",
    "bad": '<failure message="no"/>',
    "broken": '<error message="no"/>',
    "known": '<skipped type="pytest.xfail" message="known"/>',
    "a": '<skipped type="pytest.skip" message="needs Chromium"/>',
    "b": '<skipped type="pytest.skip" message="not run, needs Chromium"/>',
}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    cases = "".join(CASE.format(name=name, outcome=outcome) for name, outcome in OUTCOMES.items())
    path.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    return path


def test_a_report_is_counted_and_what_was_skipped_was_not_run(report):
    found = read_results("sqlite", report)

    assert found.passed == 2
    assert found.failures == ("tests/web/test_fleet.py::test_bad", "tests/web/test_fleet.py::test_broken")
    assert found.not_run == ("needs Chromium (sqlite lane, 2 tests)",)


def test_a_lane_without_a_report_has_passed_nothing(tmp_path):
    assert read_results("sqlite", tmp_path / "none.xml") == Results("sqlite")


def test_the_last_line_has_the_sums_and_the_lines_before_it_the_reasons():
    results = [Results("domain", 120), Results("browser", 3, ("x.py::test_y",), ("needs Chromium (2 tests)",))]

    *before, last = closing(results, 4.25).splitlines()

    assert last == "==== 123 passed, 1 failed, 1 not run in 4.2s ===="
    assert before == ["", "not run, needs Chromium (2 tests)", "FAILED x.py::test_y"]


@pytest.mark.parametrize(
    ("result", "strict", "code"),
    [
        (Results("domain", 1), True, 0),
        (Results("domain", 1, not_run=("needs Chromium",)), False, 0),
        (Results("domain", 1, not_run=("needs Chromium",)), True, 1),
        (Results("domain", 1, failures=("test_x",)), False, 1),
    ],
)
def test_a_failure_fails_and_in_strict_runs_an_omission_too(result, strict, code):
    assert exit_code([result], strict=strict) == code


def test_named_files_are_run_instead_of_all():
    sqlite = next(lane for lane in LANES if lane.name == "sqlite")

    assert selection(sqlite, ["-x"])[0] == "tests"
    assert "tests" not in selection(sqlite, ["tests/site/test_lanes.py::test_x", "-x"])
    assert "-m" in selection(sqlite, ["tests/site/test_lanes.py"])
