"""Where the data that come with the package lie: in the wheel, or beside a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

__all__ = ["bundled"]

_PACKAGE = Path(__file__).resolve().parent


def bundled(kind: Literal["data", "seeds"]) -> Path:
    """The folder of bundled `data` (registries, lexicons) or `seeds` (the ledger of the seeds).

    A wheel carries both in ``reconcile/_bundled``; an editable install reads them beside the
    package. Raises `FileNotFoundError` where neither is there, naming both places.

    >>> bundled("data").name
    'data'
    """
    places = (_PACKAGE / "_bundled" / kind, _PACKAGE.parent / kind)
    for place in places:
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"the bundled {kind!r} are missing: looked for {places[0]} and {places[1]}. "
        "Install reconcile again, or run it from a complete checkout."
    )
