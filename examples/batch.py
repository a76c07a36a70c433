"""Many series of one table, each with a fit of its own; what failed says why.

``python examples/batch.py [FOLDER]`` (answers go to FOLDER, else to out/answers)
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

import reconcile

TOWNS = ("Arden", "Belmar", "Corwen")


def claims() -> pd.DataFrame:
    """Two sources on each of three towns; in Corwen one says what is no number."""
    rows = [
        {"town": town, "quantity": "dead", "source": source, "phrase": words, "on": "2024-05-12"}
        for town, said in zip(
            TOWNS, (("12", "at least 9"), ("40", "about 50"), ("3", "many")), strict=True
        )
        for source, words in zip(("mayor", "agency"), said, strict=True)
    ]
    return pd.DataFrame(rows)


def main(out: Path) -> None:
    """Answer every town; the table of answers names the one that has none."""
    with ThreadPoolExecutor(1) as executor:  # any Executor: processes, or a Dask cluster's
        found = reconcile.fit_many(claims(), by="town", executor=executor, sink=out)
    good = found.frame[~found.frame["unit"].isin(found.failed["unit"])]
    print(good[["unit", "quantity", "median", "lower", "upper"]].round(1).to_string(index=False))
    for row in found.failed.to_dict("records"):
        print(f"{row['unit']}: {str(row['error']).splitlines()[-1].strip()}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/answers"))
