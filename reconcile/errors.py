"""Everything that reconcile raises. Catch `ReconcileError` for all of it.

An error says what was expected, what came, where, and what to do. A conflict between claims is
a finding and never an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

__all__ = [
    "DateError",
    "FitError",
    "IntervalError",
    "IntervalOrderError",
    "LedgerError",
    "MissingExtraError",
    "OptionError",
    "PhraseError",
    "Problem",
    "ReconcileError",
    "StorageError",
    "UnknownNameError",
    "UnknownQuantityError",
    "UnknownSourceError",
    "near_misses",
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
    """A name that the ledger does not know; names the near misses."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.what = what
        self.name = name
        self.known = tuple(sorted(known))
        self.near = near_misses(name, self.known)
        hint = f" Did you mean {_listed(self.near)}?" if self.near else ""
        also = f" Known: {_listed(self.known[:12])}" if self.known else f" No {what} is known"
        more = f" and {len(self.known) - 12} more." if len(self.known) > 12 else "."
        super().__init__(f"unknown {what} {name!r}.{hint}{also}{more}")


class UnknownQuantityError(UnknownNameError):
    """A quantity that is not in the ledger."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("quantity", name, known)


class UnknownSourceError(UnknownNameError):
    """A source that is not in the ledger."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__("source", name, known)


@dataclass(frozen=True, slots=True)
class Problem:
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
    """A ledger with broken rows; `problems` holds every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the ledger"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


def near_misses(name: str, known: Iterable[str], n: int = 3) -> tuple[str, ...]:
    """The known names closest to `name`, best first.

    >>> near_misses("casulties", ["casualties", "killed"])
    ('casualties',)
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    found = get_close_matches(name.casefold(), folded, n=n, cutoff=0.6)
    return tuple(folded[key] for key in found)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
