"""`Reader`: every numeric claim of a text, with what it is about; the stages put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import compress

from reconcile.language.document.aliases import Aliases, slug
from reconcile.language.document.attribution import told_at_first
from reconcile.language.document.brackets import NOTHING, Beside, beside_numbers, speaker_in
from reconcile.language.document.dateline import blank_opening_days
from reconcile.language.document.doubts import TELLING, doubts_around
from reconcile.language.document.events import places_around
from reconcile.language.document.footnotes import blank_marks
from reconcile.language.document.headline_speakers import (
    BODIES,
    heading_speaker,
    unsaid_speaker,
)
from reconcile.language.document.held import held_there
from reconcile.language.document.lists import told_of
from reconcile.language.document.matching import (
    NO_MATCH,
    Match,
    Matcher,
    match_earlier,
    match_held,
    match_level,
    match_quantity,
    match_still_there,
)
from reconcile.language.document.mention_period import period_told
from reconcile.language.document.mention_scope import is_additional, is_span_of_time, scope_told
from reconcile.language.document.other_events import mark_other_events
from reconcile.language.document.parts_told import mark_parts, with_persons
from reconcile.language.document.persons_told import persons_told
from reconcile.language.document.repeated_mentions import mark_repeats
from reconcile.language.document.sentences import Attribution, Document, Scene
from reconcile.language.document.stock_changes import (
    change_told,
    is_still_there,
    noun_before,
    without_move,
)
from reconcile.language.document.told_number import LIMITS, MOST, ToldNumber
from reconcile.language.document.unread import unread_numbers
from reconcile.language.phrase.convention import Convention, read_convention
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.phrases import phrase_of, read_phrases, read_tokens
from reconcile.language.phrase.unit_factors import in_unit
from reconcile.values import Days, Mention, Mentions, Quantity, Source

_REACH, _NEAR, _EARLIER = 30, 60, 120

_GUESSED = ("quantity", "source", "period", "noun")


def extract_mentions(
    text: str,
    *,
    quantities: Sequence[Quantity] = (),
    sources: Sequence[Source] = (),
    published: str | date | Days | None = None,
    convention: str = "default",
) -> Mentions:
    """Every numeric claim of `text`, in order; `Reader` does this for many texts.

    >>> [m.phrase.text for m in extract_mentions("Some 50 died and at least 47 were hurt.")]
    ['Some 50', 'at least 47']
    """
    return Reader(quantities, sources).extract(text, published=published, convention=convention)


class Reader:
    """Reads texts about the given quantities by the given sources.

    >>> [mention.event for mention in Reader().extract("Two guards died; 3 were injured.")]
    ['killed', 'wounded']
    """

    def __init__(
        self,
        quantities: Iterable[Quantity] = (),
        sources: Iterable[Source] = (),
        *,
        own: frozenset[str] = frozenset(),
    ) -> None:
        """`own` are the ids of quantities that go before the others where both fit."""
        self._matcher = Matcher(tuple(quantities), own)
        self._aliases = Aliases(tuple(sources))

    def extract(
        self,
        text: str,
        *,
        published: str | date | Days | None = None,
        convention: str = "default",
    ) -> Mentions:
        """The numeric claims of `text`, in order of their place, and the numbers that are none.

        `published` is the day (or range of days) of publication, from which words like "Tuesday"
        are resolved. No text raises; a malformed date raises `DateError`, a convention that is
        not there `UnknownNameError`.
        """
        meanings = read_convention(convention)
        day = None if published is None else Days.of(published)
        plain, marks = blank_marks(blank_opening_days(text))
        tokens = read_tokens(plain, meanings)
        readings = read_phrases(tokens, meanings)
        found = [reading for reading in readings if not reading.trap]
        if marks or len(found) < len(tokens.numeric):  # each reading holds such a place
            unread = unread_numbers(tokens, readings, marks)
        else:
            unread = ()
        persons = persons_told(tokens, readings) if len(found) < len(readings) else []
        if not (found or persons):
            return Mentions((), unread)
        document = Document(tokens, self._aliases, day, found)
        scenes = [document.scene_at(r.first) for r in found]
        mentions = [
            self._mention(document, item, scene, meanings)
            for item, scene in zip(
                told_of(tokens, found, scenes, self._matcher.telling), scenes, strict=True
            )
        ]
        beside = beside_numbers(tokens, found)
        if beside:
            told = any(b.speaks and speaker_in(b.label) for b in beside)
            mentions = [
                _in_bracket(m, mentions, b, speaks_elsewhere=told)
                for m, b in zip(mentions, beside, strict=True)
            ]
        if persons:
            one = [
                self._mention(document, p, document.scene_at(p.reading.first), meanings)
                for p in persons
            ]
            mentions = with_persons(mentions, one)
            scenes = [document.scene_around(m.span[0]) for m in mentions]
        words = [scene.words for scene in scenes]
        mentions = mark_other_events(text, mark_parts(text, mentions, words), words, day)
        if len(mentions) > 1:
            mentions = mark_repeats(mentions, self._matcher, self._aliases.sources)
        return Mentions(tuple(mentions), unread)

    def _mention(
        self, document: Document, told: ToldNumber, scene: Scene, meanings: Convention
    ) -> Mention:
        t, r, noun = document.tokens, told.reading, told.noun
        words = scene.words
        stays = is_still_there(t, told, words)
        if stays:
            told = without_move(told)
        held = held_there(t, told, words)
        if held:
            told = told._replace(event="", at=-1, total=True)
        event = told.event
        match = self._match(document, told, scene, stays=stays)
        if held and match.quantity is None:
            match = match_held(self._matcher, held)
        who = (
            unsaid_speaker(document, r, scene)
            or heading_speaker(document, r, scene)
            or document.attribution(r.first, scene)
        )
        if not told.role and (who.at_first or told_at_first(t, r.first, words)):
            told = told._replace(role="earlier")
        additional = told.additional or is_additional(t, told, words)
        quantity = self._on_stock(match.quantity, additional)
        unit = self._matcher.units.get(quantity or "", r.unit)
        kind = self._matcher.kinds.get(quantity or "", "")
        stock = kind == "stock" or (quantity is None and not told.total)
        own = self._matcher.own_events(quantity)
        change = change_told(t, told, own, words, known=kind == "stock") if stock else ""
        additional = additional or (change == "arrival" and kind == "stock")
        move = change or ("remaining" if stays and not event else "")
        period, period_guessed = period_told(
            document, told, who, scene, kind, additional=additional
        )
        if move == "remaining" and period is not None and period.kind == "during":
            period, period_guessed = None, False  # "1,200 arrived last week; 8,000 remain"
        guessed = (match.guessed, who.guessed, period_guessed, held != ())
        return Mention(
            phrase=phrase_of(t, in_unit(r, unit), meanings.name),
            noun=noun.text or (held[0] if held else "" if event else noun_before(t, r.first)),
            event=event,
            quantity=quantity,
            period=period,
            source=who.source,
            source_text=who.text,
            proposed_source=slug(who.text) or None if who.text and not who.source else None,
            via=who.via,
            scope="part" if told.part else scope_told(t, told, scene),
            additional=additional,
            flags=_flags(document, told, who, scene, move),
            guesses=tuple(compress(_GUESSED, guessed)) if True in guessed else (),
            context=t.slice(scene.begin, max(scene.end, scene.begin + 1)).strip(),
            said=who.said.days if who.said else None,
        )

    def _match(self, document: Document, told: ToldNumber, scene: Scene, *, stays: bool) -> Match:
        """The quantity by its synonyms; else, for a bare number, by the sentences before."""
        r, noun, event, places = told.reading, told.noun, told.event, told.places
        if not self._matcher.quantities or is_span_of_time(document.tokens, r):
            return NO_MATCH
        begin = max(scene.begin, r.first - _NEAR)
        earlier = max(document.context_start(scene.number), begin - _EARLIER)
        context = (begin, min(scene.end, r.last + _NEAR), earlier)
        match = match_quantity(document.tokens, self._matcher, r, noun, places, context)
        if match.quantity is None and stays:
            there = match_still_there(document.tokens, self._matcher, told, context)
            match = there or match
        elif match.quantity is None and r.unit != "count":
            match = match_level(document.tokens, self._matcher, r, context) or match
        if match.quantity is not None or event:
            return match
        if r.form == "product":  # the factors before it hide what happened to their product
            wide = (max(scene.begin, r.first - _REACH), min(scene.end, r.last + _REACH))
            places = places_around(document.tokens, noun, r, wide, self._matcher.telling)
            match = match_quantity(document.tokens, self._matcher, r, noun, places, context)
            if match.quantity is not None:
                return match._replace(guessed=True)
        return match_earlier(document.tokens, self._matcher, r, noun, context)

    def _on_stock(self, quantity: str | None, additional: bool) -> str | None:
        """Arrivals that are said to be additional are claims about the stock they add to."""
        if quantity is None or not additional:
            return quantity
        return self._matcher.stock_of.get(quantity, quantity)


# ---------------------------------------------------------------- what the words around add


def _in_bracket(
    m: Mention, mentions: Sequence[Mention], beside: Beside, *, speaks_elsewhere: bool
) -> Mention:
    """A number with what brackets say of it: a speaker, or that it is part of another number."""
    if beside is NOTHING:
        return m
    m = replace(m, label=beside.label)
    speaker = speaker_in(beside.label) if beside.speaks and m.source_text in beside.label else ""
    if not speaker and beside.speaks and beside.label.lower() in BODIES and speaks_elsewhere:
        speaker = beside.label  # "15,000 (city) to 90,000 (organisers)"
    if speaker:
        proposed = None if m.source else slug(speaker) or None
        m = replace(m, source_text=speaker, proposed_source=proposed, label="")
    if beside.head is None or not m.flags.isdisjoint(("earlier", "superseded", "decrease")):
        return m
    if not _LIMITING.isdisjoint(f"{beside.label} {m.phrase.text}".lower().split()):
        return m  # "(capacity 41,000)"
    whole = mentions[beside.head]
    then = _YEAR if m.phrase.unit == "count" else _THEN
    if m.phrase.unit == whole.phrase.unit and then.match(beside.label):
        return replace(m, flags=m.flags | {"earlier"})  # "61% (58% in 2019)"
    if beside.plus:
        return replace(m, additional=True, event=m.event or whole.event)
    other = bool(m.event) and m.event != whole.event and not beside.included
    size = whole.phrase.upper if whole.phrase.nominal is None else whole.phrase.nominal
    more = m.phrase.upper > size or m.phrase.unit != whole.phrase.unit
    if other or more:
        more_of_it = more and m.phrase.unit == whole.phrase.unit and not m.event
        return replace(m, event=whole.event) if more_of_it else m
    return replace(m, scope="part", event=m.event or whole.event)


def _flags(
    document: Document, told: ToldNumber, who: Attribution, scene: Scene, move: str
) -> frozenset[str]:
    r, begin = told.reading, scene.begin
    flags = document.doubts(r.first, scene, intercepted=who.intercepted)
    if move:
        flags.add(move)
    if not TELLING.isdisjoint(scene.words):
        flags |= doubts_around(document.tokens, r, begin, scene.end, scene.words)
    if told.role:
        flags.add(told.role)
    if who.intercepted:
        flags.add("intercepted")
    if who.via:
        flags.add("repeated")
    if _HEARD.isdisjoint(scene.words):
        return frozenset(flags)
    near = document.tokens.low[max(begin, r.first - 12) : min(scene.end, r.last + 8)]
    if not _HEARSAY.isdisjoint(near):
        flags.add("unattributed" if not who.text else "hearsay")
    if not _BELIEF.isdisjoint(near):
        flags.add("believed")
    return frozenset(flags)


_YEAR = re.compile(r"(19|20)\d\d$|prev|last year$|year before")
_THEN = re.compile(rf"{_YEAR.pattern}|in (19|20)\d\d\b|last|a year|the year")
_LIMITING = LIMITS | MOST

_HEARSAY, _BELIEF = bag("reportedly allegedly purportedly"), bag("believed thought")

_HEARD = _HEARSAY | _BELIEF
