"""What a name says of its numbers: thousands, percent, rates, statistics, counts of a period."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

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
    """
billion billions billionen trillion trillions dozen dozens 10000 100000 10s 100s musd kusd bnusd
meur keur bneur mgbp
""".split()  # noqa: SIM905
)
_MONEY = frozenset("usd us eur gbp chf jpy cny inr rub uah aud cad".split())  # noqa: SIM905
_PEOPLE = re.compile(r"people|persons|population|displaced|refugees|affected|killed|wounded")
"""Before a bracketed m that is no metre."""
_IN_BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_TIMES_LAST = re.compile(r"[\s_]*((?:(?<=[\s_])x|[×*])\s?1[ ,.'’]?0[0 ,.'’]*0)$", re.IGNORECASE)
_LAST = re.compile(r"[\s,;:_\-–]+(?:in[\s_]+)?(['’x×*]?[^\s,;:_\-–]+)$", re.IGNORECASE)
_IN_MANY = re.compile(r"[\s,;:_\-–]+in[\s_]+(1[ ,.'’]?000(?:[ ,.'’]?000)?)$", re.IGNORECASE)
_FIRST = re.compile(r"(['’]?[^\s,;:_\-–]+)[\s_]+(?:of[\s_]+)?(?=\S)", re.IGNORECASE)
_TIMES = re.compile(r"[x×*]\s?(\d[\d ,.'’]*)$")
_PERCENT = re.compile(
    r"%|‰|(?<![^\W_])(pct|perc|percent|percents|percentage|per[ _]?cent|prozent|pourcentage|"
    r"porcentaje|percentuale|permille|share|proportion|fraction)(?![^\W_])"
)
_MANY = (
    r"(?:\d[\d ,.'’]*\s?[km]?|hundred|thousand|million|mille|k|capita|head|inhabitants|person|lakh)"
)
_PER_MANY = (
    rf"(?<![^\W_])(?:per|pro|pour|por)[ _]?{_MANY}(?![^\W_])|"
    r"[/÷]\s?(?:1[ ,.'’]?0[0 ,.'’]+0|\d+\s?k|million)(?![^\W_])"
)
_RATE = re.compile(
    rf"{_PER_MANY}|(?<![^\W_])(?:rates?|ratio|incidence|prevalence|mortality|lethality|morbidity|"
    r"cfr|ifr|ppm|odds|probability|likelihood|(?<!at[ _])risk)(?![^\W_])"
)
_STATISTIC = re.compile(
    r"(?<![^\W_])(?:mean|avg|average|averages|averaged|median|rolling|moving|smoothed|rank|ranking|"
    r"index|log|log2|log10|log1p|ln|sqrt|zscore|z[ _-]score|percentile|quantile|std|stdev|stddev|"
    r"variance|flag|code|durchschnitt|mittelwert|moyennes?|promedio|mediana?|médianes?|taux|"
    r"tasas?|taxas?|tassi|tasso)(?![^\W_])"
)
_NAMED_INDEX = re.compile(r"index[ _](?:cases?|patients?)|code[ _](?:red|orange|yellow)")
_TIMES_OF = r"(?:hours?|days?|weeks?|months?|quarters?|years?|hrs?|yrs?|[hdw])"
_FLOW = re.compile(
    r"(?<![^\W_])(?:hourly|nightly|weekly|fortnightly|biweekly|monthly|quarterly|yearly|annual|"
    r"annually|yesterday|overnight|since|previous|prior|change|changes|diff|difference|delta|"
    rf"increase|decrease|net|additional|\d+\s?{_TIMES_OF}|"
    rf"(?:this|last|past|previous|prior|each|every|per|in[ _]the)[ _](?:\d+[ _]?)?{_TIMES_OF}|"
    r"wöchentlich|monatlich|jährlich|(?:pro|je)[ _](?:woche|monat|jahr)|hebdomadaires?|"
    r"mensuel(?:le)?s?|annuel(?:le)?s?|par[ _](?:semaine|mois|an)|semana(?:l|les|is)|"
    r"mensua(?:l|les)|mensa(?:l|is)|anua(?:l|les|is)|por[ _](?:semana|mes|mês|año|ano)|"
    r"settimanali?|mensili?|annuali?)"
    r"(?![^\W_])|[Δ∆δ]"
)
_COUNTED_PER_TIME = re.compile(
    r"(?:persons?|people|individuals|cases|deaths|counts?|arrivals|number)\s?(?:/|per)\s?"
    rf"{_TIMES_OF}\b"
)


_Kind = Literal["multiple", "percent", "rate", "flow", "unclear"]


@dataclass(frozen=True, slots=True)
class HeaderUnit:
    """`kind`, the `factor` of multiples (else 1), the words that say it, the name without them."""

    kind: _Kind
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
    >>> header_unit("mean deaths").kind, header_unit("killed (24h)").kind
    ('rate', 'flow')
    >>> header_unit("killed [3]") is None
    True
    """
    text = name.casefold()
    rate = _RATE.search(text) or (None if _NAMED_INDEX.search(text) else _STATISTIC.search(text))
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
    flow = _FLOW.search(text)
    return _unbracketed(name) if flow is None else HeaderUnit("flow", 1.0, flow[0], name)


def unit_of_cell(text: str) -> HeaderUnit | None:
    """What a unit beside a number says, where it is none of counts one by one.

    >>> [unit.kind if unit else unit for unit in map(unit_of_cell, ("1000", "USD m", "%", "km"))]
    ['multiple', 'unclear', 'percent', None]
    """
    per_time = _COUNTED_PER_TIME.match(text.strip().casefold())
    if per_time is not None:
        return HeaderUnit("flow", 1.0, per_time[0], text)
    return header_unit(f"x [{text}]") or header_unit(f"x {text}")


_TITLE_RATE = re.compile(_PER_MANY)
_TITLE_PERCENT = re.compile(r"(?<!\d)(?<!\d\s)[%‰]|\bin (?:percent|per cent)\b", re.IGNORECASE)
_TITLE_FLOW = re.compile(
    r"\b(?:weekly|monthly|quarterly|yearly|annual|daily|new)\s+(?:number of\s+)?"
    r"(?:deaths|killed|fatalities|cases|injured|injuries|casualties|admissions|infections|arrivals)"
    rf"\b|\b(?:deaths|fatalities|cases|injuries|casualties|admissions) per {_TIMES_OF}\b",
    re.IGNORECASE,
)
_TITLE_MANY = re.compile(
    r"\b(?:in|figures in|numbers in)\s+((?:hundred|thousand|million|billion)s?|'?000s?|1000s)\b|"
    r"[(\[,;–-]\s*(?:in\s+)?((?:[a-z$€£]{1,3}\s+)?(?:thousand|million|billion)s?|'000)\s*"
    r"(?:[a-z]{3}\s*)?(?:[)\]]|$)|\b(?:usd|eur|gbp)\s+(millions?|thousands?|billions?|bn|mn)\b",
    re.IGNORECASE,
)


_TITLES: tuple[tuple[_Kind, re.Pattern[str]], ...] = (
    ("rate", _TITLE_RATE),
    ("percent", _TITLE_PERCENT),
    ("flow", _TITLE_FLOW),
    ("unclear", _TITLE_MANY),
)


def title_unit(title: str) -> HeaderUnit | None:
    """What a line above or below a table says of all its numbers.

    >>> [title_unit(t).kind for t in ("Displaced (in thousands)", "Deaths per 100,000")]
    ['unclear', 'rate']
    >>> title_unit("Thousands flee the flood") or title_unit("Toll up 5% in March")
    """
    for kind, pattern in _TITLES:
        found = pattern.search(title.casefold())
        if found is not None:
            return HeaderUnit(kind, 1.0, found[0].strip(" ,;"), title)
    return None


def _unbracketed(name: str) -> HeaderUnit | None:
    """Words of a multiple that begin or end a name ("displaced, in thousands")."""
    bare = _IN_BRACKETS.sub(" ", name).strip()
    in_many = _IN_MANY.search(bare)
    if in_many is not None:
        return HeaderUnit("unclear", 1.0, in_many[0].strip(" ,;:_-–"), name)
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
