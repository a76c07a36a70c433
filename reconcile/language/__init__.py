"""What number words mean: one phrase (`parse`) and all claims of a text (`extract_mentions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.language.convention import Convention as Convention
    from reconcile.language.convention import convention_names as convention_names
    from reconcile.language.convention import read_convention as read_convention
    from reconcile.language.extraction import extract_mentions as extract_mentions
    from reconcile.language.parsing import parse as parse

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Convention": "convention",
        "convention_names": "convention",
        "extract_mentions": "extraction",
        "parse": "parsing",
        "read_convention": "convention",
    },
)
