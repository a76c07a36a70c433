"""From articles to a report: extract, correct what a machine can't know, answer, write the page.

``python examples/extraction_to_report.py [FOLDER]`` (the report goes to FOLDER, else to out/report)
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import reconcile
from reconcile.report import write_report

ARTICLES = sorted((Path(__file__).parent.parent / "data/examples/flood/material").glob("*.txt"))
DAYS = {path.name[:10]: path for path in ARTICLES}


def main(out: Path) -> None:
    """Read three articles under the registry of the flood, and report on its dead."""
    known = reconcile.read_ledger(ARTICLES[0].parent.parent)
    claims: list[reconcile.Claim] = []
    for day, path in DAYS.items():
        text = path.read_text(encoding="utf-8")
        found = reconcile.extract(text, published=day, ledger=known)
        for number, mention in enumerate(found):
            told = f"{path.stem}-{number}"
            if mention.quantity is None or mention.source is None or mention.period is None:
                print(f"left out, for you to judge: {told}: {mention.phrase.text!r}")
                continue
            claims.append(
                reconcile.Claim(
                    told, mention.quantity, mention.source, mention.phrase, mention.period,
                    said=mention.said, scope=mention.scope,
                )
            )  # fmt: skip
    # The boats of River Aid count what they found themselves: a part.
    claims = [replace(c, scope="part") if c.phrase.text == "11" else c for c in claims]
    ledger = reconcile.Ledger.of(claims, known.quantities, known.sources)
    print(reconcile.estimate("flood_dead", "2024-05-18", ledger=ledger))
    for page in write_report(ledger, ["flood_dead"], out=out, quick=True):
        print(f"wrote {page}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "out/report"))
