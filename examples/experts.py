"""Experts who give quantiles, some too sure of themselves: pooled by what their record taught.

``python examples/experts.py``
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import reconcile


def answers(seed: int = 1) -> pd.DataFrame:
    """Twelve questions, made up; expert C states a third of her true error."""
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(12):
        truth = rng.lognormal(5, 1)
        for name, error, stated in (("A", 0.4, 0.4), ("B", 0.5, 0.5), ("C", 0.6, 0.2)):
            middle = np.log(truth) + rng.normal(0, error)
            low, high = np.exp(middle - 1.645 * stated), np.exp(middle + 1.645 * stated)
            row = {"item": f"question {number + 1}", "source": name}
            quantiles = {"q05": low, "q50": np.exp(middle), "q95": high}
            rows.append(row | quantiles | {"truth": truth if number < 11 else np.nan})
    return pd.DataFrame(rows)


def main() -> None:
    """The twelfth question, learnt from the eleven whose answers are known."""
    frame = answers()
    for learn in ("others", None):
        pooled = reconcile.pool(frame, learn=learn, scale="log")
        row = pooled.to_frame().set_index("item").loc["question 12"]
        span = f"{row['lower']:.0f} to {row['upper']:.0f}"
        print(f"learn={learn!r}: {row['median']:.0f} (90% {span})")
    textbook = reconcile.pool(frame, method="linear-pool", learn=None, scale="log")
    row = textbook.to_frame().set_index("item").loc["question 12"]
    print(f"linear pool: {row['median']:.0f} (90% {row['lower']:.0f} to {row['upper']:.0f})")


if __name__ == "__main__":
    main()
