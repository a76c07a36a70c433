"""What is said of the cells of numbers that were read as more than a number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reconcile.language import tells_other
from reconcile.ledger.tables.raw_table import first_lines
from reconcile.ledger.tables.refused_cells import counts_groups
from reconcile.values import Claim

_MOST_FORMS = 20  # a line of a warning that is longer is not read
_DIGITS = re.compile(r"\d[\d.,]*")
_BOUNDS = {
    "at_least": "at least {low}",
    "more_than": "more than {low}",
    "at_most": "at most {high}",
    "less_than": "less than {high}",
}


def cells_told(
    split: Sequence[int],
    spoken: Sequence[int],
    apart: Mapping[str, Mapping[str, int]],
    read: Mapping[int, tuple[str, Sequence[Claim]]],
) -> Iterator[str]:
    """Lines of cells with several claims, or with a speaker; and how `words` were read.

    `apart` has for each quantity those that its cells made of their own, with a line. `read` has
    the words of each cell by its line and the claims that they gave: each form of words is told
    with its first cell.
    """
    for told, lines in (
        ("cells with several claims are read as claims of their own", split),
        ("a speaker, a doubt or a plus (an increment) is taken from the cell", spoken),
    ):
        if lines:
            yield f"{told}: {first_lines(lines)}"
    for name, made in apart.items():
        yield (
            f"numbers whose words speak of something else than {name!r} are quantities of their "
            f"own: {', '.join(map(repr, made))}, line {first_lines(list(made.values()))}"
        )
    if not read:
        return
    forms: dict[tuple[str, str], list[int]] = {}
    for line, (text, claims) in read.items():
        kinds = " ".join(f"{c.phrase.kind} {c.additional}" for c in claims)
        forms.setdefault((_DIGITS.sub("#", text.casefold()), kinds), []).append(line)
    shown = [_as_read(*read[lines[0]]) for lines in list(forms.values())[:_MOST_FORMS]]
    cells = "1 cell" if len(read) == 1 else f"{len(read):,} cells"
    more = [line for lines in list(forms.values())[_MOST_FORMS:] for line in lines]
    rest = f"; and in other words in lines {first_lines(more)}" if more else ""
    yield f"{cells} of 'value' read as words: {', '.join(shown)}{rest}"
    yield from _groups_told(read)
    yield from _others_told(read)


def _groups_told(read: Mapping[int, tuple[str, Sequence[Claim]]]) -> Iterator[str]:
    groups = [
        line
        for line, (text, claims) in read.items()
        if any(counts_groups(claim.quantity, text) for claim in claims)
    ]
    if groups:
        text, claims = read[groups[0]]
        yield (
            f"cells that count families, houses or the like are read as so many "
            f"{claims[0].quantity!r} ({text!r:.40}), line {first_lines(groups)}: if persons are "
            "meant give their number, else a quantity of its own"
        )


def _others_told(read: Mapping[int, tuple[str, Sequence[Claim]]]) -> Iterator[str]:
    """Cells whose words say that something else happened than their quantity names."""
    others = [line for line, (text, claims) in read.items() if claims and _is_other(text, claims)]
    if others:
        text, claims = read[others[0]]
        yield (
            f"cells whose words speak of something else are read as so many "
            f"{claims[0].quantity!r} ({text!r:.40}), line {first_lines(others)}: if it is meant, "
            "give it a row of its own quantity"
        )


def _is_other(text: str, claims: Sequence[Claim]) -> bool:
    own = text.partition(claims[1].phrase.text)[0] if len(claims) > 1 else text
    return tells_other(own, claims[0].quantity)


def _as_read(text: str, claims: Sequence[Claim]) -> str:
    if not claims:
        return f"{text!r} as no claim"
    several = len(claims) > 1
    spoken = len({claim.source for claim in claims}) > 1
    told = [
        _number(c)
        + f" of {c.quantity!r}" * several
        + f" by {c.source!r}" * spoken
        + " (superseded)" * (c.status == "superseded")
        for c in claims
    ]
    return f"{text!r} as {' and '.join(told)}"


def _number(claim: Claim) -> str:
    """``more than 10``, ``10.8 to 13.2``, ``5 more``."""
    low, high = f"{claim.lower:,.15g}", f"{claim.upper:,.15g}"
    plain = low if low == high else f"{low} to {high}"
    said = _BOUNDS.get(claim.phrase.kind, plain).format(low=low, high=high)
    unit = claim.phrase.unit if claim.phrase.unit != "count" else ""
    return " ".join(part for part in (said, unit, "more" if claim.additional else "") if part)
