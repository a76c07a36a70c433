"""explain, conflicts, revisions, diff, sensitivity as a user meets them on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import reconcile
from reconcile.cli import main

DAY = "2024-12-17"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def _fits(text: str) -> None:
    assert max(map(len, text.splitlines())) <= 80


def test_explain_walks_from_the_prior_to_the_answer() -> None:
    told = run("explain", "brigades")
    assert told.exit_code == 0
    _fits(told.stdout)
    lines = told.stdout.splitlines()
    assert any(line.startswith("prior median") for line in lines)
    assert any(line.startswith("cnn-zelensky-brigades  two brigades") for line in lines)
    assert "words" in told.stdout
    assert "priors" in told.stdout


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one command finds of the bundled ledger, the next one need not find again."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize("by", ["claim", "source", "origin"])
def test_explain_as_json_sums_to_the_median(by: str, bundled: reconcile.Fit, cache: str) -> None:
    asked = ("explain", "casualties", DAY, "--by", by, "--json", "--cache", cache)
    told, answer = json.loads(run(*asked).stdout), bundled.estimate("casualties", DAY)
    terms = answer.explain(by=by)
    assert [term["term"] for term in told["terms"]] == terms["term"].tolist()
    assert sum(term["contribution"] for term in told["terms"]) == pytest.approx(
        terms["contribution"].sum(), abs=1e-12
    )
    assert told["variance_shares"] == pytest.approx(dict(answer.variance_shares))


def test_conflicts_are_told_in_words_with_their_gap() -> None:
    told = run("conflicts", "casualties", "2024-12-18")
    assert told.exit_code == 0
    _fits(told.stdout)
    assert "1. gap 401" in told.stdout
    assert "claims: abc-kirby-dozens, kd-gdc-500" in told.stdout
    data = json.loads(run("conflicts", "--json", "--limit", "1").stdout)
    assert len(data["conflicts"]) == 1
    assert "first 1" in data["note"]


def test_conflicts_know_only_what_was_public() -> None:
    told = run("conflicts", "killed", "--as-of", "2024-12-01")
    assert told.stdout.strip() == "no contradictions: all claims can be true"


def test_revisions_have_a_row_a_day_and_a_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = Path("moved.svg")
    told = run("revisions", "brigades", "-o", str(target))
    assert told.exit_code == 0
    _fits(told.stdout)
    assert "2024-10-22" in told.stdout
    assert target.read_text().startswith("<?xml")
    told = json.loads(run("revisions", "brigades", "--json").stdout)
    assert told["quantity"] == "brigades"
    rows = told["rows"]
    frame = reconcile.revisions("brigades").to_frame()
    assert [row["as_of"] for row in rows] == frame["as_of"].dt.strftime("%Y-%m-%d").tolist()
    assert rows[0]["median"] == frame["median"].iloc[0]
    assert rows[0]["date"] is None
    assert rows[0]["change"] is None


def test_diff_names_the_change_and_its_effect(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    rows = ["id,quantity,source,value,on", "a,lost,x,100,2024-02-01", "b,lost,y,140,2024-02-05"]
    old.write_text("\n".join(rows))
    new.write_text("\n".join([*rows, "c,lost,z,900,2024-02-06"]))
    told = run("diff", str(old), str(new))
    assert told.exit_code == 0
    _fits(told.stdout)
    assert "c added" in told.stdout
    assert "lost" in told.stdout
    data = json.loads(run("diff", str(old), str(new), "--json").stdout)
    assert data["counts"]["claim added"] == 1
    (effect,) = data["effects"]
    assert effect["median_b"] > effect["median_a"]
    assert run("diff", str(old), str(old)).stdout.strip() == "the two ledgers are the same"


def test_sensitivity_has_a_table_each_for_sources_words_and_priors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    target = Path("hangs-on.png")
    told = run("sensitivity", "brigades", "--stress", "zelensky", "-o", str(target))
    assert told.exit_code == 0
    _fits(told.stdout)
    for header in ("without", "words read by", "sd of the priors", "zelensky copied"):
        assert any(line.startswith(header) for line in told.stdout.splitlines())
    assert target.stat().st_size > 5000
    data = json.loads(run("sensitivity", "brigades", "--json").stdout)
    assert sum(data["shares"].values()) == pytest.approx(1, abs=1e-9)
    assert [row["source"] for row in data["sources"]] == ["", "zelensky"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("explain", "casulties", DAY), 2, "casualties"),
        (("explain", "casualties", "yesterday"), 2, "date"),
        (("conflicts", "nothing"), 2, "nothing"),
        (("revisions", "casualties", DAY, "--freq", "W", *2 * ("--as-of", DAY)), 2, "one --as-of"),
        (("revisions", "brigades", "-o", "figure.gif"), 2, "figure.gif"),
        (("sensitivity", "brigades", "--source", "zelenski"), 2, "zelensky"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], code: int, told: str) -> None:
    ended = run(*words)
    assert ended.exit_code == code
    assert told in ended.stderr
    assert not ended.stdout
