"""Money, shares, measures, spans of time and ages: what is not a count of things."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.language.phrase.number_words import SCALES, SUFFIXES, bag
from reconcile.language.phrase.pairs import is_sexed
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens


def _table(text: str) -> dict[str, str]:
    """Rows of ``canonical: word word ...``."""
    table: dict[str, str] = {}
    for row in text.strip().splitlines():
        name, _, words = row.strip().partition(":")
        table.update(dict.fromkeys(words.split(), name))
    return table


CURRENCY_SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₩": "KRW", "₴": "UAH",
    "₹": "INR", "₪": "ILS", "₺": "TRY", "₫": "VND", "₦": "NGN", "¢": "USD cent", "₱": "PHP",
    "฿": "THB", "₸": "KZT", "₾": "GEL", "₵": "GHS", "৳": "BDT", "₮": "MNT", "₼": "AZN", "₡": "CRC",
}  # fmt: skip
_SIGN_LETTERS = {
    "us": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "nz": "NZD", "hk": "HKD",
    "nt": "TWD", "s": "SGD", "r": "BRL", "mx": "MXN", "sg": "SGD", "j": "JMD", "z": "ZWL",
    "tt": "TTD", "b": "BND", "fj": "FJD", "rd": "DOP", "ec": "XCD", "n": "NAD", "au.": "AUD",
}  # fmt: skip
_LETTERS = {
    "rm": "MYR", "rp": "IDR", "ksh": "KES", "kshs": "KES", "tsh": "TZS", "ush": "UGX", "rs": "INR",
    "sfr": "CHF", "nis": "ILS", "tk": "BDT", "r": "ZAR", "kr": "krone", "zł": "PLN",
    "skr": "SEK", "nkr": "NOK", "dkr": "DKK", "p": "PHP", "php": "PHP", "n": "NGN",
    "sh": "shilling", "shs": "shilling",
}  # fmt: skip
_CODES = bag("""
    usd eur gbp jpy cny rub krw kpw uah inr ils try chf sek nok dkk pln czk huf aud cad nzd hkd
    twd sgd brl mxn zar aed sar irr iqd vnd thb idr php pkr ngn kzt byn gel rmb kes tzs ugx ghs etb
    egp cop ars clp pen bdt lkr npr mmk uzs amd azn ron bgn rsd qar kwd bhd omr jod lbp syp mad dzd
    tnd xaf xof zmw rwf myr mwk mzn sdg ssp yer afn nad bwp jmd ttd pyg uyu bob gtq hnl crc dop
""")
_CURRENCY_WORDS = _table("""
    USD: dollars dollar bucks
    EUR: euros euro
    GBP: pounds pound quid sterling
    JPY: yen
    CNY: yuan renminbi
    RUB: rubles ruble roubles rouble
    KRW: won
    UAH: hryvnia hryvnias hryvnya
    INR: rupees rupee
    ILS: shekels shekel
    TRY: lira liras
    CHF: francs franc
    SEK: kronor krona
    NOK: kroner krone
    MXN: pesos peso
    BRL: reais real
    ZAR: rand
    IRR: rials rial
    SAR: riyals riyal
    AED: dirhams dirham
    PLN: zloty zlotys zł
    MYR: ringgit ringgits
    THB: baht
    IDR: rupiah rupiahs
    NGN: naira
    shilling: shillings shilling
    HUF: forint forints
    CZK: koruna korunas koruny
    BDT: taka
    GHS: cedi cedis
    GEL: lari
    KZT: tenge
    ETB: birr
    VND: dong
    dinar: dinars dinar
    RON: leu lei
    cent: cents cent
    penny: pence penny pennies
""")
_DOLLARS = {
    "us": "USD", "u.s.": "USD", "american": "USD", "australian": "AUD", "canadian": "CAD",
    "singapore": "SGD", "taiwan": "TWD", "kong": "HKD", "zealand": "NZD", "swiss": "CHF",
    "korean": "KRW", "chinese": "CNY", "japanese": "JPY", "russian": "RUB", "ukrainian": "UAH",
    "british": "GBP", "indian": "INR", "swedish": "SEK", "norwegian": "NOK", "danish": "DKK",
    "mexican": "MXN", "turkish": "TRY", "iranian": "IRR", "egyptian": "EGP", "syrian": "SYP",
}  # fmt: skip
TIME_UNITS = _table("""
    second: seconds second secs sec
    minute: minutes minute mins min
    hour: hours hour hrs hr h
    day: days day
    night: nights night
    week: weeks week
    fortnight: fortnights fortnight
    month: months month
    year: years year yrs yr
    decade: decades decade
    century: centuries century
    millennium: millennia millennium
""")
_MEASURES = _table("""
    percentage point: pp
    basis point: bps
    millimetre: millimeter millimeters millimetre millimetres mm
    nanometre: nanometer nanometers nanometre nanometres
    micrometre: micrometer micrometers micrometre micrometres micron microns
    centimetre: centimeter centimeters centimetre centimetres cm
    metre: meter meters metre metres m
    kilometre: kilometer kilometers kilometre kilometres km kms
    inch: inch inches
    foot: foot feet ft
    yard: yard yards yd
    mile: mile miles mi
    nautical mile: nm nmi
    square kilometre: km² km2 sqkm
    square metre: m² m2 sqm
    hectare: hectare hectares ha
    acre: acre acres
    gram: gram grams gramme grammes g
    milligram: milligram milligrams mg
    kilogram: kilogram kilograms kilo kilos kg kgs
    tonne: tonne tonnes ton tons t mt
    ounce: ounce ounces oz
    lb: lb lbs
    litre: liter liters litre litres l
    millilitre: milliliter milliliters millilitre millilitres ml
    gallon: gallon gallons
    pint: pint pints
    barrel: barrel barrels bbl
    watt: watt watts
    kilowatt: kilowatt kilowatts kw
    megawatt: megawatt megawatts mw
    gigawatt: gigawatt gigawatts gw
    kilowatt hour: kwh
    milliampere hour: mah
    megawatt hour: mwh
    kiloton: kiloton kilotons kt
    volt: volt volts kv
    hertz: hertz hz khz mhz ghz
    byte: byte bytes
    kilobyte: kilobyte kilobytes kb
    megabyte: megabyte megabytes mb
    gigabyte: gigabyte gigabytes gb
    terabyte: terabyte terabytes tb
    degree: degree degrees ° ℃ ℉
    calorie: calorie calories kcal
    horsepower: horsepower hp bhp
    megapixel: megapixel megapixels mp
    pound-foot: lb-ft
    barrel per day: bpd
    knot: knots kt kts
    kilometre per hour: kph kmh
    mile per hour: mph
    carat: carat carats
    sievert: sievert sieverts sv
    millisievert: millisievert millisieverts msv
    microsievert: microsievert microsieverts µsv μsv usv
    gray: gray grays gy
    milligray: milligray milligrays mgy
    becquerel: becquerel becquerels bq kbq mbq
    roentgen: roentgen roentgens
    rem: rem rems mrem
    decibel: decibel decibels db dba
    part per million: ppm
    part per billion: ppb
    microgram: microgram micrograms µg μg
    hectopascal: hpa mbar millibar millibars
    pound per square inch: psi
    time: times x
    penny: p
    storey: storey storeys story
""")
UNITS = {**_MEASURES, **TIME_UNITS}
# Short symbols are units only when they stand in this case behind digits, glued or spaced.
_SYMBOLS = bag("""
    mm cm m km g mg kg t l ml ha ft yd mi nm lb oz kw mw gw kv kt kb mb gb tb pp mins min hr hrs
    h sec secs kwh mwh mph kph hz khz mhz ghz kms kgs yr yrs bbl nmi lbs bps kmh kts ° hp bhp mp
    bpd x p pc mah sv msv µsv μsv usv gy mgy bq kbq mbq db dba ppm ppb µg μg hpa psi
""")
_PERCENT = frozenset({"%", "percent", "pct", "pc"})
_HYPHENS = frozenset({"-", "‐", "‑"})
_FEMININE = {"square": "square ", "sq": "square ", "cubic": "cubic "}


class Unit(NamedTuple):
    """A unit, and the token behind it (or, for a currency before the number, its first token)."""

    name: str
    place: int


CURRENCY_WORDS_BEFORE = frozenset({*CURRENCY_SIGNS, *_CODES, *_LETTERS, "rs", "rs.", "."})
"""The last word or sign of a currency that is written before its number."""


def currency_before(t: Tokens, i: int) -> Unit | None:
    """The currency written before the number at token `i`: "$", "US$", "EUR ", "Rs"."""
    word = t.low[i - 1]
    if word not in CURRENCY_WORDS_BEFORE:
        return None
    if word in CURRENCY_SIGNS:
        letters = t.low[i - 2]
        if word == "$" and letters in _SIGN_LETTERS and t.glued(i - 1):
            return Unit(_SIGN_LETTERS[letters], i - 2)
        if letters == "gh" and t.glued(i - 1):
            return Unit("GHS", i - 2)  # "GH¢", "GH₵"
        return Unit(CURRENCY_SIGNS[word], i - 1)
    if word in _CODES and t.word(i - 1).isupper():
        return Unit(_code(word), i - 1)
    if word in _LETTERS:
        rand = t.word(i - 1) in ("R", "P", "N") and t.glued(i) and _is_amount(t, i)
        written = t.capital(i - 1) or word in ("kr", "zł")
        return Unit(_LETTERS[word], i - 1) if rand or (len(word) > 1 and written) else None
    if word in ("rs", "rs.") or (word == "." and t.low[i - 2] == "rs"):
        return Unit("INR", i - 1 if word != "." else i - 2)
    return None


def _is_amount(t: Tokens, i: int) -> bool:
    """ "R2.5m", "P1,200": an amount of rand or pesos and no name like "R9"."""
    if "." in t.low[i] or "," in t.low[i]:
        return True
    k = i + 2 if t.low[i + 1] == "-" else i + 1  # "P950-M"
    return t.low[k] in SUFFIXES or t.low[k] in SCALES


def _code(word: str) -> str:
    return "CNY" if word == "rmb" else word.upper()


def unit_after(t: Tokens, i: int, *, words: bool, plural: bool) -> Unit | None:
    """The unit that starts at token `i`, behind a number.

    `words`: the number is spelt out, so symbols like "m" are no unit of it. `plural`: more than
    one, so that "two second" is no span of time.
    """
    low = t.low
    hyphen = low[i] in _HYPHENS and low[i + 1] != "" and t.kind[i + 1] == WORD
    k = i + 1 if hyphen else i
    word = low[k]
    if word not in UNIT_STARTS:
        return None
    if word in _PERCENT and (word != "pc" or t.word(k) == "pc"):
        return _percent(t, k)
    if word == "per" and low[k + 1] == "cent":
        return _percent(t, k + 1)
    if word == "percentage" and low[k + 1].startswith("point"):
        return Unit("percentage point", k + 2)
    if word == "basis" and low[k + 1].startswith("point"):
        return Unit("basis point", k + 2)
    if word in ("c", "f"):
        heat = t.glued(k) and k == i and t.word(k).isupper() and not is_sexed(t, k)
        return Unit("degree", k + 1) if heat else None
    money = _money(t, k)
    if money is not None:
        return money
    return _measure(t, k, words=words, plural=plural, hyphen=hyphen)


# The words and signs that a unit can start with: one look-up is enough for all others.
UNIT_STARTS = frozenset({
    *_PERCENT, "per", "percentage", "basis", "hong", "new", "c", "f", *"€£₽₴₩$¥₹¢/",
    *_CURRENCY_WORDS, *_CODES, *_DOLLARS, *_FEMININE, *UNITS,
})  # fmt: skip


def _percent(t: Tokens, k: int) -> Unit:
    if t.low[k + 1] == "-" and t.low[k + 2].startswith("point"):
        return Unit("percentage point", k + 3)
    if t.low[k + 1] in ("point", "points"):
        return Unit("percentage point", k + 2)
    return Unit("percent", k + 1)


def _money(t: Tokens, k: int) -> Unit | None:
    word = t.low[k]
    if word in _CURRENCY_WORDS:
        if word == "won" and not _is_won(t, k):
            return None
        return Unit(_CURRENCY_WORDS[word], k + 1)
    if word in _CODES and t.word(k).isupper():
        return Unit(_code(word), k + 1)
    if word in ("hong", "new") and t.low[k + 2] == "dollars":
        return Unit(_DOLLARS.get(t.low[k + 1], "USD"), k + 3)
    if word in _DOLLARS and t.low[k + 1] in _CURRENCY_WORDS and t.low[k + 1] != "won":
        return Unit(_DOLLARS[word], k + 2)
    if word == "/":  # "500/=" and "500/-"
        ends = t.kind[k + 2] != NUMBER and t.low[k + 1] in ("=", "-")
        return Unit("shilling", k + 2) if ends and t.glued(k) and t.glued(k + 1) else None
    if word == "¢":
        return Unit("cent", k + 1)
    if word in ("€", "£", "₽", "₴", "₩", "$", "¥", "₹"):
        return Unit(CURRENCY_SIGNS[word], k + 1)
    return None


def _is_won(t: Tokens, k: int) -> bool:
    """ "5,000 won" is money; "12 won the race" is not."""
    return t.low[k + 1] not in ("the", "a", "an", "their", "his", "by", "re", "seats", "in", "and")


def _measure(t: Tokens, k: int, *, words: bool, plural: bool, hyphen: bool) -> Unit | None:
    low = t.low
    word = low[k]
    prefix = _FEMININE.get(word, "")
    if prefix:
        k += 2 if low[k + 1] in (".", "-") else 1
        word = low[k]
        if word not in _MEASURES:
            return None
    name = UNITS.get(word)
    if name is None or not _written_as_unit(t, k, words=words, plural=plural, hyphen=hyphen):
        return None
    k += 1
    if word in ("km", "m", "cm", "mi", "ft") and low[k] in ("²", "2") and t.glued(k):
        return Unit(f"square {name}", k + 1)
    if name in ("year", "month", "week", "day"):
        aged = _aged(t, k)
        if aged:
            return Unit("age", aged)
    if name == "degree":
        return Unit("degree", _degrees(t, k))
    per = _rate(t, k)
    return per._replace(name=f"{prefix}{name}{per.name}")


def _written_as_unit(t: Tokens, k: int, *, words: bool, plural: bool, hyphen: bool) -> bool:
    word = t.low[k]
    if word == "m" and is_sexed(t, k):
        return False
    if word == "mt":
        return t.word(k) == "MT"  # not "12 Mt Kenya guides"
    if word in _SYMBOLS:
        if word in ("x", "p", "h") and not t.glued(k):
            return False
        lower_only = word in ("m", "g", "t", "l", "ha", "mi", "min", "sec", "p", "h")
        return not words and (not lower_only or t.word(k).islower())
    if word in ("second", "min", "foot", "inch"):
        return hyphen or not plural
    return not (word == "time" and not hyphen)


def _aged(t: Tokens, k: int) -> int:
    """The end of "old", "-old", "-olds", "of age" behind years; 0 if it is no age."""
    low = t.low
    if low[k] in ("old", "olds"):
        return k + 1
    if low[k] in _HYPHENS and low[k + 1] in ("old", "olds"):
        return k + 2
    if low[k] == "of" and low[k + 1] == "age":
        return k + 2
    return 0


def _degrees(t: Tokens, k: int) -> int:
    return k + 1 if t.low[k] in ("celsius", "fahrenheit", "c", "f", "centigrade") else k


def _rate(t: Tokens, k: int) -> Unit:
    """ "per hour", "an hour", "/h" behind a measure, and where it ends."""
    low = t.low
    if low[k] in ("per", "a", "an") and low[k + 1] in ("hour", "second", "minute", "day"):
        if low[k] != "a" or low[k + 1] != "day":
            return Unit(f" per {low[k + 1]}", k + 2)
    elif low[k] == "/" and t.glued(k) and low[k + 1] in ("h", "s", "hour", "hr"):
        return Unit(" per second" if low[k + 1] == "s" else " per hour", k + 2)
    return Unit("", k)
