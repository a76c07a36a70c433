"""`extract`: the numeric claims of a text, about the quantities and by the sources of a ledger."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from os import PathLike

from reconcile.language.document.extraction import Reader
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.io.read import read_registered
from reconcile.values import Days, Mentions


def extract(
    text: str,
    *,
    published: str | date | Days | None = None,
    ledger: Ledger | str | PathLike[str] | None = None,
    convention: str = "default",
) -> Mentions:
    """Find every numeric claim in running English text, in order of its place.

    The answer is a sequence of `Mention`, with `unread`: the digits and number words that became
    no mention, each with what it was taken for (a date, an ordinal, a name, an age). What the text
    does not tell stays empty, and `guesses` names the fields that were inferred. A number that is
    about no quantity of the ledger is a mention without one; an unknown speaker stands in
    `proposed_source`.

    Parameters
    ----------
    text : str
        The text; no text raises.
    published : date-like, optional
        The day of publication, or a range ``first/last``. Words like "Tuesday" and "in two days"
        are resolved from it.
    ledger : Ledger or path, optional
        Its quantities and sources, which need no claim; by default those of the bundled ledger.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.

    Raises
    ------
    DateError
        If `published` is malformed.
    UnknownNameError, OptionError
        If there is no such convention, or it can't be read.
    LedgerError
        If the ledger can't be read.

    References
    ----------
    docs/language.md

    Examples
    --------
    >>> mentions = extract(
    ...     "Ukraine's military intelligence said on Monday that 50 North Korean soldiers were "
    ...     "killed and 47 more injured.",
    ...     published="2024-12-18",
    ... )
    >>> [(m.phrase.text, m.quantity, m.source, str(m.said)) for m in mentions]
    [('50', 'killed', 'gur', '2024-12-16'), ('47', 'wounded', 'gur', '2024-12-16')]
    """
    return _reader(ledger).extract(text, published=published, convention=convention)


def _reader(ledger: Ledger | str | PathLike[str] | None) -> Reader:
    if ledger is None:
        return _bundled_reader()
    return _reader_of(ledger if isinstance(ledger, Ledger) else read_registered(ledger))


@lru_cache(maxsize=1)
def _bundled_reader() -> Reader:
    return _reader_of(read_ledger())


@lru_cache(maxsize=4)
def _reader_of(ledger: Ledger) -> Reader:
    return Reader(ledger.quantities.values(), ledger.sources.values(), own=own_quantities(ledger))


def own_quantities(ledger: Ledger) -> frozenset[str]:
    """The ids of the quantities that a ledger brings with it, or gives another meaning."""
    bundled = read_ledger().quantities
    return frozenset(name for name, q in ledger.quantities.items() if bundled.get(name) != q)
