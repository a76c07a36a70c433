"""Numbers found in texts and table cells, with what they are about, and what was left unread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

from reconcile.values.period import Days, Period
from reconcile.values.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Mention:
    """A `Phrase` in running text with what it is about; what could not be told is None or empty.

    `noun` is what is counted in the text's words, `event` what happened to it ("killed"),
    `quantity` and `source` ledger ids where they could be matched, `source_text` the words for
    the speaker, `via` the attribution chain between the speaker and the report. `repeats` is the
    index of the mention that this one says again. `guesses` names the fields that were inferred
    and not read. `proposed_source` is an id for a speaker that the ledger does not know yet.
    `said` are the days on which it was said, where the text tells; `context` is the sentence.
    `label` are the words that a table cell or list sets beside the number ("Turkey").
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
    label: str = ""

    @property
    def span(self) -> tuple[int, int]:
        """Character offsets of the phrase in the text."""
        return self.phrase.span


@dataclass(frozen=True, slots=True)
class Unread:
    """Digits or a number word that became no mention, and what it was taken for.

    `span` are the character offsets of `text`; `taken_for` is "date", "ordinal", "name", "age" ...
    """

    text: str
    span: tuple[int, int]
    taken_for: str


@dataclass(frozen=True, slots=True)
class Mentions(Sequence[Mention]):
    """The numeric claims of a text in order, and `unread`: the numbers that are none.

    Together they account for every digit and number word of the text.
    """

    items: tuple[Mention, ...] = ()
    unread: tuple[Unread, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Mention: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Mention]: ...
    def __getitem__(self, index: int | slice) -> Mention | Sequence[Mention]:
        """The mention at a place, or a tuple of those in a slice."""
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Mention]:
        return iter(self.items)


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell as claims: one mention for each number that it gives, or why it gives none.

    A mention's `source_text` is the speaker named beside its number, `label` other words beside
    it, `scope` whether the number is the whole or a part. `reason` is empty where there are
    mentions.
    """

    text: str
    mentions: tuple[Mention, ...] = ()
    reason: str = ""
