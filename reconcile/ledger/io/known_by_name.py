"""Names of quantities and sources in a table as the ids of a registry that has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from reconcile.values import Source


class _Labelled(Protocol):
    @property
    def label(self) -> str:
        """What it is called."""
        ...


def ids_by_name(names: Iterable[str], known: Mapping[str, _Labelled]) -> dict[str, str]:
    """The ids that `names` stand for: those that are no id of `known`, and which one label or id
    of it (or synonym of a source) spells but for case, punctuation and a leading "the".

    >>> known = {"open_hands": Source("open_hands", label="Open Hands, a relief group")}
    >>> ids_by_name(["Open Hands", "open_hands", "Closed Hands"], known)
    {'Open Hands': 'open_hands'}
    """
    spelt: dict[str, set[str]] = {}
    for name, value in known.items():
        synonyms = value.synonyms if isinstance(value, Source) else ()
        for text in (name, value.label, *synonyms):
            spelt.setdefault(_bare(text), set()).add(name)
    spelt.pop("", None)
    found: dict[str, str] = {}
    for name in names:
        meant = spelt.get(_bare(name), set())
        if name not in known and len(meant) == 1:
            found[name] = next(iter(meant))
    return found


def _bare(text: str) -> str:
    words = re.findall(r"\w+", text.casefold().replace("_", " "))
    return " ".join(words[1:] if words[:1] == ["the"] else words)
