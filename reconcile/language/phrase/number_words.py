"""The number words of English, as tables."""

from __future__ import annotations


def bag(text: str) -> frozenset[str]:
    """The words of `text` as a set: the form in which the grammar's word lists are written.

    >>> sorted(bag("one two"))
    ['one', 'two']
    """
    return frozenset(text.split())


def _table(text: str) -> dict[str, float]:
    """Rows of ``word word ... = value``, separated by semicolons or newlines."""
    table: dict[str, float] = {}
    for row in text.replace(";", "\n").splitlines():
        words, equals, value = row.partition("=")
        if equals:
            table.update(dict.fromkeys(words.split(), float(value)))
    return table


SMALL = _table("""
    zero nought naught = 0; one = 1; two = 2; three = 3; four = 4; five = 5; six = 6; seven = 7
    eight = 8; nine = 9; ten = 10; eleven = 11; twelve = 12; thirteen = 13; fourteen = 14
    fifteen = 15; sixteen = 16; seventeen = 17; eighteen = 18; nineteen = 19
""")
TENS = _table("""
    twenty = 20; thirty = 30; forty fourty = 40; fifty = 50
    sixty = 60; seventy = 70; eighty = 80; ninety = 90
""")
HUNDREDS = frozenset({"hundred", "hundreds"})
DOZENS = frozenset({"dozen", "dozens", "doz", "dz", "dzs"})
SCALES = _table("""
    thousand thousands = 1e3; lakh lakhs lac lacs = 1e5; million millions = 1e6
    crore crores = 1e7; billion billions milliard milliards = 1e9; trillion trillions = 1e12
    quadrillion quadrillions = 1e15; quintillion quintillions = 1e18
""")
# Suffixes that only count behind digits: "40k", "3.4bn", "10 bln".
SUFFIXES = _table("""
    k = 1e3; m mn mln mil mio = 1e6; cr = 1e7; b bn bln = 1e9; tn tln trn = 1e12
""")
UNIT_ORDINALS = _table("""
    first = 1; second = 2; third = 3; fourth = 4; fifth = 5
    sixth = 6; seventh = 7; eighth = 8; ninth = 9
""")
_HIGH_ORDINALS = _table("""
    tenth = 10; eleventh = 11; twelfth = 12; thirteenth = 13; fourteenth = 14; fifteenth = 15
    sixteenth = 16; seventeenth = 17; eighteenth = 18; nineteenth = 19; twentieth = 20
    thirtieth = 30; fortieth = 40; fiftieth = 50; sixtieth = 60; seventieth = 70; eightieth = 80
    ninetieth = 90; hundredth = 1e2; thousandth = 1e3; millionth = 1e6; billionth = 1e9
    trillionth = 1e12
""")
ORDINALS = UNIT_ORDINALS | _HIGH_ORDINALS
FRACTION_WORDS = _table("half halves = 2; quarter quarters = 4")
