"""What `parse` reads, from memory: one phrase is asked for by its marks, its cell and its row."""

from __future__ import annotations

from functools import lru_cache

from reconcile.errors import PhraseError
from reconcile.language import parse
from reconcile.values import Phrase


def phrase_of(text: str, convention: str = "default") -> Phrase:
    """`parse`, which reads equal texts once; raises as it does.

    >>> phrase_of("at least 30").kind
    'at_least'
    """
    found = _remembered(text, convention)
    if isinstance(found, PhraseError):
        raise found.with_traceback(None)
    return found


@lru_cache(maxsize=65536)
def _remembered(text: str, convention: str) -> Phrase | PhraseError:
    try:
        return parse(text, convention=convention)
    except PhraseError as error:
        return error.with_traceback(None)
