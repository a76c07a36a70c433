"""The reading of a numeric phrase, and a phrase found in running text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reconcile.intervals import Interval
from reconcile.values.period import Days, Period

__all__ = ["Mention", "Phrase", "PhraseKind"]

PhraseKind = Literal[
    "exact", "range", "approx", "at_least", "more_than", "at_most", "less_than", "vague"
]


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

    @property
    def lower(self) -> float:
        """The lower bound."""
        return self.interval.lower

    @property
    def upper(self) -> float:
        """The upper bound."""
        return self.interval.upper


@dataclass(frozen=True, slots=True)
class Mention:
    """A `Phrase` in running text with what it is about; what could not be told is None or empty.

    `noun` is what is counted in the text's words, `event` what happened to it ("killed"),
    `quantity` and `source` ledger ids where they could be matched, `source_text` the words for
    the speaker, `via` the attribution chain between the speaker and the report. `repeats` is the
    index of the mention that this one says again. `guesses` names the fields that were inferred
    and not read. `proposed_source` is an id for a speaker that the ledger does not know yet.
    `said` are the days on which it was said, where the text tells; `context` is the sentence.
    """

    phrase: Phrase
    noun: str = ""
    event: str = ""
    quantity: str | None = None
    period: Period | None = None
    source: str | None = None
    source_text: str = ""
    proposed_source: str | None = None
    via: tuple[str, ...] = ()
    scope: Literal["whole", "part"] = "whole"
    additional: bool = False
    flags: frozenset[str] = field(default_factory=frozenset[str])
    repeats: int | None = None
    guesses: tuple[str, ...] = ()
    context: str = ""
    said: Days | None = None

    @property
    def span(self) -> tuple[int, int]:
        """Character offsets of the phrase in the text."""
        return self.phrase.span
