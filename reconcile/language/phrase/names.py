"""Numbers that are part of a name: "Channel 13", "Resolution 1701", "F-16", "Group of Seven"."""

from __future__ import annotations

from reconcile.language.phrase.number_words import SMALL, SUFFIXES, bag
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.units import CURRENCY_WORDS_BEFORE, UNITS, currency_before

# Words that a number in words only orders: "phase two", "day one".
NUMBERED = bag("""
    phase stage day chapter part round step tier volume episode season scene verse type category
    level version war
""")

DASHES = bag("- ‐ ‑ – −")
# Words that make a name of the number behind them.
# Words that, with a capital, make a name of the number behind them whatever follows it ...
_NAMED_ALWAYS = bag("""
    resolution flight route highway interstate formula apollo boeing airbus tupolev antonov sukhoi
    fortune windows android ios iphone ipad galaxy no nos playstation xbox pixel kindle
""")
# ... and those that do unless a plural behind it is what it counts.
_NAMED = bag("""
    channel article articles section sections chapter room page pages figure fig table number
    flat numbers unit wk ew phase level category type version line district gate terminal model
    grade
    apartment apt suite pier dock exit lane track platform block hill area zone stage round game
    week day verse act scene part volume vol episode season title rule regulation directive
    amendment paragraph clause annex appendix protocol law decree order radio bbc cnn itv fox abc
    nbc espn bus tram squadron battalion brigade division regiment company battery fleet group army
    corps camp base school hospital building house tower reactor step item point question exercise
    lesson test seed court bundesliga ligue serie super euro expo agenda vision operation mission
    ranked psalm catch studio stalag ward pod mig checkpoint outpost post position point sector
    precinct bunker warehouse silo tunnel shaft patient barracks wave convoy bn bde strongpoint
    platoon troop pc constable const badge update sitrep bulletin alert
    typhoon hurricane cyclone station stations local engine ladder booth cell lot plot berth ferry
    trawler tanker vessel boat compartment coach bay class form km mile milepost brgy barangay purok
    sitio blk bldg rm regt sqn ch hwy rte note
""")
_NAMED_LOWER = bag("""
    channel resolution article section chapter flight route highway room page figure table no number
    phase level category type version district gate terminal model grade version paragraph clause
    annex appendix protocol platform ranked episode verse volume station note footnote
    km mile milepost kilometre kilometer junction wk ew cat mag
""")
_INDICES = bag("ftse nasdaq nikkei dax cac stoxx hang russell p500 dow s&p p")
# What identifies a person or thing: "ID 3321-8890", "Case No 114/2023", "reg KBC 123".
_IDENTIFYING = bag("""
    id ids ref reference account acct licence license plate serial passport docket pin visa permit
    registration invoice case ticket policy badge code
""")
_NUMBERED_ROWS = bag("""
    lines pages rows columns chapters paragraphs sections articles verses footnotes notes tables
    figures slides clauses exits junctions platforms rounds episodes
""")
NAMING = (
    _NAMED
    | _IDENTIFYING
    | _NAMED_ALWAYS
    | _NAMED_LOWER
    | _INDICES
    | bag("top group gang committee society")
    | _NUMBERED_ROWS
)
"""The words before a number that can make a name of it."""

COUNT_NOUNS = bag("""
    people soldiers troops men women children civilians fighters personnel servicemen homes houses
    families refugees migrants protesters workers jobs victims prisoners deaths casualties dead
    killed wounded injured officers tanks vehicles drones missiles rockets shells barrels tons
    tonnes dollars euros pounds rubles kilometers kilometres miles meters metres feet acres hectares
    students patients cases voters votes seats beds buildings residents others militants insurgents
    recruits volunteers conscripts marines sailors police policemen inmates hostages participants
    employees passengers doses copies units times hours days members
""")


def is_capital_name(t: Tokens, i: int) -> bool:
    """ "Group of Seven", "Channel Four", "World War Two", "Air Force One", not a headline."""
    if i == 0 or t.glued(i) or (t.kind[i + 1] == WORD and t.capital(i + 1)):
        return False
    back = i - 2 if t.low[i - 1] == "of" else i - 1
    return back >= 0 and t.kind[back] == WORD and t.capital(back) and _inside(t, i, back)


def _inside(t: Tokens, i: int, back: int) -> bool:
    """A capital that begins a sentence names nothing, unless it is a naming word; nor do those of
    a headline in capitals."""
    first = t.sentence(i)[0]
    return t.low[back] in _NAMED or (back > first and not _is_headline(t, i))


def _is_headline(t: Tokens, i: int) -> bool:
    """Whether the words around `i` are all written with capitals."""
    begin, end = t.sentence(i)
    near = range(max(begin, i - 12), min(end, i + 12))
    long_words = [k for k in near if t.kind[k] == WORD and len(t.low[k]) > 3 and k != i]
    return len(long_words) > 1 and all(t.capital(k) for k in long_words)


def after_letters(t: Tokens, i: int) -> int:
    """ "F-16", "COVID-19", "G7", "MH17": digits glued to letters before them."""
    back = i - 1
    if not t.glued(i):
        return 0
    if t.kind[back] == WORD:
        return _chain_end(t, i) if currency_before(t, i) is None else 0  # "A320-200"
    if t.low[back] == "." and (
        t.low[back - 1] in _SHORTENED or t.low[back - 1] in CURRENCY_WORDS_BEFORE
    ):
        return 0
    if t.low[back] in ("#", "@", "_", "/") or (t.low[back] == "." and t.kind[back - 1] == WORD):
        decimal = t.low[back] == "." and not t.glued(back)
        return 0 if decimal or (t.low[back] == "/" and t.kind[back - 1] == NUMBER) else i + 1
    if t.low[back] in DASHES and t.glued(back) and t.kind[back - 1] == WORD:
        measured = t.kind[back - 2] == NUMBER and t.glued(back - 1)  # "5k-20k", "3km-5km"
        return 0 if measured and _is_measure(t.low[back - 1]) else _hyphenated_name(t, i)
    return 0


_SHORTENED = bag("c ca approx est")


def _is_measure(word: str) -> bool:
    return word in SUFFIXES or word in UNITS


def _hyphenated_name(t: Tokens, i: int) -> int:
    prefix = t.low[i - 2]
    if prefix in ("sub", "mid", "some", "about", "over", "under", "nearly", "plus"):
        bracket = prefix in ("over", "under") and t.low[i + 1] == "s"
        return i + 2 if bracket else 0
    if prefix in SMALL or prefix in ("to", "and", "or", "than") or t.low[i - 1] in ("–",):
        return 0
    return i + 1


_AIRLINERS = bag("707 717 727 737 747 757 767 777 787")
_AIRCRAFT = bag(
    "max dreamliner jumbo jet jets plane planes aircraft airliner airliners crashes crash"
)


def named(t: Tokens, i: int) -> int:
    """ "Channel 13", "Resolution 1701", "No. 10", "Group of 20"."""
    if "," in t.low[i] or t.glued(i):
        return 0
    if t.low[i] in _AIRLINERS and (t.low[i + 1] in _AIRCRAFT or t.low[i - 1] == "boeing's"):
        return i + 1
    if _is_address(t, i):
        return i + 1
    back = i - 1
    if t.low[back] == "." and t.low[back - 1] in _SHORT_NAMING:
        back -= 1
    if t.low[back] in ('"', "“", "'", "(") or t.kind[back] != WORD:
        return 0
    if t.low[back] == "of":
        return _group_of(t, i, back - 1)
    written, word = t.word(back), t.low[back]
    capital = written != word
    if capital and word in _PLACE_WORDS and t.capital(back - 1) and t.low[i + 1] != "-":
        return 0  # "in Linden Bay 310 birds", "Hill District 207"
    if capital and written[1:] != written[1:].lower() and not written.isupper():
        return i + 1 if _is_product(t, i, written) else 0
    if word == "no" and ("." in t.low[i] or "yes" in t.low[max(0, i - 8) : i]):
        return 0  # "Yes 54.1 / No 45.9"
    if word == "number" and (t.low[back - 1] in _NUMBERING or t.low[back - 1].endswith("s")):
        return 0  # "the dead number 17"
    if word in _NUMBERED_ROWS and t.low[i + 1] in _RANGE_LINKS and t.kind[i + 2] == NUMBER:
        return 0 if _counts_soon(t, i + 2) else i + 3  # "lines 3-5", "pages 12 to 14 of"
    if word in ("number", "numbers") and (len(t.low[i]) > 2 or t.low[i + 1] in _RANGE_LINKS):
        return 0
    if word in _NAMED_LOWER and not capital and not _closes_name(t, i):
        return 0
    if _identifies(t, i, back):
        return _chain_end(t, i)
    if word in _INDICES or (word in _NAMED_ALWAYS and (capital or word in _NAMED_LOWER)):
        return _chain_end(t, i)  # "Boeing 737-800"
    if word in _NAMED_LOWER and not capital:
        return 0 if _counts_next(t, i) else i + 1
    if word in _NAMED and not capital and t.low[back - 1] in _INSIDE and _closes_name(t, i):
        return i + 1  # "in ward 9, 4 infants"
    if word in _NAMED and capital:
        return 0 if _counts_soon(t, i) else i + 1
    if capital and (_is_model_name(t, i, back) or _is_station(t, i, back)):
        return i + 1
    if word in _AIRLINES and written.isupper() and t.low[i + 1] in _VERBS_OF_NAMES:
        return i + 1
    led = t.low[back - 1] in _DETERMINERS or back == t.sentence(i)[0]
    return i + 1 if word == "top" and led else 0


_NUMBERING = bag("dead wounded missing injured")
_PLACE_WORDS = bag("bay district hill island lane gate area tower")
_SHORT_NAMING = bag("""
    cat mag no nos art fig sec pt vol brgy blk bldg rm ch regt sqn hwy rte cl para reg ref
""")


def _is_address(t: Tokens, i: int) -> bool:
    """ "14 Rizal St.", "221 Old Baker Street", and no "12 Wall Street bankers"."""
    k = i + 1
    while k < i + 4 and t.kind[k] == WORD and t.capital(k) and t.low[k] not in STREETS:
        k += 1
    if k == i + 1 or t.low[k] not in STREETS or not t.capital(k) or not t.low[i].isdecimal():
        return False
    after = k + 2 if t.low[k + 1] == "." else k + 1
    return not t.low[after].endswith("s") or t.low[after] in _SINGULAR_VERBS


STREETS = bag("street st road rd avenue ave lane drive boulevard blvd terrace crescent marg salai")
"""The last word of an address behind the number of a house."""


def _counts_soon(t: Tokens, i: int) -> bool:
    """Whether a counted noun follows the digits at `i` before a verb or another number."""
    for k in range(i + 1, i + 4):
        word = t.low[k]
        if t.kind[k] != WORD or word in _VERBS_OF_NAMES:
            return False
        if word in COUNT_NOUNS:
            return not (word in _LOSS_VERBS and (t.kind[k + 1] == NUMBER or t.low[k + 1] in SMALL))
    return False


_LOSS_VERBS = bag("killed wounded injured")
_VERBS_OF_NAMES = bag("""
    lost had has have was were is are reported said says held holds took hit hits captured seized
    fired destroyed attacked fought began crashed suffered saw sent left arrived with and when
""")


def _is_product(t: Tokens, i: int, written: str) -> bool:
    """ "watchOS 10", "iPhone 15", "PlayStation 5": a capital inside the word before the digits."""
    small = t.low[i].replace(".", "").isdecimal() and len(t.low[i]) <= 4
    inside = written[0].islower() or written.lower() in _NAMED_ALWAYS
    return small and (inside or (not _counts_soon(t, i) and _is_model_name(t, i, i - 1)))


def _is_station(t: Tokens, i: int, back: int) -> bool:
    """ "KSL 5 TV", "Ferrari's 296 GTB has": digits between capitals, one of them an acronym."""
    owner = t.low[back].endswith(("'s", "’s")) and len(t.low[i + 1]) > 1
    owner = owner and t.low[i + 2] in _SINGULAR_VERBS and t.low[i + 1] not in UNITS
    acronym = (t.word(back).isupper() and len(t.low[back]) > 1) or owner
    between = acronym and t.kind[i + 1] == WORD and t.word(i + 1).isupper()
    return between and COUNT_NOUNS.isdisjoint(t.low[i + 1 : i + 4])


_VERBS_NEXT = bag("""
    of were was are is had have has dead killed wounded injured people more other others per %
    percent
    to and or - – million billion thousand died men women
""")


def _is_model_name(t: Tokens, i: int, back: int) -> bool:
    """ "Falcon 9", "PlayStation 5", "BMW 3 Series": a name, and nothing behind to be counted."""
    if not (t.low[i].isdecimal() and len(t.low[i]) <= 3) or t.low[back] in _NO_NAMES:
        return False
    if _is_ship(t, back):
        return True
    if t.low[i + 1] == "(" and t.low[i + 2] in _SIGNS:
        return False  # "SPD 34 (-6)"
    if _is_listed(t, i, back):
        return False
    k = i + 1
    if t.kind[k] != WORD:
        return _inside(t, i, back)
    acts = t.low[k].endswith("s") and (t.kind[k + 1] == NUMBER or t.low[k + 1] in _ARTICLES)
    if acts and t.low[k] not in COUNT_NOUNS:
        return True  # "Falcon 9 lofts 23 satellites"
    if t.glued(k) or t.low[k] in _VERBS_NEXT or t.low[k] in UNITS:
        return False
    if t.low[k] in ("series", "class", "generation"):
        return True
    return not any(_is_counted(t, n) for n in (k, k + 1, k + 2)) and _inside(t, i, back)


_ARTICLES = bag("a an the its")
_SIGNS = frozenset("+-−–±")


def _is_ship(t: Tokens, back: int) -> bool:
    """ "MT Torm 7", "MV Princess of the Stars 2": the capitals behind the prefix of a ship."""
    for k in range(back - 1, max(-1, back - 5), -1):
        if t.low[k] in _SHIPS and t.word(k).isupper():
            return True
        if not t.capital(k) and t.low[k] not in ("of", "the"):
            return False
    return False


# Two letters of the airlines that news tell of by flight: "IC 814 had 176 passengers".
_AIRLINES = bag("""
    aa ac af ai ba ca cx cz dl ek et ey fz ga gf hu ib ic jl ke kl kq lh lo ls ly mh mu nh ny os pa
    pc pk pr ps qf qr qz ri rj sa sq sr su sv tg tk tp tw ua ul us ve vs wn ws
""")
_SHIPS = bag("msc cma mv mt ms ss mf fv hms uss ins hmas hmcs brp rv lng lpg mts")


def _is_listed(t: Tokens, i: int, back: int) -> bool:
    """ "Kabul 12, Herat 9", "the Greens 45, the Liberals 38": places or parties with a number."""
    if t.low[back].endswith("s") and t.low[back - 1] == "the":
        return True
    if t.low[back - 1] in ("in", "at") and t.low[back - 2] in ("and", ";", ","):
        first = t.sentence(i)[0]
        if NUMBER in t.kind[max(first, i - 16) : back - 2]:
            return True  # "In Chala 64 were found and in Attam 31."
    before = back - 1
    while before > i - 7 and (t.capital(before) or t.low[before] in ("the", "'", "’")):
        before -= 1
    if t.low[before] in (",", ";", "and") and (NUMBER in t.kind[max(0, before - _NEAR) : before]):
        return True
    k = i + 2 if t.low[i + 2] != "the" else i + 3
    return t.low[i + 1] in (",", ";") and t.capital(k) and NUMBER in (t.kind[k + 1], t.kind[k + 2])


_NEAR = 6  # tokens: "1,604 of the dead, Taroudant 976"


def _is_counted(t: Tokens, k: int) -> bool:
    """Whether a token is a plural, or the noun of a headline, that a number may count."""
    if t.kind[k] != WORD or t.low[k] in _SINGULAR_VERBS:
        return False
    return t.low[k].endswith("s") or t.low[k] in COUNT_NOUNS


def _identifies(t: Tokens, i: int, back: int) -> bool:
    """The number of a document: four digits or more behind its word, "no", "is" or "was"."""
    k = back - 1 if t.low[back] in ("no", "number", "is", "was", "nos") else back
    return t.low[k] in _IDENTIFYING and len(t.low[i]) >= 4 and not _counts_soon(t, i)


def _chain_end(t: Tokens, i: int) -> int:
    """Behind the groups of "3321-8890", "114/2023"."""
    k = i + 1
    while t.low[k] in _GROUPING and t.glued(k) and t.glued(k + 1) and t.kind[k + 1] == NUMBER:
        k += 2
    return k


_GROUPING = frozenset("-–/")


def _closes_name(t: Tokens, i: int) -> bool:
    """Whether a name in lower case can end at token `i`: "on page 12 of", not "district 12 men"."""
    if t.kind[i + 1] == WORD:
        bound = t.low[i + 1] == "at" and t.low[i + 2] in ("least", "most", "the", "a")
        acted = t.low[i + 1].endswith("ed") and t.kind[i + 2] != WORD and t.low[i - 2] in _INSIDE
        return (t.low[i + 1] in _AFTER_NAMES or acted) and not bound
    if t.low[i + 1] == "," and t.low[i + 2] in ("at", "give", "or"):
        return False  # "90, at least,"
    return t.low[i + 1] not in ("+", *DASHES) and t.kind[i + 1] != NUMBER


_INSIDE = bag("in on at from of to")
_AFTER_NAMES = bag("""
    of in on at was is has had said says for from with that which who will by when where as but if
    because after before during until since he she it they we i would could may might does did
    reads states requires
""")
_RANGE_LINKS = bag("- – to or and")
_SINGULAR_VERBS = bag("""
    starts weighs costs runs comes gets does features offers includes goes sells flies makes uses
    takes lands remains has is was as us its this his
""")
_NO_NAMES = bag("""
    monday tuesday wednesday thursday friday saturday sunday i the a in on at and of for with by
    january february march april may june july august september october november december
    usd eur gbp rs about around over under some nearly almost
    jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    kia wia mia pow dead killed wounded injured missing deaths casualties fatalities injuries
    total toll at least
""")


_DETERMINERS = bag("the a its their his her our world's nation's country's 's")


def _group_of(t: Tokens, i: int, back: int) -> int:
    """ "the Group of 20": a capital that does not begin the sentence."""
    if t.low[back] not in ("group", "gang", "committee", "council", "society") or back < 0:
        return 0
    return i + 1 if t.capital(back) and back > t.sentence(i)[0] else 0


def _counts_next(t: Tokens, i: int) -> bool:
    return t.low[i + 1] in COUNT_NOUNS or t.low[i + 1] in ("percent", "%", "million", "thousand")
