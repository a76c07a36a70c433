"""A ledger of your own: a folder of TOML files, read, looked at, and asked.

Run it from anywhere: ``python examples/own_ledger.py``
"""

from __future__ import annotations

from pathlib import Path

import reconcile

LEDGER = Path(__file__).parent / "flood"


def main() -> None:
    """Ask what was known of the dead on two days, and what is known now."""
    ledger = reconcile.read_ledger(LEDGER)
    print(ledger)
    for claim in ledger.select(quantity="flood_dead"):
        low, high = claim.lower, claim.upper
        print(f"  {claim.id}: {claim.phrase.text!r} reads {low:g} to {high:g} of {claim.period}")
    for known in ("2023-06-05", "2023-06-07", "2023-06-12"):
        print(reconcile.estimate("flood_dead", "2023-06-09", ledger=ledger, as_of=known))


if __name__ == "__main__":
    main()
