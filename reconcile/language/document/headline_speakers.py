"""Speakers told without a verb: headings, quotations, the end of a head line."""

from __future__ import annotations

from reconcile.language.document.attribution import PUTTING
from reconcile.language.document.brackets import speaker_in
from reconcile.language.document.event_words import EVENT_WORDS, OF_PERSONS
from reconcile.language.document.sentences import Attribution, Document, Scene
from reconcile.language.document.times import TIME_WORDS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import BREAK, END, NUMBER, WORD


def unsaid_speaker(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "The army reported 200 dead, the government 80.": the verb is told once for both."""
    t = document.tokens
    ended = t.kind[r.last] in (BREAK, END) or t.low[r.last] in (".", ";", ",")
    if not scene.speeches or not ended or scene.speeches[-1].verb > r.first:
        return None
    end = r.first
    if t.low[end - 1] == "at" and t.low[scene.speeches[-1].verb] in PUTTING:
        end -= 1  # "Rebels put the toll at 90; the army at 35."
    if t.low[end - 1] == "of" and t.low[scene.speeches[-1].verb] in ("spoke", "speaks", "speak"):
        end -= 1
    elided = t.low[end - 1] == ","  # "Police counted 800; organisers, 2,000."
    end -= elided
    comma = end - 1
    while comma > scene.begin and r.first - comma <= 5 and t.low[comma] not in (",", ";"):
        if t.kind[comma] != WORD or t.low[comma] in EVENT_WORDS or t.low[comma] in _NO_NAMES:
            return None
        comma -= 1
    words = range(comma + 1, end)
    if elided and t.low[comma] != ";":
        return None
    if t.low[comma] not in (",", ";") or not words or scene.speeches[-1].verb > comma:
        return None
    plural = len(words) == 1 and t.low[words[0]].endswith("s")
    named = plural or t.capital(words[-1]) or (t.low[words[0]] in _OWNING and len(words) > 1)
    if not named or any(time.first <= words[-1] < time.last for time in scene.times):
        return None
    found = document.aliases.find(t, words[0], end)
    return Attribution(found[0] if found else None, t.slice(words[0], end))


def heading_speaker(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "The ministry: 12 dead.", "UN figures: 4,500": a speaker before the colon."""
    if _TELLING.isdisjoint(scene.words):
        return None
    t = document.tokens
    named = (
        _quoting(document, r, scene)
        or _closing_speaker(document, scene)
        or _owner(document, r, scene)
        or _counting(document, r, scene)
    )
    if named is not None:
        return named
    colon = _colon_before(document, r, scene)
    if colon <= scene.begin:
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


def _colon_before(document: Document, r: Reading, scene: Scene) -> int:
    """The colon right before a number, or before the list it is in: "Police: 3 dead, 8 hurt"."""
    low, k = document.tokens.low, r.first - 1
    if low[k] == ":" or scene.speeches:
        return k if low[k] == ":" else -1
    while k > max(scene.begin, r.first - _LONGEST_LIST) and low[k] not in (":", ";"):
        k -= 1
    listed = low[k] == ":" and document.tokens.kind[k + 1] == NUMBER
    return k if listed else -1


_LONGEST_LIST = 10  # tokens


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
    if _DASHES.isdisjoint(scene.words):
        return None
    t, end = document.tokens, scene.end
    while end > scene.begin and t.low[end - 1] in (".", "\n"):
        end -= 1
    for dash in range(end - 1, max(scene.begin, end - 7), -1):
        if t.low[dash] in _DASHES and not t.glued(dash) and not t.glued(dash + 1):
            speaker = speaker_in(t.slice(dash + 1, end)) if dash + 1 < end else ""
            found = document.aliases.find(t, dash + 1, end) if speaker else None
            return Attribution(found[0] if found else None, speaker) if speaker else None
        if t.kind[dash] != WORD:
            return None
    return None


def _counting(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "Marchers: police 45k, organisers 120k": bodies, each with a number of its own."""
    t = document.tokens
    if not _BEFALLING.isdisjoint(scene.words) or len(BODIES & scene.words) < 2:
        return None
    body = r.first - 1
    if t.low[body] not in BODIES or t.low[r.last] not in _NEXT_BODY:
        return None
    opened = t.low[body - 1] in _OPENING_BODY or body == scene.begin
    found = document.aliases.find(t, body, body + 1)
    return Attribution(found[0] if found else None, t.word(body)) if opened else None


BODIES = bag("""
    council police organisers organizers union unions government opposition ministry city mayor
    authorities
    officials media activists hospital hospitals doctors rebels army
""")
"""Bodies that speak where another one does beside them."""
_NEXT_BODY = frozenset({",", ";", "/", "|", ".", "\n", "", ")"})
_OPENING_BODY = frozenset({":", ",", ";", "/", "|", "-", "–", "—", "(", "\n"})
# What happens to persons may have happened to the bodies: "Injured: police 12, protesters 30".
_BEFALLING = frozenset(word for word, event in EVENT_WORDS.items() if event in OF_PERSONS)


def _owner(document: Document, r: Reading, scene: Scene) -> Attribution | None:
    """ "The agency's estimate is 450; the union's, 61": whose figure it is."""
    t = document.tokens
    k = r.first - 1
    if _FIGURES.isdisjoint(scene.words):
        return None
    while k > scene.begin and (t.low[k] in _BEING or t.low[k] == ","):
        k -= 1
    if k == r.first - 1 and t.low[scene.begin] != "by":
        return None  # else "By the union's count 3,000 marched"
    if t.low[k] in _FIGURES:
        k -= 1
        while k > scene.begin and t.low[k] in _OF_FIGURES:
            k -= 1
    if (
        t.low[k] in TIME_WORDS
        or not t.low[k].endswith(("'s", "’s", "s'", "s’"))
        or any(speech.verb < r.first for speech in scene.speeches)
    ):
        return None
    first = k
    while first > scene.begin and k - first < 6 and t.kind[first - 1] == WORD:
        if t.low[first - 1] in _NO_NAMES:
            break
        first -= 1
    words = t.slice(first, k + 1).rstrip("'’").removesuffix("'s").removesuffix("’s")
    found = document.aliases.find(t, first, k + 1)
    return Attribution(found[0] if found else None, words)


_DASHES = frozenset({"-", "–", "—"})
_BEING = bag("is was were are at stands stood now still remains remained put about of around")
_FIGURES = bag("estimate figure count tally reckoning")
_TELLING = BODIES | _DASHES | _FIGURES | {":"}
_OF_FIGURES = bag("own latest last first official new current final initial")

_PERSONS_SPEAKING = bag("""
    doctors medics lawyers villagers locals residents rescuers relatives campaigners charities
    paramedics firefighters neighbours neighbors monks organisers teachers miners scientists
""")

_OWNING = bag("the his her its their")
_QUOTING = frozenset('"“')

_HEADINGS = EVENT_WORDS.keys() - {"hospital"}

_NO_NAMES = bag("""
    and or but including with in at on of for to from by about up more than some was were is are
    total number toll figure rest other others
""")
