"""Stage 9: which mention says again what an earlier one said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconcile.language.document.matching import Matcher
from reconcile.language.phrase.number_words import bag
from reconcile.values import Mention, Source

_FIGURES = bag("figure figures number estimate estimates toll count total tally")
_Key = tuple[str, float, float]


def mark_repeats(
    mentions: list[Mention], matcher: Matcher, sources: Mapping[str, Source]
) -> list[Mention]:
    """The mentions, each that repeats an earlier one with the index of the first.

    One says again what another said if the number is the same, it counts the same, and the
    speakers do not differ: one is not named, both are one, one speaks for the other, or two
    offices of one government use the same words.
    """
    first: dict[_Key, list[int]] = {}
    marked: list[Mention] = []
    for index, mention in enumerate(mentions):
        known = first.setdefault(_key(mention), [])
        found = next(
            (k for k in known[:8] if _is_repeat(marked[k], mention, matcher, sources)), None
        )
        if found is None:
            known.append(index)
            marked.append(mention)
        else:
            marked.append(_filled(replace(mention, repeats=found), marked[found]))
    return marked


def _key(mention: Mention) -> _Key:
    phrase = mention.phrase
    said = phrase.nominal
    if said is None:
        return phrase.unit, phrase.lower, phrase.upper
    return phrase.unit, said, said


def _is_repeat(a: Mention, b: Mention, matcher: Matcher, sources: Mapping[str, Source]) -> bool:
    figure = b.noun.lower() in _FIGURES
    if not figure and not (_same_kind(a, b) and _same_thing(a, b, matcher)):
        return False
    return _same_speaker(a, b, sources)


def _same_kind(a: Mention, b: Mention) -> bool:
    """Bounds stay bounds; "about 2,000" and "2,000" may be one statement."""
    plain = ("exact", "approx")
    return a.phrase.kind == b.phrase.kind or (a.phrase.kind in plain and b.phrase.kind in plain)


def _same_thing(a: Mention, b: Mention, matcher: Matcher) -> bool:
    if a.quantity and b.quantity:
        same = a.quantity == b.quantity
        return same or a.quantity in _related(b.quantity, matcher)
    if a.quantity or b.quantity:
        return False
    return bool(a.noun) and _head(a) == _head(b)


def _related(quantity: str, matcher: Matcher) -> set[str]:
    """A stock and its arrivals: one statement is often told as either."""
    stock = matcher.stock_of.get(quantity)
    arrivals = {q.arrivals for q in matcher.quantities if q.id == quantity and q.arrivals}
    return arrivals | ({stock} if stock else set())


def _head(mention: Mention) -> str:
    return " ".join(mention.noun.lower().split()[-2:])


def _same_speaker(a: Mention, b: Mention, sources: Mapping[str, Source]) -> bool:
    if not (a.source and b.source):
        unnamed = not (a.source_text and b.source_text)
        if a.source or b.source:
            return unnamed or a.quantity is None
        return unnamed or a.proposed_source == b.proposed_source
    if a.source == b.source:
        return True
    parents = {_parent(a.source, sources), _parent(b.source, sources)}
    if a.source in parents or b.source in parents:
        return True
    return len(parents) == 1 and None not in parents and _words(a) == _words(b)


def _parent(source: str, sources: Mapping[str, Source]) -> str | None:
    found = sources.get(source)
    return found.parent if found else None


def _words(mention: Mention) -> str:
    """The words of a phrase; "t least", with its first letter lost, is "at least"."""
    text = mention.phrase.text.lower()
    return f"a{text}" if text.startswith("t least") else text


def _filled(mention: Mention, first: Mention) -> Mention:
    """A bare figure is about what the first mention is about; that is a guess."""
    if mention.quantity is None and first.quantity and mention.noun.lower() in _FIGURES:
        guesses = (*mention.guesses, "quantity")
        mention = replace(mention, quantity=first.quantity, period=first.period, guesses=guesses)
    if mention.source is None and first.source and not mention.source_text:
        guesses = (*mention.guesses, "source")
        mention = replace(
            mention, source=first.source, source_text=first.source_text, guesses=guesses
        )
    return mention
