"""A disaster's toll, with a correction: what was known when, and what the correction did.

``python examples/disaster_with_revisions.py``
"""

from __future__ import annotations

from pathlib import Path

import reconcile

LEDGER = Path(__file__).parent.parent / "data" / "examples" / "flood"


def main() -> None:
    """The dead of 18 May as the newspapers knew them, day by day."""
    ledger = reconcile.read_ledger(LEDGER)
    known = reconcile.revisions(
        "flood_dead",
        "2024-05-18",
        ledger=ledger,
        as_of=["2024-05-13", "2024-05-15", "2024-05-18"],
    )
    for row in known.to_frame().to_dict("records"):
        span = f"{row['lower']:.0f} to {row['upper']:.0f}"
        told = f"about {row['median']:.0f} (90% {span}) from {row['n_claims']} claims"
        print(f"known on {row['as_of']:%d %b}: {told}")

    print("\nThe ministry's 41 was replaced by 63 on 17 May:")
    for day in ("2024-05-16", "2024-05-17"):
        claim = ledger.as_of(day)["ministry-41"]
        print(f"  known on {day}: {claim.phrase.text} is {claim.status}")


if __name__ == "__main__":
    main()
