"""Words of other languages beside a number that multiply, bound or blur it: named, not read."""

from __future__ import annotations

import re
from itertools import pairwise

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

WORDS_ELSEWHERE = bag("""
    tsd tausend mio mill million millionen mrd milliarde milliarden dutzend hunderte
    mil miles millón millon millones millares docena docenas decena decenas cientos
    mila mille milioni milione miliardi miliardo migliaia centinaia dozzine
    milliers millier centaines centaine dizaines dizaine douzaine milliard
    milhões milhão milhares dezenas centenas dúzias bilhões bilhão
    тыс тысяч тысячи тысяча млн млрд миллион миллиона миллионов тис десятки сотни
    tys tyś tysięcy tysiące tysiąc mln mld mlrd bin milyon milyar yüz duizend miljoen miljard
    tusen tusind tuhat miljoner ribu juta nghìn ngàn triệu elfu laki
    mindestens höchstens wenigstens etwa ungefähr über fast knapp mehr weniger environ presque plus
    moins almeno oltre más menos cerca mais około ponad minimaal meer ongeveer минимум более около
    unos unas aproximadamente casi quase ألف آلاف مليون مليار 万 億 亿 千 百 만 천
""")
"""Multipliers and bounds of other languages, which no name in a bracket can be."""
_ALSO_ENGLISH = bag("mio mill million mil miles mln bin plus fast laki elfu mehr mais cerca menos")
"""Of these only pairs ("plus de"), or what follows ("12 mil personas"), tell the language."""
_PAIRS = {
    ("plus", "de"), ("moins", "de"), ("près", "de"), ("autour", "de"), ("más", "de"), ("mas", "de"),
    ("menos", "de"), ("cerca", "de"), ("alrededor", "de"), ("mais", "de"), ("più", "di"),
    ("meno", "di"), ("al", "menos"), ("por", "menos"), ("pelo", "menos"), ("au", "moins"),
    ("mehr", "als"), ("weniger", "als"), ("bis", "zu"), ("non", "meno"), ("не", "менее"),
    ("не", "более"), ("co", "najmniej"),
}  # fmt: skip
_TELLING = WORDS_ELSEWHERE | {word for word, _ in _PAIRS}
_PEOPLE = bag("""
    personas muertos muertas muertes heridos soldados pessoas mortos mortes feridos casos
    desplazados desaparecidos habitantes hombres mujeres niños refugiados víctimas vítimas
    dólares euros
""")
_LETTERS = re.compile(r"[^\W\d_]+")
_NEAR = 3  # tokens before the number


def words_elsewhere(text: str) -> list[str]:
    """The words of a text that multiply, bound or blur numbers in other languages alone.

    >>> words_elsewhere("12 Tsd. Tote"), words_elsewhere("12 miles")
    (['Tsd'], [])
    """
    known = WORDS_ELSEWHERE - _ALSO_ENGLISH
    return [word for word in _LETTERS.findall(text) if word.casefold() in known]


def other_language(t: Tokens, r: Reading) -> str:
    """The words beside a number that another language multiplies, bounds or blurs it with.

    Empty where there are none.
    """
    if _TELLING.isdisjoint(t.low):
        return ""
    before = t.low[max(0, r.first - _NEAR) : r.first]
    for pair in pairwise(before):
        if pair in _PAIRS:
            return " ".join(pair)
    behind = t.low[r.last]
    for word in (*before, behind):
        if word in WORDS_ELSEWHERE and word not in _ALSO_ENGLISH:
            return word
    mil = t.low[r.last - 1] == "mil" and t.kind[r.last - 2] == NUMBER
    return f"mil {behind}" if mil and t.kind[r.last] == WORD and behind in _PEOPLE else ""
