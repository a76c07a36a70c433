"""Sentences made from templates, each with what it says: written without a look at the parser.

Numbers, their writing, hedges, nouns and word order vary; the meanings are computed here, from the
tables of docs/language.md, by another way than the parser's (numbers are *written* here).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

__all__ = ["Case", "generate", "in_words"]

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@dataclass(frozen=True)
class Case:
    """A sentence and the bounds of each number in it (both ends of an approximation None)."""

    text: str
    bounds: tuple[tuple[float, float], ...]
    nominals: tuple[float | None, ...]
    template: str


def _around(n: float, down: int, up: int) -> tuple[float, float]:
    """10 % for a round number, 1 % where three digits or more were said."""
    said = len(f"{n:.0f}".rstrip("0")) or 1
    width = 0.01 if said >= 3 else 0.1
    return n - down * width * n, n + up * width * n


def in_words(n: int, *, use_and: bool = True) -> str:
    """A whole number below a thousand million in English words."""
    if n < 20:
        return _ONES[n]
    if n < 100:
        rest = f"-{_ONES[n % 10]}" if n % 10 else ""
        return f"{_TENS[n // 10]}{rest}"
    for size, name in ((10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if n >= size:
            head, rest = divmod(n, size)
            link = " and " if use_and and rest and rest < 100 else " "
            tail = f"{link}{in_words(rest, use_and=use_and)}" if rest else ""
            return f"{in_words(head, use_and=use_and)} {name}{tail}"
    raise AssertionError(n)


_NOUNS = [
    "soldiers", "villagers", "trucks", "miners", "homes", "migrants", "protesters", "drones",
    "teachers", "passengers", "recruits", "bridges", "patients", "armoured vehicles", "refugees",
    "police officers", "reservists", "shops", "fishing boats", "aid workers",
]  # fmt: skip
_EVENTS = ["were lost", "were seen near the river", "had left", "are missing", "were counted"]
_TAILS = ["", " in the north", ", the mayor said", " after the storm", " near the old bridge"]


def _number(r: random.Random) -> int:
    size = r.choice([1, 2, 2, 3, 3, 4, 5, 6])
    n = r.randint(max(2, 10 ** (size - 1)), 10**size - 1)
    if r.random() < 0.5 and n > 20:
        n = max(20, round(n, -(len(str(n)) - 1)))
    return 2_500 if 1900 <= n < 2100 else n


def _written(r: random.Random, n: int) -> str:
    """One of the ways to write a number."""
    ways: list[Callable[[], str]] = [lambda: f"{n:,}", lambda: f"{n:,}"]
    if n < 10_000 and not 1000 <= n < 2200:
        ways.append(lambda: str(n))
    if n < 1000 or n % 1000 == 0:
        ways.append(lambda: in_words(n, use_and=r.random() < 0.7))
    if n % 1000 == 0:
        ways += [lambda: f"{n // 1000}k", lambda: f"{n // 1000} thousand"]
    if n >= 1000 and n < 10_000_000:
        ways.append(lambda: f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"))
    return r.choice(ways)()


Meaning = tuple[str, tuple[float, float], float | None]


def _exact(r: random.Random) -> Meaning:
    n = _number(r)
    before = r.choice(["", "", "exactly ", "a total of "])
    return f"{before}{_written(r, n)}", (n, n), n


def _floor(r: random.Random) -> Meaning:
    n = _number(r)
    w = _written(r, n)
    text = r.choice(
        [
            f"at least {w}", f"no fewer than {w}", f"not less than {w}", f"a minimum of {w}",
            f"more than {w}", f"over {w}", f"well over {w}", f"upwards of {w}", f"in excess of {w}",
            f"north of {w}", f"{w} or more", f"{n:,}-plus", f"{n:,}+", f"{w} and counting",
            f"no less than {w}", f"greater than {w}", f"far more than {w}", f"{w}, at least,",
            f"not fewer than {w}", f"at the very least {w}",
        ]
    )  # fmt: skip
    return text, (n, inf), n


def _ceiling(r: random.Random) -> Meaning:
    n = _number(r)
    w = _written(r, n)
    text = r.choice(
        [
            f"up to {w}", f"as many as {w}", f"at most {w}", f"no more than {w}", f"not over {w}",
            f"not more than {w}", f"a maximum of {w}", f"{w} or fewer", f"fewer than {w}",
            f"less than {w}", f"under {w}", f"{w} at most", f"{w} or less", f"well under {w}",
            f"never more than {w}", f"not exceeding {w}", f"no greater than {w}",
        ]
    )  # fmt: skip
    return text, (-inf, n), n


def _about(r: random.Random) -> Meaning:
    n = _number(r)
    w = _written(r, n)
    text = r.choice(
        [
            f"about {w}", f"around {w}", f"roughly {w}", f"approximately {w}", f"some {w}",
            f"{w} or so", f"an estimated {w}", f"in the region of {w}", f"~{n:,}", f"circa {w}",
            f"(about) {w}", f"something like {w}", f"{w}, give or take,", f"more or less {w}",
        ]
    )  # fmt: skip
    return text, _around(n, 1, 1), n


def _one_sided(r: random.Random) -> Meaning:
    n = _number(r)
    w = _written(r, n)
    if r.random() < 0.6:
        words = ["nearly", "almost", "just under", "close to", "approaching", "just shy of",
                 "slightly less than", "not quite", "a little under"]  # fmt: skip
        return f"{r.choice(words)} {w}", _around(n, 1, 0), n
    words = ["just over", "slightly more than", "a little over", "barely more than"]
    return f"{r.choice(words)} {w}", _around(n, 0, 1), n


def _range(r: random.Random) -> Meaning:
    a = _number(r)
    b = a + max(1, round(a * r.uniform(0.05, 0.9)))
    if 1900 <= b < 2100:
        b = 2_500
    x, y = _written(r, a), _written(r, b)
    if "thousand" in y and "thousand" not in x:
        x, y = f"{a:,}", f"{b:,}"
    if y.endswith("k") and not x.endswith("k"):
        y = f"{b:,}"
    text = r.choice(
        [
            f"between {x} and {y}", f"from {x} to {y}", f"{x} to {y}", f"{a:,}-{b:,}",
            f"{a:,}–{b:,}", f"somewhere between {x} and {y}", f"anywhere from {x} to {y}",
            f"at least {x} but no more than {y}", f"more than {x} and fewer than {y}",
        ]
    )  # fmt: skip
    return text, (a, b), None


def _shared(r: random.Random) -> Meaning:
    a = r.randint(2, 40)
    b = a + r.randint(1, 9)
    scale, name = r.choice([(1e3, "thousand"), (1e6, "million"), (12, "dozen"), (1e3, "k")])
    if name == "k":
        return f"{a}-{b}k", (a * scale, b * scale), None
    if name == "dozen":
        a, b = a % 7 + 2, a % 7 + 3
        return f"{_ONES[a]} or {_ONES[b]} dozen", (12 * a, 12 * b), None
    if r.random() < 0.5:
        return f"between {in_words(a)} and {in_words(b)} {name}", (a * scale, b * scale), None
    return f"{a} to {b} {name}", (a * scale, b * scale), None


_VAGUE = {
    "dozens of": (24, 99), "several dozen": (36, 99), "scores of": (40, 99),
    "hundreds of": (200, 999), "several hundred": (300, 999), "a few thousand": (3000, 5000),
    "tens of thousands of": (20_000, 99_999), "a handful of": (3, 9), "a few": (3, 5),
    "several": (3, 9), "thousands of": (2000, 9999), "many thousands of": (2000, 9999),
    "a couple hundred": (150, 300), "a couple of thousand": (1500, 3000),
    "hundreds of thousands of": (200_000, 999_999), "a few dozen": (36, 60),
    "dozens, if not hundreds, of": (24, 999), "several thousand": (3000, 9999),
    "millions of": (2_000_000, 9_999_999), "a few hundred": (300, 500),
}  # fmt: skip


def _vague(r: random.Random) -> Meaning:
    words = r.choice(sorted(_VAGUE))
    return words, _VAGUE[words], None


def _bounded_dozens(r: random.Random) -> Meaning:
    k = r.randint(2, 9)
    w = f"{_ONES[k]} dozen"
    n = 12 * k
    if r.random() < 0.5:
        return f"{r.choice(['at least', 'no fewer than', 'more than'])} {w}", (n, inf), n
    return f"{r.choice(['up to', 'as many as', 'fewer than', 'no more than'])} {w}", (-inf, n), n


def _share(r: random.Random) -> Meaning:
    top, bottom, words = r.choice(
        [(1, 2, "half"), (1, 3, "a third"), (2, 3, "two-thirds"), (3, 4, "three quarters"),
         (1, 4, "a quarter"), (1, 5, "a fifth")]
    )  # fmt: skip
    n = 60 * r.randint(2, 900)
    value = n * top / bottom
    return f"{words} of the {n:,}", (value, value), value


def _product(r: random.Random) -> Meaning:
    a, b = r.randint(2, 12), 10 * r.randint(2, 400)
    group = r.choice(["brigades", "columns", "teams", "convoys", "shifts"])
    people = r.choice(["men", "people", "volunteers"])
    return f"{_ONES[a]} {group} of {b:,} {people} each", (a * b, a * b), a * b


_FAMILIES = (
    _exact, _exact, _floor, _floor, _floor, _ceiling, _ceiling, _about, _about, _one_sided,
    _range, _range, _shared, _vague, _vague, _bounded_dozens, _share,
)  # fmt: skip
_TRAPS = (
    "The {n}th brigade held the hill until Tuesday.",
    "He spoke on {month} {day}, {year}, in the capital.",
    "The bridge was closed in {year}.",
    "Curfew starts at {hour}:{minute} p.m. in the old town.",
    "An F-{small} was seen over the valley.",
    "Gunners fired {calibre}mm shells at dusk.",
    "The hospital on Route {small} was reopened.",
    "It was the {ordinal} day in a row of shelling.",
    "The committee discussed Resolution {big}.",
    "They won {score} in extra time.",
    "The war began in {month} {year}.",
    "Channel {small} carried the speech.",
)
_MONTHS = ["January", "February", "March", "April", "June", "July", "August", "October"]


def _trap(r: random.Random) -> Case:
    template = r.choice(_TRAPS)
    low = r.randint(0, 3)
    text = template.format(
        n=r.choice([4, 5, 61, 36, 110]),
        month=r.choice(_MONTHS),
        day=r.randint(1, 28),
        year=r.randint(1950, 2025),
        hour=r.randint(1, 12),
        minute=r.choice(["05", "15", "30", "45"]),
        small=r.randint(2, 99),
        big=r.randint(1000, 2800),
        calibre=r.choice([105, 120, 152, 155]),
        ordinal=r.choice(["second", "third", "fourth", "12th"]),
        score=f"{low + r.randint(1, 3)}-{low}",
    )
    return Case(text, (), (), "trap")


def _sentence(r: random.Random) -> Case:
    family = r.choice(_FAMILIES)
    words, bounds, nominal = family(r)
    noun, event, tail = r.choice(_NOUNS), r.choice(_EVENTS), r.choice(_TAILS)
    texts = [
        f"{words[0].upper()}{words[1:]} {noun} {event}{tail}.",
        f"Officials said that {words} {noun} {event}{tail}.",
        f"On Friday the governor counted {words} {noun}{tail}.",
        f"In the whole district {words} {noun} {event}, according to the ministry.",
        f"There were {words} {noun}{tail}.",
    ]
    if words.startswith("~"):
        texts = texts[1:]
    return Case(r.choice(texts), (bounds,), (nominal,), family.__name__)


def _pair(r: random.Random) -> Case:
    """Two claims in one sentence."""
    (w1, b1, n1), (w2, b2, n2) = (_about(r), _floor(r)) if r.random() < 0.5 else (
        _exact(r), _ceiling(r)
    )  # fmt: skip
    noun = r.choice(_NOUNS)
    texts = [
        f"The blast left {w1} {noun} dead while {w2} {noun} were hurt.",
        f"They freed {w1} {noun}; {w2} {noun} are still held.",
        f"With {w1} {noun} missing, the search for {w2} {r.choice(_NOUNS)} went on.",
    ]
    return Case(r.choice(texts), (b1, b2), (n1, n2), "pair")


def _unit(r: random.Random) -> Case:
    (words, bounds, nominal) = r.choice([_floor, _ceiling, _about, _exact])(r)
    while words.endswith(("+", ",", "plus", "counting")):
        words, bounds, nominal = _exact(r)
    unit = r.choice(["kilometres", "percent", "tonnes", "hectares", "euros", "barrels", "litres"])
    for suffix in (" or more", " or fewer", " or less", " or so", " at most"):
        if words.endswith(suffix):
            words = f"{words.removesuffix(suffix)} {unit}{suffix}"
            break
    else:
        words = f"{words} {unit}"
    text = f"The plan speaks of {words} {r.choice(['in all', 'at the border', 'this time'])}."
    return Case(text, (bounds,), (nominal,), "unit")


def _product_case(r: random.Random) -> Case:
    words, bounds, nominal = _product(r)
    text = r.choice([f"The general sent {words} to the coast.", f"They formed {words}."])
    return Case(text, (bounds,), (nominal,), "product")


def generate(count: int, seed: int) -> list[Case]:
    """`count` sentences; the same for the same seed."""
    r = random.Random(seed)
    makers = (_sentence,) * 13 + (_trap, _trap, _pair, _pair, _unit, _unit, _product_case)
    return [r.choice(makers)(r) for _ in range(count)]
