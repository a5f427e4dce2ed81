from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from rollback_site import env

ROOT = Path(settings.BASE_DIR)


# The example runs without Django and reads its one secret itself; ENV_FILE names the file that would list it.
BESIDE = {"DIGITS_CONTROL_TOKEN"}
OUTSIDE = {"ENV_FILE"}


def read_by_the_product() -> Iterator[str]:
    for folder in ("rollback_site", "decisions"):
        for path in (ROOT / folder).rglob("*.py"):
            yield from names_in(ast.parse(path.read_text()))


def names_in(tree: ast.AST) -> Iterator[str]:
    """First arguments of env.text("NAME", ...) and its siblings."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="env")) | ast.Name(id="text" | "flag" | "number"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield name


def test_the_example_file_lists_every_variable_and_no_other():
    listed = re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert sorted(listed) == sorted(set(read_by_the_product()) - OUTSIDE | BESIDE)


def test_a_file_fills_in_what_the_environment_does_not_say(tmp_path, monkeypatch):
    monkeypatch.setenv("DESK_TEST_SAID", "environment")
    monkeypatch.setenv("DESK_TEST_UNSAID", "")
    monkeypatch.delenv("DESK_TEST_UNSAID")
    file = tmp_path / ".env"
    file.write_text("# a comment = ignored\nDESK_TEST_SAID=file\n DESK_TEST_UNSAID = 'a value=x' \nnonsense\n")

    env.read_file(file)

    assert os.environ["DESK_TEST_SAID"] == "environment"
    assert os.environ["DESK_TEST_UNSAID"] == "a value=x"


def test_without_a_file_there_is_nothing_to_read(tmp_path):
    env.read_file(tmp_path / "none")
