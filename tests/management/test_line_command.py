"""What every command owes a terminal: one sentence for bad input with exit 2, and no word of how it is made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

import pytest
from django.core.management import ManagementUtility

from decisions.management.line_command import STOPPED_BY_ITS_PIPE
from tests.management.shells import ROOT, said, started

ONE_LINE_EACH = [
    (["compare", "--judge", "bayes"], "argument --judge: invalid choice: 'bayes' (choose from"),
    (["compare"], "the following arguments are required: BASELINE.csv, CANDIDATE.csv, --config"),
    (["compare", "a.csv", "b.csv", "--config"], "argument --config: expected one argument"),
    (["assess", "--loud"], "required: EVIDENCE.json"),
    (["assess", "/nowhere.json"], "/nowhere.json: cannot be read: No such file or directory"),
    (["assess", "/"], "/: cannot be read: Is a directory"),
    (["detect", "a.csv", "--loud"], "unrecognized arguments: --loud"),
    (["detect", "a\nb.csv"], "a b.csv: cannot be read"),
    (["service", "apply"], "required: FILE.yaml"),
    (["service", "drop", "a.yaml"], "invalid choice: 'drop'"),
    (["journal"], "required: act"),
    (["replay", "first"], "first is not a whole number of at least 1"),
    (["backtest", "a.yaml", "--most", "-1"], "-1 is not a whole number of at least 1"),
    (["was-live", "\udcff"], "an argument is not UTF-8 text"),
    (["person", "add", "ana"], "required: --role"),
    (["person", "add", "ana", "--role", "king"], "invalid choice: 'king'"),
    (["person", "add", "ben", "--role", "approver", "--area", "tea"], "tea is no area"),
    (["demo"], "required: act"),
    (["demo", "break"], "required: fault"),
    (["bench", "tea"], "There is no benchmark 'tea'"),
    (["bench", "pages", "--rounds", "0"], "bench pages: argument --rounds: 0 is not a whole number"),
    (["bench", "nab", "--data", "/nowhere"], "/nowhere is no folder"),
    (["up", "--loud"], "unrecognized arguments: --loud"),
]


@pytest.fixture
def run(capsys) -> Iterator[Callable[..., tuple[int, str]]]:
    def called(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            ManagementUtility(["manage.py", *arguments]).execute()
        written = capsys.readouterr()
        assert written.out == ""
        return int(ended.value.code or 0), written.err

    yield called
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(("arguments", "sentence"), ONE_LINE_EACH, ids=[" ".join(words) for words, _ in ONE_LINE_EACH])
def test_bad_input_is_one_sentence_and_exit_2(run, arguments, sentence):
    code, line = run(*arguments)

    assert (code, line.count("\n")) == (2, 1)
    assert sentence in line
    assert not {"usage:", "BadInput", "CommandError", "Traceback", "Error:"} & set(line.split())


def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path):
    series = tmp_path / "series.csv"
    minutes = (f"2026-11-{1 + n // 1440:02}T{n // 60 % 24:02}:{n % 60:02}:00Z" for n in range(20_000))
    series.write_text("timestamp,value\n" + "".join(f"{minute},1\n" for minute in minutes))

    with started("detect", str(series), data=tmp_path) as command:
        assert command.stdout and command.stderr
        assert command.stdout.readline() == "timestamp,value,score,flag\n"
        command.stdout.close()

        assert (command.wait(60), command.stderr.read()) == (STOPPED_BY_ITS_PIPE, "")


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("", "The database is not set up for this desk: start the desk once with make run"),
        ("sqlite:////nowhere/desk.sqlite3", "The database does not work (unable to open database file)"),
        (f"sqlite:///{ROOT}/README.md", "The database does not work (file is not a database)"),
        ("postgresql://desk@/desk?host=/nowhere", "The database does not work (conn"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence_and_exit_2(tmp_path, database, sentence):
    code, out, err = said("journal", "verify", data=tmp_path, DATABASE_URL=database)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(sentence)
