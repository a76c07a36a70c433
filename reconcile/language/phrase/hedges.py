"""Stage 4: the words around a number that bound or blur it, as tables, and what they do to it."""

from __future__ import annotations

from math import inf
from typing import Any, NamedTuple

from reconcile.language.phrase.convention import Convention
from reconcile.language.phrase.hedge_words import Trie, hedge_tries
from reconcile.language.phrase.number_words import DOZENS, SCALES, SMALL, TENS, bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import BREAK, END, NUMBER, WORD, Tokens
from reconcile.language.phrase.units import unit_after

_NEGATORS = bag("""
    not no never neither don't doesn't didn't don’t doesn’t didn’t cannot can't can’t won't
    won’t hasn't hasn’t haven't haven’t hadn't hadn’t isn't isn’t wasn't wasn’t aren't aren’t
    without weren't weren’t nor mustn't mustn’t shouldn't shouldn’t
""")
_FLIPPED = {
    "more_than": "at_most",
    "less_than": "at_least",
    "at_least": "less_than",
    "at_most": "more_than",
    "above": "at_most",
    "below": "at_least",
}
# Words before a comparison that leave the number close to what was said, or far from it.
_NEAR = bag("just slightly marginally barely fractionally narrowly hardly scarcely")
_FAR = bag("""
    well far way much significantly substantially considerably easily comfortably clearly vastly
    possibly perhaps probably likely potentially maybe reportedly even currently now still
    already just
""")
_BOUNDS = frozenset({"at_least", "more_than", "at_most", "less_than"})
_COMPARISONS = frozenset({"more_than", "less_than"})
_QUOTES = frozenset("\"“‘'")
_OPENERS = frozenset("([")
_CLOSERS = frozenset(")]")
_MODALS = bag("be to been being do does did has have had is was are were")


class _Hedge(NamedTuple):
    kind: str
    first: int
    last: int
    words: str


_ENDING = hedge_tries()[0].keys() | _CLOSERS | _QUOTES | {"the", "to", "than"}
_OPENING = hedge_tries()[1].keys()
_LATE = frozenset({"or", "at"})


def hedged(t: Tokens, r: Reading, last: int, following: int, convention: Convention) -> Reading:
    """`r` with the hedges around it, which may reach back to token `last` and on to `following`.

    The hedge nearest to the number blurs it, the outermost bound decides: "at least about 500" is
    at least 500, "no fewer than" is at least.
    """
    before = _hedges_before(t, r, last) if t.low[r.first - 1] in _ENDING else []
    behind = _hedge_behind(t, r, following)
    if not before and behind is None:
        return r
    changes: dict[str, Any] = {"first": before[-1].first} if before else {}
    if behind is not None:
        changes |= _late_unit(t, r, behind.last, following)
    kinds = [hedge for hedge in before if hedge.kind != "exact"]
    if behind is not None and behind.kind not in ("exact", "closed"):
        kinds.append(behind)
    bounds = [hedge for hedge in kinds if hedge.kind in _BOUNDS]
    deciding = (bounds or kinds)[-1] if kinds else None
    if deciding is None:
        return r._replace(**changes)
    closing = behind is not None and behind.kind == "closed"
    kind = _closed(deciding.kind) if closing else deciding.kind
    return r._replace(**changes, **_applied(r, kind, deciding.words, convention))


def _late_unit(t: Tokens, r: Reading, last: int, following: int) -> dict[str, Any]:
    """The end behind a hedge, and the unit there: "60-plus percent", "300-odd kilometres"."""
    unit = unit_after(t, last, words=r.form == "words", plural=True) if r.unit == "count" else None
    if unit is None or unit.place > following:
        return {"last": last}
    return {"unit": unit.name, "last": unit.place}


def _closed(kind: str) -> str:
    return {"more_than": "at_least", "less_than": "at_most"}.get(kind, kind)


# ---------------------------------------------------------------- finding them


def _hedges_before(t: Tokens, r: Reading, last: int) -> list[_Hedge]:
    """The hedges before the number, from the inside out."""
    found: list[_Hedge] = []
    edge = r.first
    while len(found) < 4:
        hedge = _hedge_before(t, edge, last, r)
        if hedge is None:
            break
        found.append(hedge)
        edge = hedge.first
    return found


def _hedge_before(t: Tokens, edge: int, last: int, r: Reading) -> _Hedge | None:
    i = edge - 1
    if i < last:
        return None
    word = t.low[i]
    if word in _CLOSERS:
        return _in_brackets(t, i, last)
    if (word in _QUOTES or (word == "the" and _is_mark(t, r))) and i - 1 >= last:
        i -= 1
    hedge = _or_equal(t, i, last) or _longest_before(t, i, last)
    if hedge is None or not _is_hedge(t, hedge, r):
        return None
    return _modified(t, hedge, last)


def _is_mark(t: Tokens, r: Reading) -> bool:
    """ "passed the 300 mark"."""
    k = r.last + 1 if t.low[r.last] == "-" else r.last
    return t.low[k] in ("mark", "milestone", "threshold", "barrier")


_GREATER = bag("greater more bigger larger higher longer older above over")
_LESSER = bag("less fewer smaller lower shorter younger below under")


def _or_equal(t: Tokens, i: int, last: int) -> _Hedge | None:
    """ "less than or equal to", "bigger or equal than" before the number."""
    if t.low[i] not in ("to", "than") or t.low[i - 1] != "equal" or t.low[i - 2] != "or":
        return None
    first = i - 4 if t.low[i - 3] in ("than", "least", "most") else i - 3
    if first < last:
        return None
    word = t.low[first]
    kind = "at_least" if word in _GREATER or t.low[i - 3] == "least" else "at_most"
    if word not in _GREATER and word not in _LESSER and word != "at":
        return None
    return _Hedge(kind, first, i + 1, " ".join(t.low[first : i + 1]))


def _in_brackets(t: Tokens, closer: int, last: int) -> _Hedge | None:
    """ "(about) 200": a word that the writer put in brackets."""
    hedge = _longest_before(t, closer - 1, last)
    if hedge is None or hedge.first - 1 < last or t.low[hedge.first - 1] not in _OPENERS:
        return None
    return hedge._replace(first=hedge.first - 1)


def _longest_before(t: Tokens, i: int, last: int) -> _Hedge | None:
    node: Trie | None = hedge_tries()[0]
    kind, first, end = "", i, i + 1
    low = t.low
    while i >= last:
        node = node.get(low[i])
        if node is None:
            break
        if "" in node:
            kind, first = node[""], i
        i -= 1
    return _Hedge(kind, first, end, " ".join(low[first:end])) if kind else None


def _modified(t: Tokens, hedge: _Hedge, last: int) -> _Hedge:
    """Take in "well", "just", "slightly" and "not" before a comparison."""
    kind, first = hedge.kind, hedge.first
    word = t.low[first - 1] if first - 1 >= last else ""
    if kind in _COMPARISONS and word in _NEAR:
        kind = "above" if kind == "more_than" else "below"
        first -= 1
    elif kind in _COMPARISONS and word in _FAR:
        first -= 1
    word = t.low[first - 1] if first - 1 >= last else ""
    if word in _MODALS and t.low[first - 2] in _NEGATORS and kind in _COMPARISONS:
        first -= 1
        word = t.low[first - 1]
    if word in _NEGATORS and kind in _FLIPPED and first - 1 >= last:
        kind, first = _FLIPPED[kind], first - 1
    if first == hedge.first:
        return hedge
    return hedge._replace(kind=kind, first=first, words=" ".join(t.low[first : hedge.last]))


_ADDING = bag("add adds added adding sum sums summed amount amounts amounted live lives")
_REVISED = bag("revised corrected adjusted updated amended")
_FOR_TIME = bag("""
    for of in after lasted lasts took takes with is was just well a served spent by at within
    than slightly little than
""")
_TIMES = bag("second minute hour day night week fortnight month year decade century")
_PLACES = bag("above below under beneath beyond around near over top tops c min max")


def _is_hedge(t: Tokens, hedge: _Hedge, r: Reading) -> bool:
    """Whether words that are also ordinary ones are used as a hedge here."""
    words, first = hedge.words, hedge.first
    before = t.low[first - 1]
    if words == "up to" and before in _ADDING | _REVISED:  # "was revised up to 38"
        return False
    if words == "over":
        return _is_over_a_bound(t, first, r, before)
    if words in ("top", "tops"):
        return before not in ("the", "a", "its", "their", "his", "'s", "of") and not (
            before.endswith(("'s", "’s"))
        )
    if words in ("near", "closer to", "nearer", "next to", "pushing", "cleared", "breached"):
        return r.unit == "count" and r.upper >= 20
    if words in ("passed", "crossed", "crossing", "passing", "beyond", "crosses", "passes"):
        return r.upper >= 10 and r.unit not in _TIMES
    if words == "est":  # "Nord 12, Est 4"
        return first == 0 or not t.capital(first)
    if words == "all":
        return r.form != "vague"
    if words == "past":
        moved = before.endswith("ed") or before in _MOVED
        return moved and r.upper >= 10 and r.unit not in _TIMES
    if words == "estimated":
        return not _is_estimating(t, first - 1)
    return words != "c ." or t.glued(hedge.last - 1)


_MOVED = bag("rose rises climbs went goes going shot grew pushes moves sailed sails blew well far")


def _is_estimating(t: Tokens, k: int) -> bool:
    """ "police estimated 20,000": what somebody said, as in "police said 20,000"."""
    word = t.low[k]
    if k < 0 or t.kind[k] != WORD or word in ("the", "an", "some"):
        return False
    plural = word.endswith("s") and len(word) > 3 and word not in ("was", "were", "has")
    return plural or t.capital(k) or word in ("police", "government", "ministry", "army")


def _is_over_a_bound(t: Tokens, first: int, r: Reading, before: str) -> bool:
    """ "300 killed over two years": a span of time behind a clause, not more than two years."""
    if r.unit not in _TIMES:
        return True
    begin = t.sentence(first)[0]
    return first == begin or before in _FOR_TIME or t.low[first - 1] in _NEAR


def _hedge_behind(t: Tokens, r: Reading, following: int) -> _Hedge | None:
    """The hedge behind the number, also behind the noun it counts ("300 people or more")."""
    k = r.last
    found = _longest_behind(t, k, following) if t.low[k] in _OPENING else None
    if found is not None:
        return found if _is_behind(t, found, r) else None
    if t.low[k + 1] not in _LATE and t.low[k + 2] not in _LATE:
        return None
    for _ in range(2):
        if t.kind[k] != WORD or t.low[k] in _NOT_NOUNS or k + 1 >= following:
            return None
        k += 1
        if t.low[k] == "or" or (t.low[k] == "at" and t.low[k + 1] in ("least", "most", "the", "a")):
            found = _longest_behind(t, k, following)
            if found is not None and found.kind != "closed" and _is_behind(t, found, r):
                return found
    return None


_NOT_NOUNS = bag("""
    and or of in on at to by from with for as the a an is was are were be been has have had but
    if that who which when while than killed wounded dead injured so
""")


def _longest_behind(t: Tokens, i: int, following: int) -> _Hedge | None:
    node: Trie | None = hedge_tries()[1]
    kind, first, last = "", i, i
    low = t.low
    while i < following:
        node = node.get(low[i])
        if node is None:
            break
        i += 1
        if "" in node:
            kind, last = node[""], i
    return _Hedge(kind, first, last, " ".join(low[first:last])) if kind else None


def _is_behind(t: Tokens, hedge: _Hedge, r: Reading) -> bool:
    """Whether words behind a number belong to it and not to what follows."""
    k = hedge.last
    if t.low[k] == "than" and not hedge.words.endswith("than"):
        return False
    if hedge.words[0] == "," and t.kind[k] == WORD:
        return False
    if hedge.words in ("- odd", "odd", "- plus", "- some") and t.low[k] in SCALES:
        return True
    if hedge.words in ("at least", "at most", "at the very least", "at the most", "approximately"):
        return not _starts_number(t, k)
    if hedge.words == "+":
        closed = t.kind[k] in (BREAK, END) or t.low[k] in (")", "]", ",", ";", ".")
        return (t.glued(hedge.first) or closed) and t.kind[k] != NUMBER
    if hedge.words in ("upwards", "upward", "and up", "or up"):
        return t.low[k] not in ("of", "to") and not _starts_number(t, k)
    if hedge.words == "max" and t.capital(hedge.first) and hedge.first > 1:
        return False  # "the 737 MAX"
    if hedge.words in ("plus", "max", "maximum", "minimum", "tops", "strong", "odd", "exactly"):
        return not _starts_number(t, k) and t.kind[hedge.first] == WORD and hedge.words != "exactly"
    if hedge.words in ("ish", "and more", "and over", "and above", "and under", "and below"):
        return (hedge.words != "ish" or t.glued(hedge.first)) and not _starts_number(t, k)
    if hedge.kind == "closed":
        return not _starts_number(t, k)
    return not _starts_number(t, k)


def _starts_number(t: Tokens, k: int) -> bool:
    word = t.low[k]
    return (
        t.kind[k] == NUMBER
        or word in SMALL
        or word in TENS
        or word in DOZENS
        or word in SCALES
        or (word == "a" and (t.low[k + 1] in SCALES or t.low[k + 1] in ("hundred", "dozen", "few")))
    )


# ---------------------------------------------------------------- what they do


def _applied(r: Reading, kind: str, words: str, convention: Convention) -> dict[str, Any]:
    """What one hedge changes of `r`."""
    if kind in _BOUNDS:
        return _bounded(r, kind, words)
    if r.kind == "exact":
        return _blurred(r, kind, words, convention)
    return {"shares": ()}


def _bounded(r: Reading, kind: str, words: str) -> dict[str, Any]:
    """A bound keeps the number that was said; of a vague word its nearer end."""
    lower_bound = kind in ("at_least", "more_than")
    said = r.nominal
    if said is None:
        said = r.lower if lower_bound or r.upper == inf else r.upper
    return {
        "lower": said if lower_bound else -inf,
        "upper": inf if lower_bound else said,
        "nominal": said,
        "kind": kind,
        "lower_open": kind == "more_than",
        "upper_open": kind == "less_than",
        "rule": f"{kind}: {words}",
        "shares": (),
    }


_SIDES = {
    "approx": ("approx", 1, 1), "below": ("below", 1, 0), "below_to": ("below", 1, 0),
    "above": ("above", 0, 1), "above_from": ("above", 0, 1),
}  # fmt: skip


def _blurred(r: Reading, kind: str, words: str, convention: Convention) -> dict[str, Any]:
    """An interval around, below or above the number, as wide as the convention says."""
    side, down, up = _SIDES[kind]
    said = r.lower
    word = words.split()[-1] if words else ""
    width = convention.width(side, word, said, r.digits or 1) * abs(said)
    if said < 0:
        down, up = up, down
    return {
        "lower": said - down * width,
        "upper": said + up * width,
        "kind": "approx",
        "lower_open": kind == "above",
        "upper_open": kind == "below",
        "rule": f"{kind}: {words}",
        "shares": (),
    }


def bounded_behind(t: Tokens, r: Reading) -> bool:
    """Whether a bound stands right behind the number: "2030+", "1950 or more"."""
    if t.low[r.last] not in ("+", "-", "plus", "or"):
        return False
    hedge = _longest_behind(t, r.last, t.count)
    return hedge is not None and hedge.words in _BOUNDS_OF_COUNTS


_BOUNDS_OF_COUNTS = frozenset({"+", "- plus", "or more", "or fewer", "or less", "or greater"})


def hedged_before(t: Tokens, r: Reading) -> bool:
    """Whether a hedge stands right before the number: no year is hedged."""
    hedge = _longest_before(t, r.first - 1, 0) if r.first else None
    if hedge is None or hedge.kind == "exact" or hedge.words in ("top", "c", "ca", "beyond"):
        return False
    return hedge.words not in ("around", "about", "circa") or t.low[hedge.first - 1] not in (
        "in", "from", "since", "until",
    )  # fmt: skip
