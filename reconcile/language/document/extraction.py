"""`Reader`: every numeric claim of a text, with what it is about; the stages put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import compress
from typing import Literal

from reconcile.language.document.attribution import Aliases, slug
from reconcile.language.document.brackets import NOTHING, Beside, beside_numbers, speaker_in
from reconcile.language.document.doubts import TELLING, doubts_around
from reconcile.language.document.events import EVENT_WORDS, Counted, places_around
from reconcile.language.document.footnotes import blank_marks
from reconcile.language.document.lists import told_of
from reconcile.language.document.matching import Match, Matcher, match_earlier, match_quantity
from reconcile.language.document.repeated_mentions import mark_repeats
from reconcile.language.document.sentences import Attribution, Document, Scene
from reconcile.language.document.time_ranges import Time
from reconcile.language.document.times import period_of
from reconcile.language.document.told_number import ToldNumber
from reconcile.language.document.unread import unread_numbers
from reconcile.language.phrase.convention import Convention, read_convention
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.phrases import phrase_of, read_phrases, read_tokens
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import BREAK, END, NUMBER, WORD, Tokens
from reconcile.values import Days, Mention, Mentions, Period, Quantity, Source

__all__ = ["Reader", "extract_mentions"]

_REACH, _NEAR, _EARLIER = 30, 60, 120
_GUESSED = ("quantity", "source", "period")


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
        plain, marks = blank_marks(text)
        tokens = read_tokens(plain, meanings)
        readings = read_phrases(tokens, meanings)
        unread = unread_numbers(tokens, readings, marks)
        found = [reading for reading in readings if not reading.trap]
        if not found:
            return Mentions((), unread)
        document = Document(tokens, self._aliases, day, [r.first for r in found])
        told = told_of(tokens, found, _edges(tokens, found), self._matcher.telling)
        beside = beside_numbers(tokens, found)
        mentions = [
            self._mention(document, item, meanings, words)
            for item, words in zip(told, beside, strict=True)
        ]
        mentions = [_in_bracket(m, mentions, b) for m, b in zip(mentions, beside, strict=True)]
        if len(mentions) > 1:
            mentions = mark_repeats(mentions, self._matcher, self._aliases.sources)
        return Mentions(tuple(mentions), unread)

    def _mention(
        self, document: Document, told: ToldNumber, meanings: Convention, beside: Beside
    ) -> Mention:
        t, r, noun, event = document.tokens, told.reading, told.noun, told.event
        index = document.index(r.first)
        scene = document.scene(index)
        match = self._match(document, told, index)
        who = (
            _unsaid(document, r, scene)
            or _heads(document, r, scene)
            or document.attribution(r.first)
        )
        additional = told.additional or _is_additional(t, r, noun)
        quantity = self._on_stock(match.quantity, additional)
        kind = self._matcher.kinds.get(quantity or "", "")
        period, period_guessed = _period(document, told, who, kind, additional)
        guessed = (match.guessed, who.guessed, period_guessed)
        return Mention(
            phrase=phrase_of(t, r, meanings.name),
            noun=noun.text,
            event=event,
            quantity=quantity,
            period=period,
            source=who.source,
            source_text=who.text,
            proposed_source=slug(who.text) or None if who.text and not who.source else None,
            via=who.via,
            scope="part" if told.part else _scope(t, told, scene),
            additional=additional,
            flags=_flags(document, told, who, scene),
            guesses=tuple(compress(_GUESSED, guessed)),
            context=t.slice(scene.begin, max(scene.end, scene.begin + 1)).strip(),
            said=who.said.days if who.said else None,
            label=beside.label,
        )

    def _match(self, document: Document, told: ToldNumber, index: int) -> Match:
        """The quantity by its synonyms; else, for a bare number, by the sentences before."""
        r, noun, event, places = told.reading, told.noun, told.event, told.places
        if not self._matcher.quantities or _is_span_of_time(document.tokens, r):
            return Match(None, False)
        scene = document.scene(index)
        begin = max(scene.begin, r.first - _NEAR)
        earlier = max(document.context_start(index), begin - _EARLIER)
        context = (begin, min(scene.end, r.last + _NEAR), earlier)
        match = match_quantity(document.tokens, self._matcher, r, noun, places, context)
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


def _edges(t: Tokens, readings: list[Reading]) -> list[tuple[int, int]]:
    """For each number the token behind the one before and the first of the one after it."""
    edges: list[tuple[int, int]] = []
    for k, r in enumerate(readings):
        begin, end = t.sentence(r.first)
        left = readings[k - 1].last if k else 0
        right = readings[k + 1].first if k + 1 < len(readings) else t.count
        right = min(end, right, r.last + _REACH)
        if "(" in t.text:
            right = _bracket_end(t, r.last, right)
        edges.append((max(begin, left, r.first - _REACH), right))
    return edges


def _bracket_end(t: Tokens, first: int, last: int) -> int:
    """Where the bracket closes that holds what stands before token `first`; else `last`."""
    for k in range(first, last):
        if t.low[k] == ")":
            return k
        if t.low[k] == "(":
            return last
    return last


def _unsaid(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "The army reported 200 dead, the government 80.": the verb is told once for both."""
    t = document.tokens
    ended = t.kind[r.last] in (BREAK, END) or t.low[r.last] in (".", ";", ",")
    if not scene.speeches or not ended or scene.speeches[-1].verb > r.first:
        return None
    end = r.first
    if t.low[end - 1] == "at" and t.low[scene.speeches[-1].verb] in ("put", "puts"):
        end -= 1  # "Rebels put the toll at 90; the army at 35."
    comma = end - 1
    while comma > scene.begin and r.first - comma <= 5 and t.low[comma] not in (",", ";"):
        if t.kind[comma] != WORD or t.low[comma] in EVENT_WORDS or t.low[comma] in _NO_NAMES:
            return None
        comma -= 1
    words = range(comma + 1, end)
    if t.low[comma] not in (",", ";") or not words or scene.speeches[-1].verb > comma:
        return None
    named = t.capital(words[-1]) or (t.low[words[0]] == "the" and len(words) > 1)
    if not named or any(time.first <= words[-1] < time.last for time in scene.times):
        return None
    found = document.aliases.find(t, words[0], end)
    return Attribution(found[0] if found else None, t.slice(words[0], end))


def _heads(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "The ministry: 12 dead.", "UN figures: 4,500": a speaker before the colon."""
    t = document.tokens
    named = _quoting(document, r, scene) or _closing_speaker(document, scene)
    if named is not None:
        return named
    colon = r.first - 1
    if colon <= scene.begin or t.low[colon] != ":":
        return None
    first = colon
    while first > scene.begin and colon - first < 6 and t.kind[first - 1] == WORD:
        first -= 1
    words = t.slice(first, colon) if first < colon else ""
    if not words or not _HEADINGS.isdisjoint(t.low[first:colon]):
        return None
    found = document.aliases.find(t, first, colon)
    speaker = speaker_in(words)
    if not speaker and t.low[colon - 1] in _PERSONS_SPEAKING and t.kind[r.last] == WORD:
        speaker = words  # "Doctors: 60 treated for tear gas", not "Doctors: 4, nurses: 12"
    if found is None:
        return Attribution(None, speaker) if speaker else None
    return Attribution(found[0], speaker or words)


def _quoting(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "Police chief Rana Iqbal: “We have 7 bodies.”": who is named before the quotation."""
    t = document.tokens
    if ":" not in scene.words or not document.is_quoted(r.first):
        return None
    for k in range(r.first - 1, scene.begin + 1, -1):
        if t.low[k] in _QUOTING and t.low[k - 1] == ":":
            last = k - 1
            named = last - scene.begin <= 8 and t.capital(last - 1) and t.kind[last - 1] == WORD
            if not named:
                return None
            found = document.aliases.find(t, scene.begin, last)
            return Attribution(found[0] if found else None, t.slice(scene.begin, last))
    return None


def _closing_speaker(document: Document, scene: Scene) -> Attribution | None:
    """The last words of a head line behind a dash: "12 killed in blast - police"."""
    t, end = document.tokens, scene.end
    while end > scene.begin and t.low[end - 1] in (".", "\n"):
        end -= 1
    for dash in range(end - 1, max(scene.begin, end - 7), -1):
        if t.low[dash] in ("-", "–", "—") and not t.glued(dash) and not t.glued(dash + 1):
            speaker = speaker_in(t.slice(dash + 1, end)) if dash + 1 < end else ""
            found = document.aliases.find(t, dash + 1, end) if speaker else None
            return Attribution(found[0] if found else None, speaker) if speaker else None
        if t.kind[dash] != WORD:
            return None
    return None


_PERSONS_SPEAKING = bag("""
    doctors medics lawyers villagers locals residents rescuers relatives campaigners charities
    paramedics firefighters neighbours neighbors monks organisers teachers miners scientists
""")
_QUOTING = frozenset('"“')
_HEADINGS = EVENT_WORDS.keys() - {"hospital"}
_NO_NAMES = bag("""
    and or but including with in at on of for to from by about up more than some was were is are
    total number toll figure rest other others
""")


# ---------------------------------------------------------------- what the words around add


def _in_bracket(m: Mention, mentions: Sequence[Mention], beside: Beside) -> Mention:
    """A number with what brackets say of it: a speaker, or that it is part of another number."""
    if beside is NOTHING:
        return m
    speaker = speaker_in(beside.label) if beside.speaks and not m.source_text else ""
    if speaker:
        proposed = None if m.source else slug(speaker) or None
        m = replace(m, source_text=speaker, proposed_source=proposed, label="")
    if beside.head is None or "earlier" in m.flags:
        return m
    whole = mentions[beside.head]
    if beside.plus:
        return replace(m, additional=True, event=m.event or whole.event)
    other = bool(m.event) and m.event != whole.event and not beside.included
    more = m.phrase.upper > whole.phrase.upper or m.phrase.unit != whole.phrase.unit
    if other or more:
        return m
    return replace(m, scope="part", event=m.event or whole.event)


_SPAN_BEFORE = bag("in within over during for after last past next every about just than only some")


def _is_span_of_time(t: Tokens, r: Reading) -> bool:
    """ "in one week", "for two years": how long something else took."""
    return is_time(r.unit) and t.low[r.first - 1] in _SPAN_BEFORE


def _is_additional(t: Tokens, r: Reading, noun: Counted) -> bool:
    """ "47 more", "3,000 additional troops", "another 2,000", "+14"; not "more than"."""
    if t.low[r.first - 1] == "+" and r.first and t.glued(r.first):
        return t.kind[r.first - 2] != NUMBER and t.low[r.first - 2] not in (")", "(")
    behind = t.low[r.last : max(r.last + 1, noun.last + 1)]
    if "more" in behind:
        return t.low[r.last + behind.index("more") + 1] != "than"
    return not _ADDED.isdisjoint(behind) or not _FURTHER.isdisjoint(
        t.low[max(0, r.first - 2) : r.first]
    )


_ADDED, _FURTHER = bag("additional extra"), bag("another additional further extra")
_SINGLE = bag("strike attack raid ambush explosion blast shelling battle clash bombing assault")
_MANY = bag("strikes attacks")
_OWN = bag("they we our")
_PARTIAL = _SINGLE | _OWN | bag("including among one by")


def _scope(t: Tokens, told: ToldNumber, scene: Scene) -> Literal["whole", "part"]:
    """Whether the number covers only some of what happened: one hospital, one strike, one unit."""
    r, noun = told.reading, told.noun
    if _PARTIAL.isdisjoint(scene.words):
        return "whole"
    begin = scene.begin
    before = t.low[max(begin, r.first - 12) : r.first]
    behind = t.low[r.last : min(t.count, noun.last + 14)]
    single = not _SINGLE.isdisjoint(before) and _MANY.isdisjoint(before) and bool(noun.text)
    part = (
        (single and told.event != "striking")
        or before[-1:] in (["including"], ["among"])
        or ("one" in behind and _is_one_of(behind))
        or ("by" in behind and _is_by_own(behind))
        or _is_own_kill(t.low[max(begin, r.first - 20) : r.first])
    )
    return "part" if part else "whole"


def _is_one_of(behind: list[str]) -> bool:
    """ "to one of the hospitals"."""
    k = behind.index("one")
    return behind[k + 1 : k + 2] == ["of"] and behind[k - 1] in ("to", "at", "in", "from", "by")


def _is_by_own(behind: list[str]) -> bool:
    """ "killed by our unit"."""
    k = behind.index("by")
    return behind[k + 1 : k + 2] in (["our"], ["my"], ["their"])


def _is_own_kill(before: list[str]) -> bool:
    """ "they had killed 50 and injured 47": a unit counts its own."""
    killed = [
        k
        for k in range(max(0, len(before) - 3), len(before))
        if EVENT_WORDS.get(before[k]) in ("killed", "wounded")
    ]
    if not killed:
        return False
    k = killed[-1]
    reach = 16 if before[k - 1] == "and" else 3
    return not _OWN.isdisjoint(before[max(0, k - reach) : k])


def _flags(document: Document, told: ToldNumber, who: Attribution, scene: Scene) -> frozenset[str]:
    r, begin = told.reading, scene.begin
    flags = document.doubts(r.first, intercepted=who.intercepted)
    if not TELLING.isdisjoint(scene.words):
        flags |= doubts_around(document.tokens, r, begin, scene.end)
    if told.role:
        flags.add(told.role)
    if who.intercepted:
        flags.add("intercepted")
    if who.via:
        flags.add("repeated")
    if _HEARD.isdisjoint(scene.words):
        return frozenset(flags)
    near = document.tokens.low[max(begin, r.first - 12) : r.last + 8]
    if not _HEARSAY.isdisjoint(near):
        flags.add("unattributed" if not who.text else "hearsay")
    if not _BELIEF.isdisjoint(near):
        flags.add("believed")
    return frozenset(flags)


_HEARSAY, _BELIEF = bag("reportedly allegedly purportedly"), bag("believed thought")
_HEARD = _HEARSAY | _BELIEF


# ---------------------------------------------------------------- when

_COMPARING = bag("from compared than against")
_LABELLING = bag(": – - ( =")
_TOTALS = bag("already total altogether bringing overall")
_ONE = timedelta(days=1)


def _period(
    document: Document, told: ToldNumber, who: Attribution, kind: str, additional: bool
) -> tuple[Period | None, bool]:
    """The time a number speaks of, and whether it was only inferred from when it was said."""
    r = told.reading
    if is_time(r.unit) and not kind:
        return None, False
    time = _nearest_time(document, r, who)
    reference, known = _reference(document, who)
    if time is not None:
        stock = kind in ("stock", "constant") and not additional
        bounded = _bounded(document, r, time)
        if bounded is not None and not stock:
            return bounded, False
        if told.total and time.kind in ("since", "to_date", "recent") and not stock:
            start = time.days if told.role == "earlier" and time.kind == "since" else reference
            return (None if start is None else Period.on(start)), False
        if told.total and time.days is not None and time.kind in ("day", "window", "by", "as_of"):
            return Period.on(time.days), False
        if document.is_quoted(r.first) and not known:
            time = _quoted(time)
        found = None if stock and time.kind != "day" else period_of(time, reference, stock=stock)
        if found is not None:
            return found, not known and time.kind in ("length", "recent")
    said = who.said.days if who.said else document.published
    if not (kind or told.total) or said is None or told.role == "earlier":
        return None, False
    return Period.on(said), True


def _bounded(document: Document, r: Reading, time: Time) -> Period | None:
    """ "as of February 2024 ... since 24 February 2022": both ends of one window."""
    if time.kind not in ("since", "by", "as_of"):
        return None
    times = document.scene(document.index(r.first)).times
    since = next((other.days for other in times if other.kind == "since"), None)
    until = next((other.days for other in times if other.kind in ("by", "as_of")), None)
    if since is None or until is None or since.first > until.last:
        return None
    return Period.during(Days(since.first, min(since.last, until.last)), until)


def _reference(document: Document, who: Attribution) -> tuple[Days | None, bool]:
    """The days on which it was said, and whether the text tells them."""
    if who.said is not None and who.said.days is not None:
        return who.said.days, True
    return document.published, False


def _quoted(time: Time) -> Time:
    """Inside a quotation "today" is a day before the report, or the day of it."""
    if time.days is None or time.kind != "day" or not time.days.exact:
        return time
    try:
        return time._replace(days=Days(time.days.first - _ONE, time.days.last))
    except OverflowError:
        return time


def _is_of_other(t: Tokens, time: Time) -> bool:
    """The Tuesday of "up from 8 on Tuesday, and 23 were in hospital" is that of the 8."""
    before = time.first - 2 if t.low[time.first - 1] in ("on", "in") else time.first - 1
    return before >= 0 and t.kind[before] == NUMBER


def _nearest_time(document: Document, r: Reading, who: Attribution) -> Time | None:
    """The time expression nearest to the number that does not date an act of saying."""
    index = document.index(r.first)
    scene = document.scene(index)
    dating = {s.said for s in scene.speeches if s.said is not None}
    if who.said is not None:
        dating.add(who.said)
    low = document.tokens.low
    best, best_distance = None, 40
    for time in scene.times:
        if time in dating or (time.first <= r.first < time.last):
            continue
        behind = time.first >= r.last
        distance = time.first - r.last if behind else 2 + r.first - time.last
        gap = low[time.last : r.first] if not behind else ["?", "?"]
        if len(gap) < 2 and _LABELLING.issuperset(gap):  # "Jan 159", "January: 31"
            distance = 0
        compared = behind and not _COMPARING.isdisjoint(low[r.last : time.first])
        if compared and any(n[:1].isdigit() for n in low[r.last : time.first]):
            continue  # "67 percent, up from 61 percent in 2018"
        if distance < 0 or (not behind and _TOTALS & set(low[time.last : r.first])):
            continue
        if not behind and gap[:1] == [","] and _is_of_other(document.tokens, time):
            continue
        if distance < best_distance:
            best, best_distance = time, distance
    return best
