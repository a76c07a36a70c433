"""Everything that reconcile raises. Catch `ReconcileError` for all of it.

An error says what was expected, what came, where, and what to do. A conflict between claims is
a finding and never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import ClassVar

__all__ = [
    "DataProblem",
    "DateError",
    "FitError",
    "IntervalError",
    "IntervalOrderError",
    "LedgerError",
    "MissingExtraError",
    "OptionError",
    "PhraseError",
    "ReconcileError",
    "StorageError",
    "UnknownNameError",
    "UnknownQuantityError",
    "UnknownSourceError",
    "grouped",
    "near_hint",
    "near_misses",
    "one_of",
]


class ReconcileError(Exception):
    """The root of all errors raised on purpose by this package."""


class IntervalError(ReconcileError, ValueError):
    """An interval that can't be built or compared as asked."""


class IntervalOrderError(IntervalError, TypeError):
    """A `<` or a truth value asked of an interval, where several answers are meant."""


class PhraseError(ReconcileError, ValueError):
    """A text that holds no readable numeric phrase.

    `text` is what came, `span` the place inside it that could not be read.
    """

    def __init__(self, message: str, text: str = "", span: tuple[int, int] | None = None) -> None:
        self.text = text
        self.span = span
        super().__init__(message)


class DateError(ReconcileError, ValueError):
    """A date that is malformed or does not fit what is asked."""


class OptionError(ReconcileError, ValueError):
    """An argument outside its domain: a level, a method, a column."""


class FitError(ReconcileError, RuntimeError):
    """A fit that can't be made: no claims that bear on the quantity, or no convergence."""


class StorageError(ReconcileError, OSError):
    """A file that can't be written or kept: a full disk, a folder without rights, one in use."""


class MissingExtraError(ReconcileError, ImportError):
    """A function that needs a package which an extra installs."""

    def __init__(self, what: str, extra: str) -> None:
        self.extra = extra
        super().__init__(
            f"{what} needs the extra {extra!r}: pip install 'reconcile-claims[{extra}]'"
        )


class UnknownNameError(ReconcileError, LookupError):
    """A name that the ledger does not know; names the near misses.

    `called` gives the names that are told first, each with what else it is called.
    """

    def __init__(
        self,
        what: str,
        name: str,
        known: Iterable[str],
        called: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        self.what = what
        self.name = name
        self.known = tuple(sorted(known, key=lambda each: (each not in called, each)))
        names = {each: id_ for id_, also in called.items() for each in (*also, id_) if each}
        found = near_misses(name, names) or near_misses(name, self.known)
        self.near = tuple(dict.fromkeys(names.get(each, each) for each in found))
        hint = f" Did you mean {_listed(self.near)}?" if self.near else ""
        also = f" Known: {_listed(self.known[:12])}" if self.known else f" No {what} is known"
        more = f" and {len(self.known) - 12} more." if len(self.known) > 12 else "."
        super().__init__(f"unknown {what} {name!r}.{hint}{also}{more}")


class _UnknownEntryError(UnknownNameError):
    """A name that a registry of the ledger does not have; each subclass says of what."""

    entry: ClassVar[str]

    def __init__(
        self,
        name: str,
        known: Iterable[str],
        called: Mapping[str, Iterable[str]] = MappingProxyType({}),
    ) -> None:
        super().__init__(self.entry, name, known, called)


class UnknownQuantityError(_UnknownEntryError):
    """A quantity that is not in the ledger."""

    entry = "quantity"


class UnknownSourceError(_UnknownEntryError):
    """A source that is not in the ledger."""

    entry = "source"


@dataclass(frozen=True, slots=True)
class DataProblem:
    """One thing wrong in a ledger: where it stands, what came and what was expected."""

    file: str
    line: int | None
    field: str
    came: str
    expected: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{place}: {self.field}: expected {self.expected}, got {self.came}"


class LedgerError(ReconcileError, ValueError):
    """A ledger with broken rows; `problems` holds every one of them.

    The message tells like problems of one column together and is at most 20 lines long.
    """

    def __init__(self, problems: Sequence[DataProblem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count:,} problem{'s' if count != 1 else ''} in the ledger"
        super().__init__("\n".join([head, *(f"  {line}" for line in grouped(self.problems))]))


def grouped(problems: Iterable[DataProblem], most: int = 19) -> list[str]:
    """The problems in at most `most` lines, those of one file, field and expectation in one.

    >>> found = [DataProblem("a.csv", n, "on", f"'{n}/5/26'", "a date") for n in (3, 4, 5)]
    >>> print(*grouped(found), sep="\\n")
    a.csv: on: expected a date: 3 rows, the first: line 3, got '3/5/26'
    """
    groups: dict[tuple[str, str, str], list[DataProblem]] = {}
    for problem in problems:
        groups.setdefault((problem.file, problem.field, problem.expected), []).append(problem)
    lines = [str(group[0]) if len(group) == 1 else _many(group) for group in groups.values()]
    if len(lines) <= most:
        return lines
    rest = sum(len(group) for group in list(groups.values())[most - 1 :])
    return [*lines[: most - 1], f"and {rest:,} more (all of them: --json, or error.problems)"]


def _many(group: Sequence[DataProblem]) -> str:
    first = group[0]
    at = "" if first.line is None else f"line {first.line}, "
    return (
        f"{first.file}: {first.field}: expected {first.expected}: {len(group):,} rows, the first: "
        f"{at}got {first.came}"
    )


def one_of(what: str, value: object, options: Sequence[str]) -> None:
    """Raise `OptionError`, naming the near misses, unless `value` is one of `options`."""
    if value not in options:
        hint = near_hint(str(value), options)
        raise OptionError(f"expected a {what} of {', '.join(options)}; got {value!r}{hint}")


def near_hint(name: str, known: Iterable[str]) -> str:
    """The end of an error's line: the known name that `name` may have meant, or nothing.

    >>> near_hint("casulties", ["casualties", "killed"])
    "; did you mean 'casualties'?"
    """
    near = near_misses(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def near_misses(
    name: str, known: Iterable[str], n: int = 3, cutoff: float = 0.6
) -> tuple[str, ...]:
    """The known names closest to `name`, best first; `cutoff` is the share that is alike.

    >>> near_misses("casulties", ["casualties", "killed"])
    ('casualties',)
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), folded, n=n, cutoff=cutoff)
    return tuple(folded[key] for key in found)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
