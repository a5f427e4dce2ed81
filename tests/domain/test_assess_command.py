"""`assess` needs files and nothing else; whatever is wrong with them is one line and exit 2."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from decisions.domain import engine
from tests.domain import policies, snapshots


@pytest.fixture
def evidence(tmp_path):
    path = tmp_path / "evidence.json"
    path.write_text(json.dumps(snapshots.document("transposed")))
    return path


def run(*arguments):
    out = StringIO()
    call_command("assess", *map(str, arguments), stdout=out)
    return out.getvalue()


def refused(*arguments):
    with pytest.raises(CommandError) as found:
        run(*arguments)
    assert found.value.returncode == 2
    assert "\n" not in str(found.value)
    return str(found.value)


def test_the_answer_begins_with_the_recommendation(evidence):
    said = run(evidence)

    assert "Roll back to v1: v2 suffers; v1 on the same traffic does not." in said
    assert "→  Roll back to v1" in said


def test_as_json_it_is_the_engines_result_and_nothing_else(evidence):
    found = json.loads(run(evidence, "--json", "--policy", policies.EXAMPLE))

    assert found == engine.assess(snapshots.snapshot("transposed"), policies.example())


@pytest.mark.parametrize(
    "text, said",
    [
        ('{"a": NaN}', "evidence.json: $.a: holds NaN"),
        ('{"a": 1, "a": 2}', "evidence.json: $.a: stands twice"),
        ("{", "evidence.json: $: is not JSON"),
        ("[]", "evidence.json: $: must be a mapping"),
        (json.dumps(snapshots.document(picked=["v9"])), "evidence.json: $.picked[0]: v9 is a version that does not"),
    ],
)
def test_bad_evidence_is_one_line_with_the_place(evidence, text, said):
    evidence.write_text(text)

    assert said in refused(evidence)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('rate: "3.00"', 'rate: "-3.00"', "$.categories[0].parts[0].rate: must not be negative"),
        ("spread: 0.3", "spread: .nan", "$.categories[0].parts[0].spread: is not a finite number"),
        ("id: default", "id: default\nid: other", "$.id: stands twice"),
        ("unit: EUR/item", "unit: EUR/ton", "$.categories[0].parts[0].unit: is an unknown unit"),
    ],
)
def test_a_bad_policy_is_one_line_with_the_place(evidence, tmp_path, old, new, said):
    bad = tmp_path / "policy.yaml"
    bad.write_text(policies.DEFAULT.read_text().replace(old, new, 1))

    assert f"policy.yaml: {said}" in refused(evidence, "--policy", bad)


def test_a_policy_that_prices_in_another_unit_is_named_with_the_place(evidence, tmp_path):
    bad = tmp_path / "policy.yaml"
    bad.write_text(policies.DEFAULT.read_text().replace("indicator: error_rate", "indicator: latency_p99", 1))

    said = refused(evidence, "--policy", bad)

    assert "policy.yaml: $.categories[0].parts[2].measure: share needs an indicator in fraction" in said


def test_a_policy_for_another_tier_is_refused(evidence):
    evidence.write_text(json.dumps(snapshots.document("crop", tier="high")))

    assert "$.tiers.high: the policy example-low has no rules" in refused(evidence, "--policy", policies.EXAMPLE)


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert "nowhere.json: cannot be read" in refused(tmp_path / "nowhere.json")
