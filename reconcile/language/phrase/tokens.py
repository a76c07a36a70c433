"""Stage 1: a text as tokens with their places; the text itself is never changed."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, compress
from operator import itemgetter, or_

from reconcile.language.phrase.number_words import bag

# Kinds of token; the numbers are those of the groups below. No pattern has a quantifier inside a
# quantifier that could match the same characters in two ways, so matching is linear. Characters
# that match nothing (spaces, direction marks, control characters) are no tokens.
WORD, NUMBER, URL, MARK, FRACTION, BREAK, _LINE, END = 1, 2, 3, 4, 5, 6, 7, 8
_PATTERNS = {
    WORD: r"[a-z]++(?![\w'’.])|(?:[^\W\d_]\.){2,}|[^\W\d_½⅓⅔¼¾⅕-⅞]+(?:['’][^\W\d_]+)*",
    NUMBER: r"\d+(?:[.,]\d+|['’]\d{3}(?!\d))*(?:e[+-]?\d+(?![^\W_]))?",
    URL: r"://\S*",
    MARK: r"\.{2,}|-+>|-{2,}|<=|>=|\+/-"
    r"|[^\w\s\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\x00-\x1f]",
    FRACTION: r"[¼-¾⅐-⅞]",
    BREAK: r"\n[^\S\n]*\n\s*",
    _LINE: r"\n",
}
_TOKEN = re.compile(f"({'|'.join(_PATTERNS.values())})")
_NUMERIC = frozenset({NUMBER, FRACTION})


class _Kinds(dict[str, int]):
    """The kind of a token by its first character, of which only addresses and breaks need more."""

    def __missing__(self, first: str) -> int:
        kinds = (kind for kind, pattern in _PATTERNS.items() if re.match(pattern, first))
        self[first] = kind = next(kinds, MARK)
        return kind


_kind_by_first = _Kinds().__getitem__


_FIRST = itemgetter(0)
_PADDING = 8  # tokens: the farthest that the grammar looks
_NOTHING, _ENDS = [""] * _PADDING, [END] * _PADDING
_TERMINAL = frozenset(".!?…")
_STOPS = frozenset({".", "!", "?", "…", "\n"})
_STOP = re.compile(r"[.!?…\n]")
_OPENERS = bag("""
    the a an in on at it he she they we i but and this that these those as for by after before
    while when if there his her its their our however meanwhile
""")
_CLOSERS = frozenset("\"'”’)]»")
_LONGEST_SENTENCE = 400  # tokens; lists without full stops are cut, to stay linear
_WRAPPED_FROM = 50  # characters: a shorter line was not wrapped
_ABBREVIATIONS = bag("""
    gen maj col lt capt sgt adm brig cmdr mr mrs ms dr prof st sen rep gov pres jan feb mar apr
    jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun no nos vs
    approx ca c est min max inc ltd co corp dept univ fig vol pp p ave blvd mt ft jr sr al etc
    e.g i.e inj hosp susp unacc wded
""")


@dataclass(slots=True)
class Tokens:
    """The tokens of `text`, as parallel lists that end in a few empty tokens.

    The padding lets the grammar look some places ahead and behind without asking where the text
    ends. `low` is the token in lower case, `numeric` the places where a number may start and
    `sentences` where each sentence begins.
    """

    text: str
    low: list[str]
    kind: list[int]
    start: list[int]
    end: list[int]
    numeric: list[int]
    sentences: list[int]
    count: int

    def word(self, i: int) -> str:
        """The token as it stands in the text."""
        return self.text[self.start[i] : self.end[i]]

    def slice(self, first: int, last: int) -> str:
        """The text from token `first` up to and without token `last`."""
        return self.text[self.start[first] : self.end[last - 1]]

    def glued(self, i: int) -> bool:
        """Whether token `i` follows the one before it without a space."""
        return i > 0 and self.start[i] == self.end[i - 1]

    def capital(self, i: int) -> bool:
        """Whether token `i` starts with a capital."""
        start = self.start[i]
        return self.text[start : start + 1].isupper()

    def sentence(self, i: int) -> tuple[int, int]:
        """First token and end of the sentence that holds token `i`."""
        if len(self.sentences) == 1:
            return 0, self.count
        index = bisect_right(self.sentences, i) - 1
        following = self.sentences[index + 1 : index + 2]
        return self.sentences[index], following[0] if following else self.count


def tokenise(text: str, numeric_words: frozenset[str]) -> Tokens:
    """Cut `text` into tokens; `numeric_words` are those at which a number may start.

    >>> tokenise("About 1,200 men.", frozenset()).low[:4]
    ['about', '1,200', 'men', '.']
    """
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters, like the Turkish dotted I, grow when lowered
        lowered = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    parts = _TOKEN.split(lowered)  # what lies between tokens, and every second a token
    low = parts[1::2]
    ends = list(accumulate(map(len, parts)))
    start, end = ends[:-1:2], ends[1::2]
    kind = list(map(_kind_by_first, map(_FIRST, low)))
    if "://" in text:
        kind = [URL if word[:3] == "://" else what for word, what in zip(low, kind, strict=True)]
    if "\n" in text:
        low, kind, start, end = _with_breaks(text, low, kind, start, end)
    count = len(low)
    counted = map(or_, map(numeric_words.__contains__, low), map(_NUMERIC.__contains__, kind))
    numeric = list(compress(range(count), counted))
    behind = [len(text) + 1] * _PADDING
    start, end = start + behind, end + behind
    tokens = Tokens(text, low + _NOTHING, kind + _ENDS, start, end, numeric, [0], count)
    stop = _STOP.search(text) if numeric else None
    if numeric and (count > _LONGEST_SENTENCE or (stop and stop.start() < end[count - 1] - 1)):
        tokens.sentences = _sentences(tokens)
    return tokens


_Columns = tuple[list[str], list[int], list[int], list[int]]


def _with_breaks(
    text: str, low: list[str], kind: list[int], start: list[int], end: list[int]
) -> _Columns:
    """The columns, where line ends that only wrap a paragraph are no tokens."""
    breaks = (BREAK, _LINE)
    kept = [
        what not in breaks or word.count("\n") > 1 or _is_break(text, first)
        for word, what, first in zip(low, kind, start, strict=True)
    ]
    low = ["\n" if what in breaks else word for word, what in zip(low, kind, strict=True)]
    kind = [BREAK if what in breaks else what for what in kind]
    return (
        list(compress(low, kept)),
        list(compress(kind, kept)),
        list(compress(start, kept)),
        list(compress(end, kept)),
    )


def _is_break(text: str, place: int) -> bool:
    """Whether a single line end ends a paragraph; those of hard-wrapped text do not."""
    following = text[place + 1 : place + 2]
    if place == 0 or not following:
        return True
    before = text[place - 1]
    if before in _TERMINAL or before in _CLOSERS or before == ":":
        return True
    long_line = place >= _WRAPPED_FROM and text.rfind("\n", place - _WRAPPED_FROM, place) < 0
    return not (following.islower() or (long_line and following.isalnum()))


def _sentences(tokens: Tokens) -> list[int]:
    """Where sentences begin; a sentence without end is cut, so that looking around stays cheap."""
    begins = [0]
    breaks = [i for i, word in enumerate(tokens.low) if word[-1:] in _STOPS]
    for stop in breaks:
        begin = _begin_after(tokens, stop)
        if begin is not None and begins[-1] < begin < tokens.count:
            begins.extend(range(begins[-1] + _LONGEST_SENTENCE, begin, _LONGEST_SENTENCE))
            begins.append(begin)
    begins.extend(range(begins[-1] + _LONGEST_SENTENCE, tokens.count, _LONGEST_SENTENCE))
    return begins


def _begin_after(tokens: Tokens, stop: int) -> int | None:
    """The first token of the sentence that `stop` makes way for, if it ends one."""
    low = tokens.low
    after = stop + 1
    if tokens.kind[stop] == BREAK:
        return after
    if tokens.kind[stop] == WORD:
        return after if low[after] in _OPENERS and tokens.capital(after) else None
    while low[after] in _CLOSERS and tokens.glued(after):
        after += 1
    if tokens.glued(after) or tokens.text[tokens.start[after] : tokens.start[after] + 1].islower():
        return None
    abbreviated = low[stop] == "." and low[stop - 1] in _ABBREVIATIONS and tokens.glued(stop)
    dead = low[stop - 1] == "d" and tokens.kind[after] == NUMBER  # "conf. 87, d. 4"
    return None if abbreviated or (dead and tokens.glued(stop)) else after
