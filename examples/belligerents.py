"""Two belligerents and neutral counts: house effects, and what each side leaves unsaid.

``python examples/belligerents.py``
"""

from __future__ import annotations

from pathlib import Path

import reconcile

LEDGER = Path(__file__).parent.parent / "data" / "examples" / "war"
SIDES = ("northmark_ministry", "southmark_ministry")


def main() -> None:
    """The dead of Northmark with all sources, and with the two sides alone."""
    ledger = reconcile.read_ledger(LEDGER)
    fit = reconcile.fit(ledger)
    print(fit.estimate("northmark_killed", "2024-05-31"))
    print("\nBy what factor each lies above or below the truth:")
    table = fit.sources()
    for row in table[table["quantity"] == "northmark_killed"].to_dict("records"):
        span = f"{row['factor_lower']:.2f} to {row['factor_upper']:.2f}"
        print(f"  {row['source']:20} {row['factor']:.2f} ({span})")
    others = [name for name in {claim.source for claim in ledger} if name not in SIDES]
    print("\nWithout the neutral counts the level rests on what we think of ministries:")
    print(
        reconcile.estimate("northmark_killed", "2024-05-31", ledger=ledger, exclude=sorted(others))
    )


if __name__ == "__main__":
    main()
