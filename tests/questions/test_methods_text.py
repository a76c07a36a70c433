"""The text for a methods section: true of the ledger at hand, and of no other."""

from __future__ import annotations

import pytest

import reconcile
from reconcile.errors import UnknownQuantityError


def test_it_names_data_model_priors_version_and_references() -> None:
    fit = reconcile.fit(as_of="2024-12-20", level=0.8)
    told = fit.methods_text("casualties")
    n, sources = len(fit.ledger), len({claim.source for claim in fit.ledger})
    assert told.startswith(f"Data. {n} claims")
    assert f"by {sources} sources" in told
    assert "after 20 Dec 2024 was left out" in told
    assert "80% credible" in told
    assert "rate per day 5 (0.42 to 59)" in told
    assert fit.ledger.hash in told
    assert f"reconcile {reconcile.__version__}" in told
    assert "doi:10.1073/pnas.2307372120" in told
    assert not fit.kept


def test_it_speaks_only_of_the_kinds_at_hand() -> None:
    fit = reconcile.fit()
    constant = fit.methods_text("brigades")
    assert "a constant is one unknown number" in constant
    assert "never falls" not in constant
    assert "add up" not in constant
    total = fit.methods_text("casualties")
    assert "never falls" in total
    assert "add up" in total


def test_scaled_priors_and_unknown_quantities() -> None:
    assert "multiplied by 2" in reconcile.fit(prior_scale=2).methods_text()
    with pytest.raises(UnknownQuantityError, match="casualties"):
        reconcile.fit().methods_text("casualtys")


def test_before_the_first_claim_it_says_that_there_is_none() -> None:
    told = reconcile.fit(as_of="2020-01-01").methods_text("casualties")
    assert told.startswith("Data. No claims; what became public after 1 Jan 2020 was left out")
    assert "rate per day 5" in told


def test_many_quantities_are_not_listed_one_by_one() -> None:
    told = reconcile.fit().methods_text()
    assert "more quantities are in the registry" in told
