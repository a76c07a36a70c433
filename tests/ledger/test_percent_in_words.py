"""Words that say percent, of a quantity on the logit scale: shares from 0 to 1."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile import Ledger, Quantity, read_ledger, write_ledger

_SUPPORT = Quantity("support", "support", unit="share", kind="stock", scale="logit")


def _ledger(*phrases: str) -> Ledger:
    rows = [
        {"quantity": "support", "source": "x", "phrase": said, "on": f"2024-01-{day:02d}"}
        for day, said in enumerate(phrases, 1)
    ]
    return read_ledger(rows, quantities=[_SUPPORT])


def test_percent_fractions_and_shares_may_stand_side_by_side() -> None:
    ledger = _ledger("43 percent", "about 45%", "nearly half", "one in three", "0.4")
    bounds = [(claim.lower, claim.upper) for claim in ledger]
    assert bounds[0] == pytest.approx((0.43, 0.43))
    assert bounds[1] == pytest.approx((0.405, 0.495))
    assert bounds[2] == pytest.approx((0.45, 0.5))
    assert bounds[3] == pytest.approx((1 / 3, 1 / 3))
    assert bounds[4] == pytest.approx((0.4, 0.4))
    assert not any("percent" in warning for warning in ledger.warnings)


def test_percent_survives_writing_and_reading(tmp_path: Path) -> None:
    ledger = _ledger("43 percent", "up to 60 per cent")
    write_ledger(ledger, tmp_path / "ledger")
    again = read_ledger(tmp_path / "ledger")
    assert [claim.phrase for claim in again] == [claim.phrase for claim in ledger]
    assert [claim.phrase.nominal for claim in again] == pytest.approx([0.43, 0.6])


def test_a_toml_ledger_reads_percent_too(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text(
        '[[quantity]]\nid = "support"\nlabel = "support"\nunit = "share"\nkind = "stock"\n'
        'scale = "logit"\n[[source]]\nid = "x"\nlabel = "X"\n'
        '[[claim]]\nid = "a"\nquantity = "support"\nsource = "x"\nphrase = "43 percent"\n'
        "on = 2024-01-03\n",
        encoding="utf-8",
    )
    (claim,) = read_ledger(tmp_path)
    assert (claim.lower, claim.phrase.unit) == (pytest.approx(0.43), "fraction")
