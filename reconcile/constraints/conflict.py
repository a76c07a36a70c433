"""Questions about a ledger: its conflicts, and the envelope and consensus of a quantity."""

from __future__ import annotations

import datetime as dt

from reconcile.constraints.store import Conflicts, Constraints
from reconcile.intervals import Interval
from reconcile.ledger import Ledger, read_ledger
from reconcile.values import Consensus


def constraints_of(ledger: Ledger | None = None, as_of: str | dt.date | None = None) -> Constraints:
    """The prepared `Constraints` of a ledger (None: the bundled one) as known at `as_of`.

    Prepare them once to ask about many dates.
    """
    known = read_ledger() if ledger is None else ledger
    known = known if as_of is None else known.as_of(as_of)
    return Constraints(known, known.quantities, known.sources)


def conflicts(
    ledger: Ledger | None = None,
    *,
    quantity: str | None = None,
    date: str | dt.date | None = None,
    as_of: str | dt.date | None = None,
    limit: int = 1000,
) -> Conflicts:
    """All minimal sets of claims that can't all be true, with the gap and in words.

    If any one claim of a set is left out, the others can be true together. These rules are used:
    a whole is the sum of its parts and at least as large as each; a total never falls and is 0
    before its epoch; the growth within a window is the difference of two totals; `within`; a
    level has one value on one day. Vague words, and "approximately", count as the interval of
    their convention. Of an imprecise period, any day or window that it allows could be true. The
    result is a tuple; its `note` says where the search was cut short.

    No set is wrong: bounds are exact, or rounded outward where doubles can't hold their sums. No
    set is missed among up to 150 different statements that bear on each other; among more of them
    only pairs are searched.

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    quantity : str, optional
        Only sets that bear on this quantity.
    date : date-like, optional
        Only sets of claims that speak of the time up to that day.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    limit : int
        At most so many sets.

    Raises
    ------
    UnknownQuantityError, DateError, OptionError
        As `reconcile.estimate` does.

    References
    ----------
    docs/questions.md

    Examples
    --------
    >>> print(conflicts(quantity="killed", date="2024-12-18")[-1].claims)
    ('abc-us-official-hundreds', 'kd-gdc-500')
    """
    return constraints_of(ledger, as_of).conflicts(quantity, date, limit=limit)


def envelope(
    ledger: Ledger | None,
    quantity: str,
    date: str | dt.date | None = None,
    *,
    as_of: str | dt.date | None = None,
) -> Interval:
    """The hull of what all maximal consistent sets of claims allow for `quantity` at `date`."""
    return constraints_of(ledger, as_of).envelope(quantity, date)


def consensus(
    ledger: Ledger | None,
    quantity: str,
    date: str | dt.date | None = None,
    *,
    as_of: str | dt.date | None = None,
    k: int | None = None,
) -> Consensus:
    """The interval for `quantity` at `date` that most independent origins allow."""
    return constraints_of(ledger, as_of).consensus(quantity, date, k=k)
