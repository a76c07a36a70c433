"""The sentences of an answer don't contradict each other, on small ledgers of every kind."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main

LEDGERS: dict[str, list[str]] = {
    "one": ["Police,30,B"],
    "one of grade F": ["Blog,900,F"],
    "two that agree": ["Police,30,B", "Red Cross,31,B"],
    "two that say the same": ["Police,30,B", "Red Cross,30,B"],
    "two that contradict": ["Police,30,B", "Red Cross,300,B"],
    "six": ["Police,30,B", "Aid,31,B", "AFP,30,B", "Mayor,32,C", "BBC,29,B", "Army,31,C"],
    "an outlier of grade F": ["Police,30,B", "Aid,31,B", "AFP,30,B", "Blog,900,F"],
    "one source again and again": ["Police,20,B", "Police,24,B", "Police,27,B", "Police,30,B"],
    "words": ["Police,dozens,B", "Aid,at least 20,B", "AFP,fewer than 60,B"],
}


def asked(command: str, file: Path, *more: str) -> tuple[str, str]:
    result = CliRunner().invoke(main, [command, "dead", "2024-03-09", "--ledger", str(file), *more])
    assert result.exit_code == 0, result.output
    return " ".join(result.stdout.split()), " ".join(result.stderr.split())


@pytest.mark.parametrize("name", LEDGERS)
def test_the_sentences_agree(name: str, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    rows = LEDGERS[name]
    again = len({row.split(",")[0] for row in rows}) < len(rows)
    days = [f"2024-03-0{5 + i if again else 5}" for i in range(len(rows))]
    lines = [f"dead,{row},{day}" for row, day in zip(rows, days, strict=True)]
    file.write_text("\n".join(["quantity,source,phrase,reliability,date", *lines]) + "\n")
    out, err = asked("estimate", file, "--above", "30")
    why, _ = asked("explain", file)
    data = json.loads(asked("estimate", file, "--json")[0])
    weights = {claim["claim"]: claim["weight"] for claim in data["claims"]}
    several = data["diagnostics"]["other_modes"] > 0.15

    # the shares that are told of the width bear out what is said of them
    if "mostly how far sources of this grade" in err:
        assert data["variance_shares"]["sources"] > 0.5
    assert "mostly the prior" not in err
    # who is given little weight has little
    little = re.search(r"given little weight: ([^;]*?)(?= warning|$)", err)
    for claim in re.findall(r"row-\d+", little[1] if little else ""):
        assert weights[claim] <= max(weights.values()) / 2
    # a number can't have jumped where nobody spoke before
    assert "jumped" not in err or again
    # beside a count of origins stands what their weights make of it
    if data["n_effective"] < data["n_origins"] - 0.5:
        worth = f"worth {data['n_effective']:.1f} of equal weight"
        assert worth in out
        assert worth in why
    else:
        assert "uneven" not in out + why
    # contradictions smaller than the interval are said to be, but where explanations differ
    gaps = [conflict["gap"] for conflict in data["conflicts"]]
    small = bool(gaps) and max(gaps) < data["upper"] - data["lower"] and not several
    assert ("smaller than the interval" in out) == small
    if several:
        assert "of each explanation" in out
        assert "which explanation holds" in why
