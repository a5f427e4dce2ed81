"""What a lane's report says: how many passed, which failed, and what was not run and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree


@dataclass(frozen=True)
class Results:
    """One lane's outcome. `not_run` has one line for each reason, with the number of tests it kept back."""

    lane: str
    passed: int = 0
    failures: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        return bool(self.failures)

    def with_failure(self, name: str) -> Results:
        return replace(self, failures=(*self.failures, name))

    def counts(self) -> str:
        parts = [f"{self.passed} passed", f"{len(self.failures)} failed"]
        return ", ".join(parts + ([f"{len(self.not_run)} not run"] if self.not_run else []))


def read_results(lane: str, report: Path) -> Results:
    """Read a JUnit report of pytest; without one, nothing passed.

    A test marked as failing for a known reason has run. One that was skipped has not.
    """
    cases = ElementTree.parse(report).getroot().iter("testcase") if report.is_file() else []
    passed, failures, reasons = 0, [], Counter[str]()
    for case in cases:
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            failures.append(_name(case))
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            reasons[skipped.get("message", "for no reason given").removeprefix("not run, ")] += 1
        else:
            passed += 1
    not_run = tuple(f"{reason} ({lane} lane, {count} tests)" for reason, count in sorted(reasons.items()))
    return Results(lane, passed, tuple(failures), not_run)


def _name(case: ElementTree.Element) -> str:
    # A file that could not be read at all is a case without a class, named like a module.
    module = case.get("classname") or case.get("name", "")
    test = f"::{case.get('name')}" if case.get("classname") else ""
    return f"{module.replace('.', '/')}.py{test}"
