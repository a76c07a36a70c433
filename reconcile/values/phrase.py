"""The reading of a numeric phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from reconcile.errors import OptionError, one_of
from reconcile.intervals import Interval

PhraseKind = Literal[
    "exact", "range", "approx", "at_least", "more_than", "at_most", "less_than", "vague"
]


_KINDS = get_args(PhraseKind)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a numeric expression says: the words are evidence, the numbers a reading of it.

    `span` are the character offsets of `text` in what was read. `interval` is what the speaker
    allows (unbounded where he set no bound). `nominal` is the number that was said, None for
    "dozens". `digits` are the significant digits said. `rule` names the rule that decided and
    `convention` the lexicon it was read under. `level`: the probability that the speaker gives to
    the interval ("low, best and high at 95 %"); None where he does not say.
    """

    text: str
    kind: PhraseKind
    interval: Interval
    nominal: float | None = None
    unit: str = "count"
    digits: int | None = None
    rule: str = ""
    convention: str = "default"
    span: tuple[int, int] = (0, 0)
    level: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in _KINDS:
            one_of("kind", self.kind, _KINDS)
        if self.nominal is not None and self.nominal != self.nominal:
            raise OptionError(f"expected a number in nominal, got NaN ({self.text!r})")

    @property
    def lower(self) -> float:
        """The lower bound."""
        return self.interval.lower

    @property
    def upper(self) -> float:
        """The upper bound."""
        return self.interval.upper
