"""`repeat`: an answer again, from its own JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from reconcile.errors import OptionError
from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.fit import Fit, fit
from reconcile.values import Estimate
from reconcile.values.estimate import SCHEMA_VERSION

_NEEDED = ("schema", "quantity", "method", "level", "settings")
_CLOSE = 1e-9  # of the median: the same numbers on another machine's arithmetic


def repeat(json_text: str | bytes | Mapping[str, Any], ledger: Ledger | None = None) -> Estimate:
    """The estimate that `Estimate.to_json` told of, computed again.

    Where another version of the package gives another answer, the estimate's `warnings` say what
    it was and what it is.

    Parameters
    ----------
    json_text : str, bytes or mapping
        What `Estimate.to_json` or `to_dict` gave.
    ledger : Ledger, optional
        The ledger that was asked, by default the bundled one; its hash is compared.

    Raises
    ------
    OptionError
        If it is no such JSON, of another schema, or of another ledger; the message says how they
        differ.

    Examples
    --------
    >>> import reconcile
    >>> told = reconcile.estimate("brigades").to_json()
    >>> reconcile.repeat(told).to_json() == told
    True
    """
    told = _told(json_text)
    whole = read_ledger() if ledger is None else ledger
    settings = cast("dict[str, Any]", told["settings"])
    again = _fitted(whole, told, settings)
    _same_ledger(told, again)
    return _compared(_asked(again, told, settings), told)


def _asked(again: Fit, told: Mapping[str, Any], settings: Mapping[str, Any]) -> Estimate:
    """The question, asked again as it was."""
    when, since = settings.get("asked", told.get("date")), told.get("since")
    formula = told.get("expression")
    if formula is not None:
        return again.combine(formula, when, since=since)
    return again.estimate(told["quantity"], when, since=since, method=told["method"])


def _fitted(ledger: Ledger, told: Mapping[str, Any], settings: Mapping[str, Any]) -> Fit:
    names = ("convention", "seed", "prior_scale", "exclude")
    options = {name: settings[name] for name in names if name in settings}
    return fit(ledger, as_of=told.get("as_of"), level=told["level"], **options)


def _told(given: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    expected = "expected the JSON of an estimate (Estimate.to_json)"
    try:
        told: Any = dict(given) if isinstance(given, Mapping) else json.loads(given)
    except (TypeError, ValueError, RecursionError) as error:
        raise OptionError(f"{expected}, got {given!r:.80} ({error})") from error
    missing = [key for key in _NEEDED if not isinstance(told, dict) or key not in told]
    if missing:
        raise OptionError(f"{expected}, got one without {', '.join(missing)}")
    if told["schema"] != SCHEMA_VERSION:
        raise OptionError(
            f"expected an estimate of schema {SCHEMA_VERSION}, got schema {told['schema']!r}: it "
            "was made by another version of reconcile"
        )
    if not isinstance(told["settings"], dict):
        raise OptionError(f"{expected}, got settings {told['settings']!r:.60}")
    return cast("dict[str, Any]", told)


def _same_ledger(told: Mapping[str, Any], again: Fit) -> None:
    wanted = told["settings"].get("ledger")
    if wanted is None or wanted == again.ledger.hash:
        return
    rows = told.get("claims") or []
    before = {str(row.get("claim")) for row in rows if isinstance(row, dict)}
    now = {claim.id for claim in again.ledger}
    gone = sorted(before - now)
    why = (
        f"claims that the answer used are not in it: {', '.join(gone[:5])}"
        if gone
        else (
            "the claims of the answer are there, so that others were added, changed or left out "
            "(`exclude`)"
        )
    )
    raise OptionError(
        f"expected the ledger with the hash {str(wanted)[:12]}, got one with "
        f"{again.ledger.hash[:12]} ({len(again.ledger)} claims): {why}; `reconcile.diff` of the "
        "two ledgers shows every change"
    )


def _compared(answer: Estimate, told: Mapping[str, Any]) -> Estimate:
    """The answer, with a warning where it is not the one that was told."""
    from dataclasses import replace

    moved = [
        f"{name} was {told[name]!r} and is {now!r}"
        for name in ("median", "lower", "upper")
        if (now := answer.to_dict()[name]) != told.get(name) and not _near(now, told.get(name))
    ]
    if not moved:
        return answer
    return replace(
        answer, warnings=(*answer.warnings, f"not the answer that was told: {'; '.join(moved)}")
    )


def _near(now: Any, then: Any) -> bool:
    if not (isinstance(now, (int, float)) and isinstance(then, (int, float))):
        return False
    return abs(now - then) <= _CLOSE * max(abs(now), abs(then))
