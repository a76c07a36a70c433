"""A data frame that an annex can print."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reconcile.values.annex import Annex
from reconcile.values.annex_tables import claims_annex, sources_annex


class AnnexFrame(pd.DataFrame):
    """A table of claims or of sources: a pandas frame whose `to_markdown`, `to_latex`, `to_html`
    and `to_csv` without any argument print it for an annex, rounded, escaped and with notes.

    With arguments they are pandas' own; what is cut or computed from it is a plain frame.
    """

    _metadata = ["printed", "level"]  # noqa: RUF012 - pandas' own name and type
    printed: str
    level: float

    @classmethod
    def of(cls, frame: pd.DataFrame, printed: str, level: float) -> AnnexFrame:
        """`frame` as a table of "claims" or of "sources" at `level`."""
        made = cls(frame)
        made.attrs = frame.attrs
        object.__setattr__(made, "printed", printed)
        object.__setattr__(made, "level", level)
        return made

    @property
    def _constructor(self) -> Any:
        return pd.DataFrame

    def annex(self) -> Annex:
        """The table to print."""
        if self.printed == "sources":
            return sources_annex(self, self.level)
        return claims_annex(self, weighed=False)

    def to_markdown(self, *args: Any, **options: Any) -> Any:
        """A pipe table; with any argument pandas' own."""
        plain = args or options
        return super().to_markdown(*args, **options) if plain else self.annex().to_markdown()

    def to_latex(self, *args: Any, **options: Any) -> Any:
        """A table for `booktabs`; with any argument pandas' own."""
        plain = args or options
        return super().to_latex(*args, **options) if plain else self.annex().to_latex()

    def to_html(self, *args: Any, **options: Any) -> Any:
        """An HTML table; with any argument pandas' own."""
        plain = args or options
        return super().to_html(*args, **options) if plain else self.annex().to_html()

    def to_csv(self, *args: Any, **options: Any) -> Any:
        """CSV that is safe in a spreadsheet; with any argument pandas' own."""
        plain = args or options
        return super().to_csv(*args, **options) if plain else self.annex().to_csv()
