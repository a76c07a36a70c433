"""The five documents that come with the package: the main question, and what it rests on.

``python examples/five_documents.py [FOLDER]`` (figures go to FOLDER, else to out/)
"""

from __future__ import annotations

import sys
from pathlib import Path

import reconcile
from reconcile import plot


def main(out: Path) -> None:
    """How many North Korean casualties by 18 December 2024?"""
    out.mkdir(parents=True, exist_ok=True)
    fit = reconcile.fit()
    answer = fit.estimate("casualties", "2024-12-18")
    print(answer)
    print(answer.likelihood_words(100))
    print(answer.confidence_words())
    print("\nFrom the prior's median to the answer, by source (factors):")
    steps = answer.explain(by="source").set_index("term")["contribution"]
    print((2.718281828**steps).round(2).to_string())
    print("\nWhat cannot all be true:")
    for conflict in answer.conflicts:
        print(f"- {conflict.text}")
    plot.save(plot.spread(answer), out / "casualties-2024-12-18.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out"))
