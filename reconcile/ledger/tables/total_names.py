"""Names that rows and columns of sums go by."""

from __future__ import annotations

import re

_SUMS = frozenset(
    """
total totals grand_total sub_total subtotal overall_total overall all all_sources all_regions
all_countries all_areas everything world worldwide global sum sums summe gesamt gesamtsumme
gesamtergebnis insgesamt zusammen total_général total_general totale totaal somme ensemble suma
soma todos totales razem toplam celkem итого всего разом усього total_result
""".split()  # noqa: SIM905
)


def is_total(name: str) -> bool:
    """Whether a name is one of sums.

    >>> [is_total(name) for name in ("Grand total", "Σ", "Gesamt:", "TotalEnergies")]
    [True, True, True, False]
    """
    plain = re.sub(r"[^\w]+", "_", name.casefold()).strip("_")
    return plain in _SUMS or name.strip() in ("Σ", "∑")
