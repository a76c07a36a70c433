"""Whom a claim's own texts name as their source: other sources, and news agencies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from reconcile.ledger.audit.source_names import WIRES
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim, Source

_CUE = re.compile(
    r"\b(?:citing|cites|cited|according to|quoting|quotes|quoted (?:by|in)|carried by|"
    r"reported (?:by|in)|as told to|told|relay(?:s|ed|ing)|repeat(?:s|ed|ing)|via)\b",
    re.IGNORECASE,
)
_REACH = 60  # letters after a cue within which the name must begin


class Citations:
    """Which sources and agencies the texts of a ledger's claims name.

    Read are a claim's note, its report's publisher, title and note, and its source's label. An
    agency counts wherever it is named, another source only after words such as "citing".

    >>> from reconcile.ledger import read_ledger
    >>> ledger = read_ledger()
    >>> Citations(ledger).agencies(ledger["abc-us-official-hundreds"])
    frozenset({'Associated Press'})
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._sources = _pattern({source.id: _names(source) for source in ledger.sources.values()})
        self._wires = _pattern(WIRES)

    def agencies(self, claim: Claim) -> frozenset[str]:
        """The agencies named in the texts of `claim`, or that speak it."""
        names = frozenset(self._wires)
        found = _named(" . ".join(self._texts(claim)), tuple(self._wires.items()))
        return found & names

    def sources(self, claim: Claim) -> frozenset[str]:
        """The ids of the sources that the texts of `claim` cite, not its own."""
        found: set[str] = set()
        for text in self._texts(claim):
            for cue in _CUE.finditer(text):
                after = re.split(r"[.;:]\s", text[cue.end() : cue.end() + 2 * _REACH])[0]
                found |= _named(after, tuple(self._sources.items()))
        return frozenset(found - {claim.source})

    def _texts(self, claim: Claim) -> list[str]:
        report = self._ledger.reports.get(claim.report or "")
        texts = [claim.note, self._ledger.sources[claim.source].label]
        if report is not None:
            texts += [report.publisher, report.title, report.note]
        return [text for text in texts if text]


def _names(source: Source) -> tuple[str, ...]:
    """What a text may call a source; a one-letter name would be found everywhere."""
    names = (source.label.split(",")[0].split(" (")[0], *source.synonyms)
    return tuple(name for name in dict.fromkeys(names) if len(name) > 1)


def _pattern(names: Mapping[str, tuple[str, ...]]) -> dict[str, re.Pattern[str]]:
    """For each id what finds one of its names as whole words, in their own spelling."""
    return {
        key: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, listed))})(?!\w)")
        for key, listed in names.items()
        if listed
    }


@lru_cache(maxsize=4096)
def _named(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> frozenset[str]:
    return frozenset(key for key, pattern in patterns if pattern.search(text))
