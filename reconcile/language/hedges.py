"""Stage 4: the words around a number that bound or blur it, as tables, and what they do to it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from math import inf
from typing import Any, NamedTuple

from reconcile.language.convention import Convention
from reconcile.language.readings import Reading
from reconcile.language.tokens import NUMBER, WORD, Tokens
from reconcile.language.words import DOZENS, SCALES, SMALL, TENS, bag

__all__ = ["apply_hedges", "hedged_before"]

# kind: phrases. The kinds below, above, below_to and above_from are one-sided approximations:
# below is open at the number ("nearly"), below_to reaches it ("close to"); above is open at the
# number ("just over"), above_from starts at it ("barely", "-odd").
_BEFORE = """
at_least: at least; t least; at the very least; at the very least ,; at a minimum; at minimum
at_least: at least ,
at_least: a minimum of; minimum of; the minimum of; as few as; as little as; as low as; a floor of
at_least: >=; ≥; > =; at least or equal to; no fewer; no lower; starting at; not below; not under
at_least: no fewer than; no less than; not fewer than; not less than; nothing less than; minimum
at_least: at least some; not short of; min; min.; = >; never fewer than; at least equal to
more_than: more than; over; above; greater than; bigger than; larger than; higher than
more_than: in excess of
more_than: upwards of; upward of; north of; topped; topping; tops; top; exceed; exceeds; exceeded
more_than: exceeding; surpass; surpasses; surpassed; surpassing; >; beyond; passed; crossed
more_than: older than
more_than: longer than; heavier than; taller than; faster than; farther than; further than
more_than: better than
more_than: deeper than; wider than; excess of; to excess of; eclipsed; eclipsing; outnumbering
more_than: rose past; climbed past; soared past; surged past; went past; shot past; pushed past
more_than: grew past; jumped past; climbs past; rises past; rising past; climbing past; get past
more_than: passing; crossing; overtook; worse than; stronger than; an excess of; passes; crosses
at_most: up to; as many as; as much as; as high as; as large as; as big as; as long as; at most
at_most: at the most; at the very most; no more than; not more than; no greater than
at_most: no higher than
at_most: a maximum of; the maximum of; maximum of; a max of; max; maximum; capped at; limited to
at_most: <=; ≤; < =; a ceiling of; an upper limit of; up to but not exceeding; at best; upto
at_most: upper limit of; restricted to; no larger than; no longer than; not exceeding
at_most: not to exceed
at_most: confined to; not over; not above; at max; a cap of; no bigger than; up to a maximum of
at_most: up to as many as; never more than; up to some; = <; a limit of; up to and including
less_than: fewer than; less than; under; below; smaller than; lower than; south of; <; sub -; sub
less_than: not even; shorter than; younger than; lighter than; fell short of; falling short of
less_than: nowhere near; nothing like; falls short of; fall short of; cheaper than; slower than
less_than: beneath; closer than; inside of
approx: about; around; roughly; approximately; approx; approx.; some; circa; c.; ca.; ca; ~; ≈; ∼
approx: an estimated; estimated; the estimated; estimated at; estimates of; an estimate of; circa.
approx: in the region of; in the neighbourhood of; in the neighborhood of; on the order of
approx: in the order of; of the order of; in the vicinity of; in the ballpark of; in the realm of
approx: something like; somewhere around; somewhere near; more or less; give or take
approx: anywhere near
approx: an approximate; approximate; in the range of; estimated to be; a rough; about some
approx: something around; or about; or around; just about; in the area of; within the region of
approx: in and around; hovering around; hovering at; ≃; ≅; ~ =; a ballpark
approx: an average of about; at around; at about; or roughly; or some
approx: or approximately
below: nearly; almost; approaching; shy of; just shy of; not quite; verging on; nearing
below: getting on for
below: short of; just short of; close on; practically; virtually; as good as; the best part of
below: well - nigh
below: the better part of; a little under; a little less than; a little below; bordering on
below: nigh on
below: a bit under; a bit less than; a shade under; little less than; just about under
below: near enough
below_to: close to; near to; closer to; next to; near; coming close to; nearer
above: a little over; a little more than; a little above; a bit over; a bit more than
above: a shade over
above: little more than; little over; not much more than; a touch over; a fraction over
above: a shade more than
above_from: barely; scarcely; hardly; only just
exact: exactly; precisely; equal to; equals; equaling to; equalling; equaling; a total of; =
exact: equal
exact: numbering; totaling; totalling; totalled; totaled; a mere; all; an average of; a combined
"""
_BEHIND = """
approx: or so; or thereabouts; give or take; more or less; - ish; ish; or around that
approx: approximately
approx: , give or take; , more or less; , or so; , or thereabouts; , roughly; , approximately
approx: or something like that; or near that; - some; or there about; or there abouts
approx: on average or so
at_least: or more; or greater; or higher; or above; or over; +; - plus; plus; and counting
at_least: and rising
at_least: and climbing; and growing; and up; and more; and above; and over; at least; at a minimum
at_least: at the very least; at minimum; or older; or longer; or better; if not more; and beyond
at_least: , at least; , at the very least; , at a minimum; , or more; , minimum; , and counting
at_least: minimum; or even more; or upwards; and upwards; and upward; or up; or larger; or bigger
at_least: or possibly more; or perhaps more; or maybe more; , if not more; or more than
at_least: or many more
at_least: or more than that; and possibly more; and perhaps more; , possibly more; , perhaps more
at_most: or fewer; or less; or under; or below; at most; at the most; tops; max; maximum; or lower
at_most: , at most; , at the most; , tops; , or fewer; , or less; , max
at_most: or smaller; or younger; or shorter; if that; at the very most; at the outside; at best
at_most: or even less; or even fewer; and under; and below; or fewer still; or less than
above_from: - odd; odd; - some odd; - something; and change; and some; - and - change
exact: - strong; strong; exactly
closed: or equal; or equal to; or equal than; or equals; or equal to it
"""
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
_Trie = dict[str, Any]


class _Hedge(NamedTuple):
    kind: str
    first: int
    last: int
    words: str


@cache
def _tries() -> tuple[_Trie, _Trie]:
    """The tables as tries: the one before the number is read backwards, from the number out."""
    return _trie(_rows(_BEFORE), backwards=True), _trie(_rows(_BEHIND), backwards=False)


def _rows(table: str) -> Iterable[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        kind, _, phrases = line.partition(":")
        for phrase in phrases.split(";"):
            if phrase.strip():
                yield kind, phrase.split()


def _trie(rows: Iterable[tuple[str, list[str]]], *, backwards: bool) -> _Trie:
    root: _Trie = {}
    for kind, words in rows:
        node = root
        for word in reversed(words) if backwards else words:
            node = node.setdefault(word, {})
        node[""] = kind
    return root


def apply_hedges(t: Tokens, r: Reading, last: int, following: int, convention: Convention) -> None:
    """Read the hedges around `r`, which may reach back to token `last` and on to `following`.

    The hedge nearest to the number blurs it, the outermost bound decides: "at least about 500" is
    at least 500, "no fewer than" is at least.
    """
    before = _hedges_before(t, r, last)
    behind = _hedge_behind(t, r, following)
    for hedge in before:
        r.first = hedge.first
    if behind is not None:
        r.last = behind.last
    kinds = [hedge for hedge in before if hedge.kind != "exact"]
    if behind is not None and behind.kind not in ("exact", "closed"):
        kinds.append(behind)
    bounds = [hedge for hedge in kinds if hedge.kind in _BOUNDS]
    deciding = (bounds or kinds)[-1] if kinds else None
    if deciding is None:
        return
    closing = behind is not None and behind.kind == "closed"
    kind = _closed(deciding.kind) if closing else deciding.kind
    _apply(r, kind, deciding.words, convention)


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
    if word in _QUOTES and i - 1 >= last:
        i -= 1
    hedge = _or_equal(t, i, last) or _longest_before(t, i, last)
    if hedge is None or not _is_hedge(t, hedge, r):
        return None
    return _modified(t, hedge, last)


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
    node: _Trie | None = _tries()[0]
    best: _Hedge | None = None
    end = i + 1
    low = t.low
    while i >= last:
        node = node.get(low[i])
        if node is None:
            break
        if "" in node:
            best = _Hedge(node[""], i, end, "")
        i -= 1
    return None if best is None else best._replace(words=" ".join(low[best.first : end]))


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
    if words == "up to" and before in _ADDING:
        return False
    if words == "over":
        return _is_over_a_bound(t, first, r, before)
    if words in ("top", "tops"):
        return before not in ("the", "a", "its", "their", "his", "'s", "of") and not (
            before.endswith(("'s", "’s"))
        )
    if words in ("near", "closer to", "nearer", "next to"):
        return r.unit == "count" and r.upper >= 20
    if words in ("passed", "crossed", "crossing", "passing", "beyond", "crosses", "passes"):
        return r.upper >= 10 and r.unit not in _TIMES
    if words in ("all", "equal", "minimum", "sub", "c", "inside of"):
        return words != "all" or r.form != "vague"
    return not (words == "c." and not t.glued(hedge.last - 1))


def _is_over_a_bound(t: Tokens, first: int, r: Reading, before: str) -> bool:
    """ "300 killed over two years": a span of time behind a clause, not more than two years."""
    if r.unit not in _TIMES:
        return True
    begin = t.sentence(first)[0]
    return first == begin or before in _FOR_TIME or t.low[first - 1] in _NEAR


def _hedge_behind(t: Tokens, r: Reading, following: int) -> _Hedge | None:
    """The hedge behind the number, also behind the noun it counts ("300 people or more")."""
    found = _longest_behind(t, r.last, following)
    if found is not None:
        return found if _is_behind(t, found, r) else None
    k = r.last
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
    node: _Trie | None = _tries()[1]
    best: _Hedge | None = None
    first = i
    low = t.low
    while i < following:
        node = node.get(low[i])
        if node is None:
            break
        i += 1
        if "" in node:
            best = _Hedge(node[""], first, i, "")
    return None if best is None else best._replace(words=" ".join(low[first : best.last]))


def _is_behind(t: Tokens, hedge: _Hedge, r: Reading) -> bool:
    """Whether words behind a number belong to it and not to what follows."""
    k = hedge.last
    if t.low[k] == "than" and not hedge.words.endswith("than"):
        return False
    if hedge.words[0] == "," and t.kind[k] == WORD:
        return False
    if hedge.words in ("at least", "at most", "at the very least", "at the most", "approximately"):
        return not _starts_number(t, k)
    if hedge.words == "+":
        return t.glued(hedge.first) and t.kind[k] != NUMBER
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


def _apply(r: Reading, kind: str, words: str, convention: Convention) -> None:
    """Change the bounds of `r` by one hedge."""
    r.shares = ()
    if kind in _BOUNDS:
        _bound(r, kind, words)
    elif r.kind == "exact":
        _blur(r, kind, words, convention)


def _bound(r: Reading, kind: str, words: str) -> None:
    """A bound keeps the number that was said; of a vague word its nearer end."""
    lower_bound = kind in ("at_least", "more_than")
    if r.nominal is None:
        r.nominal = r.lower if lower_bound else r.upper
        if r.nominal == inf:
            r.nominal = r.lower
    said = r.nominal
    r.lower, r.upper = (said, inf) if lower_bound else (-inf, said)
    r.lower_open, r.upper_open = kind == "more_than", kind == "less_than"
    r.kind, r.rule = kind, f"{kind}: {words}"


_SIDES = {
    "approx": ("approx", 1, 1), "below": ("below", 1, 0), "below_to": ("below", 1, 0),
    "above": ("above", 0, 1), "above_from": ("above", 0, 1),
}  # fmt: skip


def _blur(r: Reading, kind: str, words: str, convention: Convention) -> None:
    """An interval around, below or above the number, as wide as the convention says."""
    side, down, up = _SIDES[kind]
    said = r.lower
    width = convention.width(side, words.split()[-1] if words else "", said) * abs(said)
    r.lower, r.upper = said - down * width, said + up * width
    if said < 0 and down != up:
        r.lower, r.upper = said - up * width, said + down * width
    r.lower_open, r.upper_open = kind == "above", kind == "below"
    r.kind, r.rule = "approx", f"{kind}: {words}"


def hedged_before(t: Tokens, r: Reading) -> bool:
    """Whether a hedge stands right before the number: no year is hedged."""
    hedge = _longest_before(t, r.first - 1, 0) if r.first else None
    if hedge is None or hedge.kind == "exact" or hedge.words in ("top", "c", "ca", "beyond"):
        return False
    return hedge.words not in ("around", "about", "circa") or t.low[hedge.first - 1] not in (
        "in", "from", "since", "until",
    )  # fmt: skip
