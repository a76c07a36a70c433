"""Stage 9: the time that a number speaks of."""

from __future__ import annotations

from datetime import timedelta

from reconcile.language.document.reported_days import day_told
from reconcile.language.document.sentences import Attribution, Document, Scene
from reconcile.language.document.spans_of_time import shifted
from reconcile.language.document.time_ranges import Time
from reconcile.language.document.times import period_of
from reconcile.language.document.told_number import ToldNumber
from reconcile.language.phrase.joins import MULTIPLE
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import NUMBER, Tokens
from reconcile.values import Days, Period

_COMPARING = bag("from compared than against versus vs")

_LABELLING = bag(": – - ( =")

_TOTALS = bag("already total altogether bringing overall")

_ONE = timedelta(days=1)


def period_told(
    document: Document,
    told: ToldNumber,
    who: Attribution,
    scene: Scene,
    kind: str,
    *,
    additional: bool,
) -> tuple[Period | None, bool]:
    """The time a number speaks of, and whether it was only inferred from when it was said."""
    r = told.reading
    if is_time(r.unit) and not kind:
        return None, False
    time = _nearest_time(document.tokens, r, who, scene) if scene.times else None
    if time is not None:
        reference, known = _reference(document, who)
        stock = kind in ("stock", "constant") and not additional
        bounded = _bounded(scene, time)
        if bounded is not None and not stock:
            return bounded, False
        if told.total and time.kind in ("since", "to_date", "recent", "length") and not stock:
            level = _level(told, time, reference)
            placed = not known and time.kind in ("recent", "length")
            return (None if level is None else Period.on(level)), placed
        if told.total and time.days is not None and time.kind in ("day", "window", "by", "as_of"):
            return Period.on(time.days), False
        if document.is_quoted(r.first) and not known:
            time = _quoted(time)
        named = time.kind in ("day", "window", "to_date")
        dated = day_told(document.tokens, told, time) if named else ""
        if dated == "report" and time.kind == "day" and time.days is not None and not additional:
            return Period.on(time.days), True
        found = None if stock and time.kind != "day" else period_of(time, reference, stock=stock)
        if found is not None:
            return found, bool(dated) or (not known and time.kind in ("length", "recent"))
    said = who.said.days if who.said else document.published
    if not (kind or told.total) or said is None or told.role == "earlier":
        return None, False
    return Period.on(said), True


def _level(told: ToldNumber, time: Time, reference: Days | None) -> Days | None:
    """The day on which a total stood there: the start of a movement before the time it took."""
    start = told.role in ("earlier", "superseded")
    if start and time.kind == "since":
        return time.days
    if reference is None or not start or time.length is None:
        return reference
    try:
        return shifted(reference, -time.length)
    except OverflowError:
        return None


def _bounded(scene: Scene, time: Time) -> Period | None:
    """ "as of February 2024 ... since 24 February 2022": both ends of one window."""
    if time.kind not in ("since", "by", "as_of"):
        return None
    since = next((other.days for other in scene.times if other.kind == "since"), None)
    until = next((other.days for other in scene.times if other.kind in ("by", "as_of")), None)
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


def _is_base(low: list[str], time: Time) -> bool:
    """ "more than last year", "+85 on 2019": what a number is compared with."""
    wide = time.days is not None and (time.days.last - time.days.first).days >= _MONTH
    return low[time.first - 1] == "than" or (wide and time.kind == "window")


_MONTH = 27  # days


def _is_of_change(t: Tokens, last: int, time: Time) -> bool:
    """Whether a time behind a number is that of another: "93%, down 2 since May", "28 now, 19 in
    2023", "1.62 (last week 1.58)"."""
    between = t.low[last : time.first]
    if "(" in between and ")" not in between:
        ending = range(last + between.index("("), min(t.count, time.last + _LONGEST_BRACKET))
        closed = next((k for k in ending if t.low[k] == ")"), ending.stop)
        return any(
            t.kind[k] == NUMBER and not time.first <= k < time.last
            for k in range(ending.start, closed)
        )
    if t.low[time.first - 1] == ";":
        return True
    labelling = t.kind[time.last + (t.low[time.last] == ":")] == NUMBER
    if t.low[time.first - 1] == "," and labelling:
        return True  # "88, yesterday 91"
    for k in range(last, time.first - 1):
        if t.low[k] in ("up", "down") and t.kind[k + 1] == NUMBER:
            return True
    others = any(t.kind[k] == NUMBER for k in range(last, time.first))
    return others and "," in between and not _NOW.isdisjoint(t.low[max(0, last - 4) : last + 2])


_LONGEST_BRACKET = 8  # tokens behind a time
_NOW = bag("now currently today")


def _nearest_time(t: Tokens, r: Reading, who: Attribution, scene: Scene) -> Time | None:
    """The time expression nearest to the number that does not date an act of saying."""
    dating = {s.said for s in scene.speeches if s.said is not None}
    if who.said is not None:
        dating.add(who.said)
    low = t.low
    best, best_distance = None, 40
    for time in scene.times:
        if time in dating or (time.first <= r.first < time.last):
            continue
        behind = time.first >= r.last
        distance = time.first - r.last if behind else 2 + r.first - time.last
        gap = low[time.last : r.first] if not behind else ["?", "?"]
        if len(gap) < 2 and _LABELLING.issuperset(gap):  # "Jan 159", "January: 31"
            distance = 0
        if behind and low[time.first - 1] in ("than", "on") and _is_base(low, time):
            continue
        if behind and r.rule == MULTIPLE:
            continue  # "twice the 40 of last year"
        compared = behind and not _COMPARING.isdisjoint(low[r.last : time.first])
        if compared and any(n[:1].isdigit() for n in low[r.last : time.first]):
            continue  # "67 percent, up from 61 percent in 2018"
        if behind and _is_of_change(t, r.last, time):
            continue
        if not behind and low[r.last] in _NOW and time.kind == "day":
            continue  # "was 19 a week ago and is 26 now"
        if distance < 0 or (not behind and _TOTALS & set(low[time.last : r.first])):
            continue
        if not behind and gap[:1] == [","] and _is_of_other(t, time):
            continue
        if distance < best_distance:
            best, best_distance = time, distance
    return best
