"""Polls of one vote as a share, and polls of many votes whose results are known.

``python examples/polls.py``
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

import reconcile

LEDGER = Path(__file__).parent.parent / "data" / "examples" / "poll"


def past_votes(seed: int = 0) -> pd.DataFrame:
    """Thirty votes, made up: three institutes, of which one leans by 3 points; the last is open."""
    rng = np.random.default_rng(seed)
    lean = {"A": 0.0, "B": 0.03, "C": -0.01}
    rows = []
    for year in range(1995, 2025):
        truth = rng.normal(0.5, 0.05)
        common = rng.normal(0, 0.015)  # what all get wrong together in a year
        for name, off in lean.items():
            said = round(truth + common + off + rng.normal(0, 0.015), 3)
            known = year < 2024
            rows.append(
                {
                    "item": str(year),
                    "source": name,
                    "value": said,
                    "time": f"{year}-05-01",
                    "truth": truth if known else np.nan,
                    "resolved": f"{year}-06-01" if known else None,
                }
            )
    return pd.DataFrame(rows)


def main() -> None:
    """The tram vote from its six polls; then the open vote with what thirty years taught."""
    ledger = reconcile.read_ledger(LEDGER)
    answer = reconcile.estimate("yes_share", "2024-05-31", ledger=ledger)
    print(answer)
    print(answer.likelihood_words(0.5))

    votes = past_votes()
    pooled = reconcile.pool(votes, scale="linear")
    open_vote = votes[votes["item"] == "2024"]
    print("\n2024, as the institutes say:", open_vote["value"].tolist())
    row = pooled.to_frame().set_index("item").loc["2024"]
    print(f"pooled: {row['median']:.3f} (90% {row['lower']:.3f} to {row['upper']:.3f})")


if __name__ == "__main__":
    main()
