"""`service apply`: a service from its file, through the command, on whichever database the lane has."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from decisions.domain import service_file
from decisions.management.line_command import BadInput
from decisions.models import Service
from tests.management.shells import ROOT, said

EXAMPLE = ROOT / "examples/digits/service-amounts.yaml"
LONGEST = {
    "title": "t" * 200,
    "stakeholders": [{"person": "p" * 150, "role": "responsible"}],
    "versions": [
        {"name": "v" * 100, "model": "m" * 200, "artifact_uri": "a" * 500, "trained_at": "0001-01-01T00:00:00Z"}
    ],
}


def apply(path: Path) -> dict[str, Any]:
    out = io.StringIO()
    call_command("service", "apply", str(path), "--json", stdout=out)
    return json.loads(out.getvalue())


def written(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "service.yaml"
    path.write_text(json.dumps(service_file.parse(EXAMPLE.read_text()) | changes))
    return path


@pytest.mark.django_db
def test_a_file_makes_a_service_and_changes_nothing_the_second_time():
    first, second = apply(EXAMPLE), apply(EXAMPLE)

    assert first["service"] == "amounts" and "$.indicators: added" in first["changes"]
    assert second["changes"] == []
    assert Service.objects.get().stakeholders.count() == 5


@pytest.mark.django_db
def test_what_the_schema_takes_at_its_longest_is_kept(tmp_path):
    apply(written(tmp_path, **LONGEST))

    version = Service.objects.get().versions.get()
    assert (version.name, version.trained_at.utcoffset().total_seconds()) == ("v" * 100, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"versions": [{"name": "v1", "trained_at": "yesterday"}]}, "$.versions[0].trained_at: must be a time in UTC"),
        ({"versions": [{"name": "v" * 150}]}, "$.versions[0].name: must have at most 100 characters"),
        ({"stakeholders": [{"person": "p", "role": "informed"}] * 2}, "$.stakeholders[1]: p is informed twice"),
        ({"name": "amounts\n"}, "$.name: must be a short name"),
    ],
)
def test_what_could_not_be_kept_is_one_line_and_keeps_nothing(tmp_path, changes, sentence):
    with pytest.raises(BadInput) as refused:
        apply(written(tmp_path, **changes))

    assert str(refused.value).startswith(f"{tmp_path}/service.yaml: {sentence}")
    assert len(str(refused.value).splitlines()) == 1
    assert not Service.objects.exists()


def test_from_a_shell_the_answer_stands_alone_while_the_desk_is_down(tmp_path):
    said("migrate", "-v0", data=tmp_path)

    code, out, err = said("service", "apply", str(EXAMPLE), data=tmp_path)

    assert (code, err) == (0, "")
    assert out.startswith("amounts changed:\n")
