"""What a column's name says of its numbers: thousands, percent, a rate per so many people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

__all__ = ["HeaderUnit", "header_unit"]

_WORDS = {
    100.0: "hundred hundreds",
    1e3: (
        "thousand thousands thous tsd tausend millier milliers miles millares milhares migliaia "
        "tys тыс 000 000s 1000s 10^3 1e3"
    ),
    1e5: "lakh lakhs",
    1e6: "million millions mio mln mn millionen millones milhões milioni mill млн 1000000 10^6 1e6",
    1e7: "crore crores",
    1e9: "milliard milliards milliarden mrd bn млрд",
}
_FACTORS = {word: factor for factor, words in _WORDS.items() for word in words.split()}
_BRACKETED = {"1000": 1e3, "k": 1e3}
"""Read as factors in brackets alone: "killed 1000" and "camp K" may be names."""
_UNCLEAR = frozenset(
    "billion billions billionen trillion trillions dozen dozens 10000 100000".split()  # noqa: SIM905
)
_MONEY = frozenset("usd us eur gbp chf jpy cny inr rub uah aud cad".split())  # noqa: SIM905
_PEOPLE = re.compile(r"people|persons|population|displaced|refugees|affected|killed|wounded")
"""Before a bracketed m that is no metre."""
_IN_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_TIMES_LAST = re.compile(r"[\s_]*((?:(?<=[\s_])x|[×*])\s?1[ ,.'’]?0[0 ,.'’]*0)$", re.IGNORECASE)
_LAST = re.compile(r"[\s,;:_\-–]+(?:in[\s_]+)?(['’x×*]?[^\s,;:_\-–]+)$", re.IGNORECASE)
_FIRST = re.compile(r"(['’]?[^\s,;:_\-–]+)[\s_]+(?:of[\s_]+)?(?=\S)", re.IGNORECASE)
_TIMES = re.compile(r"[x×*]\s?(\d[\d ,.'’]*)$")
_PERCENT = re.compile(
    r"%|‰|(?<![^\W_])(pct|perc|percent|percents|percentage|per[ _]?cent|prozent|pourcentage|"
    r"porcentaje|percentuale|permille|share|proportion|fraction)(?![^\W_])"
)
_MANY = (
    r"(?:\d[\d ,.'’]*\s?[km]?|hundred|thousand|million|mille|k|capita|head|inhabitants|person|lakh)"
)
_RATE = re.compile(
    rf"(?<![^\W_])(?:per|pro|pour|por)[ _]?{_MANY}(?![^\W_])|"
    r"/\s?(?:1[ ,.'’]?0[0 ,.'’]+0|\d+\s?k|million)(?![^\W_])|"
    r"(?<![^\W_])(?:rate|rates|ratio|incidence|prevalence)(?![^\W_])"
)


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """`kind`, the `factor` of multiples (else 1), the words that say it, the name without them."""

    kind: Literal["multiple", "percent", "rate", "unclear"]
    factor: float
    words: str
    stem: str


@cache
def header_unit(name: str) -> HeaderUnit | None:
    """What a column's name says that its numbers are, other than counts one by one.

    >>> header_unit("displaced [1000]").factor, header_unit("Displaced, in millions").factor
    (1000.0, 1000000.0)
    >>> header_unit("killed (%)").kind, header_unit("cases per 100,000").kind
    ('percent', 'rate')
    >>> header_unit("killed [3]") is None
    True
    """
    text = name.casefold()
    rate = _RATE.search(text)
    if rate is not None:
        return HeaderUnit("rate", 1.0, rate[0].strip(), name)
    percent = _PERCENT.search(text)
    if percent is not None:
        stem = re.sub(r"[(\[{]\s*(?:in\s+)?[%‰]\s*[)\]}]|[%‰]", "", name).strip()
        return HeaderUnit("percent", 1.0, percent[0], stem or name)
    for found in _IN_BRACKETS.finditer(name):
        made = _multiple(found[1], _FACTORS | _BRACKETED)
        if found[1].strip() == "M" or (found[1].strip() == "m" and _PEOPLE.search(text)):
            made = ("unclear", 1.0)
        if made is not None:
            stem = f"{name[: found.start()]} {name[found.end() :]}".strip()
            return HeaderUnit(made[0], made[1], found[0], stem or name)
    return _unbracketed(name)


def _unbracketed(name: str) -> HeaderUnit | None:
    """Words of a multiple that begin or end a name ("displaced, in thousands")."""
    bare = _IN_BRACKETS.sub(" ", name).strip()
    for found in (_TIMES_LAST.search(bare), _LAST.search(bare), _FIRST.match(bare)):
        made = None if found is None else _multiple(found[1], _FACTORS)
        if found is not None and made is not None:
            stem = bare[: found.start()] or bare[found.end() :]
            return HeaderUnit(made[0], made[1], found[0].strip(" ,;:_-–"), stem.strip())
    return None


def _multiple(
    words: str, factors: dict[str, float]
) -> tuple[Literal["multiple", "unclear"], float] | None:
    """The factor that words in a name give, if they give one."""
    text = re.sub(r"(?<=\d)[ ,.'’](?=\d{3})", "", words.strip().casefold())
    times = _TIMES.search(text)
    if times is not None:
        number = times[1].strip()
        return ("multiple", float(number)) if re.fullmatch(r"10+", number) else ("unclear", 1.0)
    parts = [part.strip("'’.") for part in re.split(r"[\s,;/_]+", text)]
    found = [factors[part] for part in parts if part in factors]
    money = any(part in _MONEY for part in parts) or re.search(r"[$€£¥]", text) is not None
    short = {"m", "mm", "b"} & {part.strip("$€£¥") for part in parts}
    if any(part in _UNCLEAR for part in parts) or len(found) > 1 or (money and short):
        return "unclear", 1.0
    return ("multiple", found[0]) if found else None
