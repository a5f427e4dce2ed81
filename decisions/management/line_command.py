"""How every command of the desk speaks on a terminal: an answer, or one sentence that says what is wrong."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from decisions.management import database

# What a shell says of a program that the end of its pipe stopped.
STOPPED_BY_ITS_PIPE = 141


class BadInput(CommandError):
    """Something handed to a command cannot be used. One line on standard error, exit 2."""

    def __init__(self, sentence: str) -> None:
        # What a file or an argument holds ends up in the sentence, and a line break in it would make two lines of one.
        super().__init__(" ".join(sentence.splitlines()), returncode=2)


class LineParser(ArgumentParser):
    """A parser that says a wrong argument in one sentence, where argparse shows its usage."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{self.prog}: {message}; see {self.prog} --help.")


def at_least_one(text: str) -> int:
    """The type of an argument that counts something."""
    try:
        count = int(text)
    except ValueError:
        count = 0
    if count < 1:
        raise ArgumentTypeError(f"{text} is not a whole number of at least 1")
    return count


class LineCommand(BaseCommand):
    """A command that ends with its answer, or with one sentence on standard error: bad input 2, a failed check 1."""

    # The commands that judge files run without a database, and the checks would import every page first.
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """As Django's, which shows usages, names of classes and traces."""
        # The terminal is for sentences; what was written down can be read in the journal.
        logging.disable(logging.WARNING)
        try:
            self._run(argv)
            self.stdout.flush()
        except CommandError as wrong:
            self.stderr.write(str(wrong))
            sys.exit(wrong.returncode)
        except BrokenPipeError:
            # Python flushes once more at its end, and would complain then.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(STOPPED_BY_ITS_PIPE)
        finally:
            connections.close_all()

    def _run(self, argv: list[str]) -> None:
        try:
            options = vars(self._parsed(argv))
            self.execute(*options.pop("args", ()), **options)
        except DatabaseError as wrong:
            if (sentence := database.trouble(wrong)) is None:
                raise
            raise BadInput(sentence) from wrong

    def _parsed(self, argv: list[str]) -> Any:
        """Django's parser raises what argparse found, with a word before it, unless it is told of a command line."""
        parser = self.create_parser(argv[0], argv[1])
        if not all(_is_text(word) for word in argv):
            raise BadInput(f"{parser.prog}: an argument is not UTF-8 text.")
        try:
            return parser.parse_args(argv[2:])
        except CommandError as wrong:
            message = str(wrong).removeprefix("Error: ")
            raise BadInput(f"{parser.prog}: {message}; see {parser.prog} --help.") from wrong


def _is_text(word: str) -> bool:
    return word.isascii() or word == word.encode(errors="ignore").decode()
