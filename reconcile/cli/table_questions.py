"""All that a table leaves open, asked at once, with one command line that answers it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import click

from reconcile.cli.terminal import paragraph
from reconcile.errors import DataProblem, LedgerError, ReconcileError
from reconcile.ledger.tables.columns_asked import AT_ONCE, TOLD
from reconcile.ledger.tables.date_columns import ORDERS

_STEPS = 6  # answers open new questions: what they are of, their dates, their marks
_LINE = 70  # letters, so that a line with its margin and its backslash has 80
_CHOICES = 8  # answers to the first questions that are tried
_ONE_FOR_ALL = "source==ministry"
_DATES = re.compile(r"--dates (\w+(?:(?:, | or )\w+)*)")
_DECIMAL = re.compile(r"--decimal ([.,])")
_Options = Mapping[str, Any]


class _Question(NamedTuple):
    """An option of tables that a problem asks for, and the values that it may have, the one that
    is taken to read on first."""

    option: str
    field: str
    answers: tuple[str, ...]

    @property
    def key(self) -> object:
        """What two questions for the same have in common."""
        return self.option, frozenset(self.answers)


def all_asked(
    error: LedgerError, path: str, options: _Options, read: Callable[[_Options], Any]
) -> LedgerError:
    """The error with the questions that its answers would lead to, and a command as its note.

    `read` reads the table at `path` under options. Of the answers to the first questions those are
    followed that leave least to ask. Where none reads the table, the error stays as it was.
    """
    first = [question for problem in error.problems for question in _questions(problem)]
    found = [_followed(error, choice, options, read) for choice in _choices(first)]
    told = [each for each in found if each is not None]
    if not told:
        return error
    questions, problems = min(told, key=lambda each: (len(each[0]), len(each[1])))
    whole = LedgerError(problems)
    whole.add_note(_command(questions, path))
    return whole


def _choices(questions: Sequence[_Question]) -> list[list[_Question]]:
    """The questions, with each other answer of each in turn taken first; a few at most."""
    if not questions:
        return []
    found = [list(questions)]
    for k, question in enumerate(questions):
        for answer in question.answers[1:] if question.option == "columns" else ():
            others = tuple(each for each in question.answers if each != answer)
            other = question._replace(answers=(answer, *others))
            found.append([*questions[:k], other, *questions[k + 1 :]])
    return found[:_CHOICES]


def _followed(
    error: LedgerError,
    first: Sequence[_Question],
    options: _Options,
    read: Callable[[_Options], Any],
) -> tuple[list[_Question], list[DataProblem]] | None:
    """All that is asked where the first answers are followed, and the problems that ask it; None
    where they don't read the table. Cells to mend, which no option answers, may be left."""
    problems = dict.fromkeys(map(_alone, error.problems))
    asked: dict[object, _Question] = {}
    known, new = dict(options), list(first)
    for _ in range(_STEPS):
        for question in new:
            asked.setdefault(question.key, question)
        known = _with(known, new)
        try:
            read(known)
            return list(asked.values()), list(problems)
        except LedgerError as next_error:
            problems |= dict.fromkeys(map(_alone, next_error.problems))
            found = [q for problem in next_error.problems for q in _questions(problem)]
            new = [q for q in found if q.key not in asked]
            if not new and all(p.line is not None for p in next_error.problems):
                return list(asked.values()), list(problems)
            if not new:
                return None
        except ReconcileError:
            return None
    return None


def _alone(problem: DataProblem) -> DataProblem:
    return replace(problem, expected=problem.expected.partition(AT_ONCE)[0])


def _questions(problem: DataProblem) -> list[_Question]:
    text = _alone(problem).expected
    columns = [answer.rstrip(",?:") for answer in TOLD.findall(text)]
    # one name for all rows takes no column, so that it is tried first
    columns = sorted(dict.fromkeys(columns), key=lambda answer: answer != _ONE_FOR_ALL)
    orders = [name for told in _DATES.findall(text) for name in re.split(", | or ", told)]
    found = [
        ("columns", problem.field, columns),
        ("dates", "dates", [name for name in dict.fromkeys(orders) if name in ORDERS]),
        ("decimal", "decimal", list(dict.fromkeys(_DECIMAL.findall(text)))),
    ]
    return [_Question(option, name, (*answers,)) for option, name, answers in found if answers]


def _with(options: _Options, questions: Iterable[_Question]) -> dict[str, Any]:
    """The options with the likeliest answers."""
    found = dict(options)
    columns = {k: [v] if isinstance(v, str) else [*v] for k, v in found.get("columns", {}).items()}
    for question in questions:
        if question.option != "columns":
            found[question.option] = question.answers[0]
            continue
        for piece in shlex.split(question.answers[0])[0].split(","):
            ours, _, theirs = piece.partition("=")
            if theirs not in columns.setdefault(ours, []):
                columns[ours].append(theirs)
    return found | ({"columns": columns} if columns else {})


def _command(questions: Sequence[_Question], path: str) -> str:
    """The command that was given, with an answer to each question; what is open is told below."""
    columns: list[str] = []
    options: list[str] = []
    lines: list[str] = []
    for question in questions:
        answers = [answer.replace(_ONE_FOR_ALL, "source==NAME") for answer in question.answers]
        told = answers[0]
        if len(answers) > 1:
            told = re.sub(r"\W+", "_", question.field).upper()
            told += f"_{len(lines) + 1}" if any(t.startswith(f"{told} ") for t in lines) else ""
            lines.append(f"{told} is {' or '.join(answers)}")
        if question.option == "columns":
            columns.append(told)
        else:
            options.append(f"--{question.option} {told}")
    words: list[str] = click.get_current_context().find_root().obj or ["..."]
    words, after = _of_one_table(words, path)
    given = _in_lines(["reconcile", *words])
    command = "  " + " \\\n      ".join([*given, *_columns_told(columns), *options])
    where = [paragraph(line) for line in lines]
    then = [f"and then\n  {shlex.join(['reconcile', *after])}"] if after else []
    return "\n".join(["to answer all at once:", command, *["where"] * bool(where), *where, *then])


def _of_one_table(words: list[str], path: str) -> tuple[list[str], list[str]]:
    """The command that reads the table alone, and that which joins it, where several are read:
    options of tables go for all of them."""
    if words.count("--from") < 2 or path not in words:
        return words, []
    own = Path(path.partition("#")[0]).stem
    return ["init", own, "--from", path], [own if word == path else word for word in words]


def _in_lines(words: Sequence[str]) -> list[str]:
    """The words of a command, as many in one line as it takes."""
    lines: list[str] = []
    for word in map(shlex.quote, words):
        if lines and len(lines[-1]) + len(word) < _LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _columns_told(pieces: Sequence[str]) -> list[str]:
    """The answers as options, as many in one as a line takes."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1]) + len(piece) < _LINE:
            lines[-1] += f",{piece}"
        else:
            lines.append(f"--columns {piece}")
    return lines
