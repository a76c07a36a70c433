"""Stage 8: who says so: speakers, the outlets that carry them, and when it was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reconcile.language.document.aliases import ARTICLES, Aliases
from reconcile.language.document.time_ranges import Time
from reconcile.language.document.times import TIME_WORDS
from reconcile.language.phrase.names import NAMING
from reconcile.language.phrase.number_words import SMALL, bag
from reconcile.language.phrase.tokens import END, MARK, NUMBER, WORD, Tokens

_VERBS = bag("""
    said says say saying told tells tell telling reported announced announces announcing added
    adds adding wrote writes stated states stating estimated confirmed confirms confirming
    revealed reveals disclosed acknowledged admitted admits declared declares insisted insists
    argued suggested suggest suggests suggesting noted notes explained explains assessed
    assesses believes believe warned warns testified asserted asserts alleged alleges allege posted
    tweeted indicated indicates claimed claiming concluded concludes cited counted recounted
    published quoted asked projected projects forecast forecasts predicted predicts recorded
    speaks spoke speak spoken talks talked reckon reckons reckoned maintains maintained contends
    contended insist recalled recalls remembered reiterated documented tallied registered logged
""")

# These are verbs only where something that can be said follows.
_SAID_NEXT = (
    bag("""
    that the it at more about some up over only nearly around dozens hundreds thousands almost
    fewer less just no none
""")
    | SMALL.keys()
)

_NOUN_VERBS = bag(
    "reports claims estimates estimate puts put report claim count counts list lists show shows"
)

_PLURAL_VERBS = bag("report claim count list show estimate")
_HAVING = bag("had has have")  # "local radio had it at 15"
PUTTING = _HAVING | {"put", "puts"}
"""Verbs behind which "at" is said before the number."""
_MANY_SPEAKING = bag("police they we who people and media")

SPEECH_WORDS = (
    _VERBS | _NOUN_VERBS | {"according", "citing", "quoting", "per", "by", "words"} | _HAVING
)

_SKIPPED = bag("""
    also first later earlier previously now meanwhile still separately reportedly recently initially
    then has had have however repeatedly publicly originally further only just already officially
    again once , was is
""")

_BOUNDARIES = bag("""
    that which who whom but while as because after although with if when where whereas though since
    until before than is are was were be been has have had will would could can may might
    ; : — – " “ ” ? ! . \n
""")

_PRONOUNS = bag("he she they it i we")

_QUOTES = frozenset('"“”')

_LONGEST_NAME, _LONG_NAME = 24, 9


class Speech(NamedTuple):
    """One act of saying: its tokens, the speaker's words and ledger id, who carries it, and when.

    `kind`: "says", "according" (according to, per), "citing" or "carried" (as reported by).
    `guessed` tells that the speaker was found through a pronoun or a short name.
    """

    verb: int
    first: int
    last: int
    kind: str
    text: str
    source: str | None
    via: tuple[str, ...] = ()
    said: Time | None = None
    guessed: bool = False
    pronoun: str = ""


# ---------------------------------------------------------------- acts of saying


def speeches_in(
    t: Tokens, begin: int, end: int, aliases: Aliases, times: Sequence[Time]
) -> list[Speech]:
    """The acts of saying in one sentence, in order."""
    places = [k for k in range(begin, end) if t.low[k] in SPEECH_WORDS]
    speeches = (_speech_at(t, k, begin, end, aliases, times) for k in places)
    return [speech for speech in speeches if speech is not None]


def _speech_at(
    t: Tokens, k: int, begin: int, end: int, aliases: Aliases, times: Sequence[Time]
) -> Speech | None:
    word = t.low[k]
    if word == "according":
        return _behind(t, k, k + 2, end, "according", aliases) if t.low[k + 1] == "to" else None
    if word in ("citing", "quoting"):
        return _behind(t, k, k + 1, end, "citing", aliases)
    if word == "per":
        named = t.capital(k + 1) or t.low[k + 1] == "the"
        return _behind(t, k, k + 1, end, "according", aliases) if named else None
    if word == "words":  # "in the words of the mayor"
        own = t.low[k - 2 : k] == ["in", "the"] and t.low[k + 1] == "of"
        return _behind(t, k, k + 2, end, "according", aliases) if own else None
    if word == "by":
        carried = t.low[k - 1] in ("reported", "cited", "quoted", "published", "carried")
        return _behind(t, k, k + 1, end, "carried", aliases) if carried else None
    if not _is_verb(t, k, begin):
        return None
    return _says(t, k, begin, end, aliases, times)


def _is_verb(t: Tokens, k: int, begin: int) -> bool:
    word, before, after = t.low[k], t.low[k - 1], t.low[k + 1]
    if word in _PARTICIPLES and before == ",":
        return False  # "..., saying 39 died": the speaker is the subject of the sentence
    if before == "(" and after == ")":
        return False
    if after == "by" or before in ("be", "been", "being", "not"):
        return False
    if word in _HAVING:
        return t.low[k + 1 : k + 3] == ["it", "at"] and t.kind[k + 3] != MARK
    if word in ("puts", "put"):
        return "at" in t.low[k + 2 : k + 9] and k > begin and before not in ("was", "were", "to")
    if word == "asked" and after == "for":
        return False
    if word in ("speaks", "spoke", "speak", "spoken", "talks", "talked"):
        return after == "of"
    if word in ("show", "shows"):
        return before in _SHOWING or before in ("by", "from")
    if word == "counts" and t.kind[k + 1] == NUMBER and t.capital(k - 1):
        # "the UNHCR counts 41,000"; "Equateur counts 8,212 cases": it has them
        return len(t.low[k - 1]) > 1 and t.word(k - 1).isupper()
    if word in ("admitted", "admits") and t.kind[k + 1] == NUMBER:
        patients = "patients" in t.low[k + 2 : k + 5] or before in ("had", "has", "have")
        if patients:
            return False
    if word in _PLURAL_VERBS and before.endswith(("'s", "’s")):
        return False  # "by the union's count 3,000 marched"
    if word in _PLURAL_VERBS and not (before.endswith("s") or before in _MANY_SPEAKING):
        counts = t.kind[k + 1] == NUMBER and t.kind[k + 2] == WORD
        body = t.capital(k - 1) and not t.capital(k) and before not in ARTICLES
        # "Red Cross report 30 dead" and no "Elephant count 1,860 in May"
        return body and counts and t.low[k + 2] not in _BOUNDARIES
    if word in _CLOSING and (after == "." or t.kind[k + 1] == END):
        return _is_clause_end(t, k, begin)  # "..., the central bank estimates."
    if word in _NOUN_VERBS:
        said = after in _SAID_NEXT or t.kind[k + 1] == NUMBER
        return said and before not in ("a", "the", "no", "some", "these", "those", "two", "three")
    if word == "recorded" and before in ("a", "an", "the", "was", "were", "been"):
        return False
    if word in ("claimed", "claims", "claim") and "lives" in t.low[k + 1 : k + 6]:
        return False  # "the storm claimed 12 lives"
    if word in _PASSIVE and before in (
        "a",
        "an",
        "the",
        "as",
        "is",
        "are",
        "was",
        "were",
        "of",
        "at",
    ):
        return False
    if word in ("said", "reckoned") and after == "to" and before in _TO_BE:
        return False  # "a second slide is said to have buried 30"
    return k > begin or t.kind[k + 1] == WORD


_CLOSING = bag("estimates estimate reports report")


def _is_clause_end(t: Tokens, k: int, begin: int) -> bool:
    """Whether a comma and a subject stand before token `k`: "the bank", "insurers"."""
    comma = next((j for j in range(k - 1, max(begin, k - 7), -1) if t.low[j] == ","), k)
    plural = k - comma == 2 and t.low[k - 1].endswith("s")
    return plural or (k - comma > 2 and t.low[comma + 1] in ARTICLES)


_SHOWING = bag("""
    figures data records statistics numbers documents files images footage survey poll tally report
    study model models count counts estimates registers logs
""")

_PASSIVE = bag("""
    reported suggested estimated alleged claimed counted cited documented tallied registered logged
""")

_TO_BE = bag("is are was were")


def _behind(t: Tokens, k: int, first: int, end: int, kind: str, aliases: Aliases) -> Speech | None:
    """The speaker named behind "according to", "citing", "as reported by"."""
    last = first
    while last < min(end, first + _LONGEST_NAME) and not _ends_name(t, last):
        if t.kind[last] == NUMBER and t.low[last - 1] not in _NUMBERED and last > first:
            break  # "according to the ministry 57 died", "according to Channel 13"
        if t.low[last] in ARTICLES and last > first and t.low[last - 1] not in _BEFORE_ARTICLE:
            break  # "according to the ministry the toll is 57"
        last += 1
    if last == first:
        return None
    if t.low[last - 1] == ")" and "(" not in t.low[first:last]:
        last -= 1
    found = aliases.find(t, first, last)
    text = t.slice(first, last)
    opening = k - 2 if kind == "carried" and t.low[k - 2] == "as" else k
    return Speech(k, opening, last, kind, text, found[0] if found else None)


_BEFORE_ARTICLE = bag("of for in at with from to by and or near ' ’")
_NUMBERED = NAMING | ARTICLES | {"of"}


def _ends_name(t: Tokens, k: int) -> bool:
    word = t.low[k]
    if word == "who" and t.word(k) == "WHO":
        return False
    if word in (",", "and"):
        return not (word == "and" and t.kind[k + 1] == WORD and t.capital(k + 1))
    if word == "." and t.low[k - 1] in _TITLES and t.capital(k + 1):
        return False
    return (
        word in _BOUNDARIES
        or word in ("on", "analyzing", "analysing", "in")
        or (t.kind[k] == MARK and word not in ("-", "(", ")", "'", "’", "&", "."))
    )


_TITLES = bag("""
    dr mr mrs ms prof gen maj lt col capt sgt cpl cmdr adm brig rev hon gov sen rep pres st atty
    engr insp supt dir
""")


def _says(
    t: Tokens, k: int, begin: int, end: int, aliases: Aliases, times: Sequence[Time]
) -> Speech | None:
    last, said = _subject_end(t, k, begin, times)
    first = _subject_start(t, last, begin, times)
    if t.low[k - 1] == "," and _is_inverted(t, k, begin, end):
        first, last, said = k, k, None
    joined = ("who",) if last > first else ("that", "which", "who")
    if t.low[first - 1] in joined and first - 1 > begin:  # "a driver who saw it said"
        last = first - 1
        first = _subject_start(t, last, begin, times)
    aged = last - first == 1 and t.kind[first] == NUMBER and t.low[first - 1] == t.low[last] == ","
    relative = first - 1 if aged and first > begin else _relative_clause(t, k, begin)
    if relative:  # "Tom Hall, 52, said"
        last = relative
        first = _subject_start(t, last, begin, times)
    if last <= first:
        first, last = _inverted(t, k, begin, end)
    if last <= first or t.low[first] in _NOBODY or _holds_count(t, first, last):
        return None
    name = _before_apposition(t, first, last, begin, times)
    said = said or _said_behind(t, k, end, times) or _said_before(t, first, begin, times)
    pronoun = t.low[first] if last - first == 1 and t.low[first] in _PRONOUNS else ""
    if t.low[first] in ("our", "my"):
        pronoun = "we"  # "our teams have counted": inside a quotation
    found = None if pronoun else aliases.find(t, first, last)
    text = "" if pronoun else t.slice(first, last)
    if name is not None and found is None:
        first, last = name
        found, text = aliases.find(t, first, last), t.slice(first, last)
    if found is not None and last - first > _LONG_NAME:
        text = t.slice(found[1], found[2])
    via = _told(t, k, end, aliases)
    source = found[0] if found else None
    return Speech(
        k, min(first, k), max(last, k + 1), "says", text, source, via, said, False, pronoun
    )


def _subject_end(t: Tokens, k: int, begin: int, times: Sequence[Time]) -> tuple[int, Time | None]:
    """Back over adverbs and times between the speaker and the verb ("the GUR this week said")."""
    said: Time | None = None
    j = k
    while j > begin:
        time = next((time for time in times if time.last == j), None)
        if time is not None:
            said, j = time, time.first
            if t.low[j - 1] in ("in", "on", "late", "early") and j - 1 > begin:
                j -= 1
        elif t.low[j - 1] in _SKIPPED:
            j -= 1 + (t.low[j - 2 : j] == ["at", "first"])
        else:
            break
    return j, said


def said_at_first(t: Tokens, s: Speech, token: int) -> bool:
    """Whether a number is what was said before what is said now: "had first spoken of 12"."""
    if s.kind != "says" or s.verb > token or not _NOW.isdisjoint(t.low[s.verb : token]):
        return False
    before = t.low[max(t.sentence(s.verb)[0], s.verb - 4) : s.verb]
    return _opens_account(t, s.first) or not _AT_FIRST.isdisjoint(before)


_NOW = bag("now later then but")
_AT_FIRST = bag("first initially originally previously earlier formerly")
_GIVEN = bag("given put set")
_EARLY = bag("early earlier first initial previous preliminary")
_OPENING = _AT_FIRST | _EARLY
_ACCOUNTS = bag("""
    reports report accounts account figures figure estimates estimate counts count statement tally
    statements toll
""")


def told_at_first(t: Tokens, first: int, words: frozenset[str]) -> bool:
    """ "who had first said nine", "a first count of 12": words right before a number."""
    if _OPENING.isdisjoint(words):
        return False
    begin = max(t.sentence(first)[0], first - 5)
    return any(
        (t.low[k] in _AT_FIRST and (t.low[k + 1] in SPEECH_WORDS or t.low[k + 1] in _GIVEN))
        or (t.low[k] == "then" and t.low[k + 1] in ("as", "at"))  # "given as 90, then as 74"
        or _is_account(t, k)
        for k in range(begin, first - 1)
    )


def _opens_account(t: Tokens, first: int) -> bool:
    return _is_account(t, first) or (t.low[first] in ARTICLES and _is_account(t, first + 1))


def _is_account(t: Tokens, k: int) -> bool:
    return t.low[k] in _EARLY and t.low[k + 1] in _ACCOUNTS


def _relative_clause(t: Tokens, k: int, begin: int) -> int:
    """The comma that opens "the Red Cross, which runs three boats, said" before a verb; or 0."""
    if t.low[k - 1] != ",":
        return 0
    for back in range(k - 2, max(begin + 1, k - _LONGEST_NAME), -1):
        if t.low[back] == ",":
            return 0
        if t.low[back] in _RELATIVE and t.low[back - 1] == ",":
            return back - 1
    return 0


_RELATIVE = bag("which who where whose whom")

_PARTICIPLES = bag("saying adding suggesting claiming")

_NOBODY = bag("no nobody none neither nothing not")


def _holds_count(t: Tokens, first: int, last: int) -> bool:
    """ "62 percent of the votes counted", "in Easton 14 districts reported": no speaker."""
    numbers = [k for k in range(first, last) if t.kind[k] == NUMBER]
    if not numbers:
        return False
    opened = t.low[first] in ("in", "with", "on", "at", "for", "by", "as", "bringing", "taking")
    return opened or any(
        t.low[k - 1] != "of" and not (t.capital(k - 1) and k > first) for k in numbers
    )


def _is_inverted(t: Tokens, k: int, begin: int, end: int) -> bool:
    """ "..., said the coast guard.": the speaker closes the sentence."""
    if t.low[k] in PUTTING:
        return False  # "Free Bench, a group, put the toll at"
    if t.low[k] in ("told", "tells"):
        return False  # "a miner, told the Herald."
    first, last = _inverted(t, k, begin, end)
    if last > first and t.low[last] == "," and t.low[first] not in ARTICLES:
        return True
    return last > first and (t.low[last] in (".", ";", "\n", '"', "”") or t.kind[last] == END)


def _before_apposition(
    t: Tokens, first: int, last: int, begin: int, times: Sequence[Time]
) -> tuple[int, int] | None:
    """The name in "Red Hand, a relief group, said", where the words up to `last` explain it."""
    if t.low[last] != "," or t.low[first - 1] != "," or first - 1 <= begin:
        return None
    end = first - 1
    if t.kind[end - 1] == NUMBER and t.low[end - 2] == ",":  # "Lena Ott, 44, head of ..."
        end -= 2
    start = _subject_start(t, end, begin, times)
    named = end > start and end - start <= 8 and t.capital(end - 1)
    return (start, end) if named and t.low[end - 1] not in TIME_WORDS else None


def _subject_start(t: Tokens, last: int, begin: int, times: Sequence[Time]) -> int:
    j = last
    while j > begin and last - j < _LONGEST_NAME:
        if any(time.last == j for time in times):
            break
        word = t.low[j - 1]
        if word in ("said", "says", "added") and j < last and not t.capital(j - 1):
            break  # "Dr Mbuyi said she warned"
        named = word == "who" and t.word(j - 1) == "WHO"
        named = named or (word == "." and t.low[j - 2] in _TITLES and j < last)
        if (word in _BOUNDARIES and not named) or (
            word == "," and not _is_apposition(t, j - 1, begin)
        ):
            break
        j -= 1
    while j < last and t.low[j] in ("and", "but", ",", "so"):
        j += 1
    return j


def _is_apposition(t: Tokens, comma: int, begin: int) -> bool:
    return False if comma <= begin else t.low[comma + 1] in ("jr", "sr", "jr.", "sr.")


def _inverted(t: Tokens, k: int, begin: int, end: int) -> tuple[int, int]:
    """The speaker behind the verb: '..., said Kirby'."""
    first = k + 1
    quoted = k > begin and (t.low[k - 1] in _QUOTES or t.low[k - 1] in (",", "?", "!"))
    named = t.capital(first) or t.low[first] in ARTICLES
    if quoted and not named and t.low[k - 1] not in ("?", "!") and t.low[k] in _HEADLINE:
        return first, _bare_speaker(t, first, end)
    if not (quoted and named):
        return first, first
    last = first
    while last < min(end, first + _LONGEST_NAME) and not _ends_name(t, last):
        last += 1
    return first, last


_HEADLINE = bag("say says said")


def _bare_speaker(t: Tokens, first: int, end: int) -> int:
    """The end of a speaker without article: "12 dead, says mayor", "said elder Ahmed Noor."."""
    last = first
    while last < end and last - first < 8 and t.kind[last] == WORD and not _ends_name(t, last):
        last += 1
    closed = last == end or t.low[last] in (";", ".", "\n", ",") or t.kind[last] == END
    return last if closed and t.low[first] not in _PRONOUNS else first


def _said_behind(t: Tokens, k: int, end: int, times: Sequence[Time]) -> Time | None:
    """ "said Tuesday", "claimed on November 20", "told reporters on Friday", "revealed in May"."""
    for time in times:
        gap = t.low[k + 1 : time.first] if time.first > k else ["?"] * 9
        if len(gap) <= 3 and time.kind in ("day", "window", "to_date") and time.last <= end:
            words = [word for word in gap if word not in ("on", "in", "late", "early", "a")]
            if not words or (len(words) == 1 and words[0] in ("reporters", "journalists")):
                return time
    return None


def _said_before(t: Tokens, first: int, begin: int, times: Sequence[Time]) -> Time | None:
    """ "On Wednesday, John Kirby told ...": a day at the beginning, before the speaker."""
    for time in times:
        at_start = time.first - begin <= 1 and time.kind == "day"
        if (
            at_start
            and first - time.last <= 2
            and t.low[time.last] in (",", *ARTICLES, t.low[first])
        ):
            return time
    return None


def _told(t: Tokens, k: int, end: int, aliases: Aliases) -> tuple[str, ...]:
    """The outlet that was told: "told the Associated Press that"."""
    if t.low[k] not in ("told", "tells", "telling"):
        return ()
    last = k + 1
    while last < min(end, k + 10) and t.low[last] not in ("that", ",", "on", "in", "."):
        last += 1
    found = aliases.find(t, k + 1, last)
    if found is not None:
        return (found[0],)
    named = t.capital(k + 1) or (t.low[k + 1] == "the" and t.capital(k + 2))
    text = t.slice(k + 1, last) if last > k + 1 else ""
    return (text,) if named and len(text) < 60 else ()
