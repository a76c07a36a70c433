"""What statisticians expect of the textbook methods, and what is wrong with a table."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from reconcile.errors import OptionError
from reconcile.pooling.items_claims import claim_table
from reconcile.pooling.pool import pool

# Colditz et al. 1994: log risk ratios and variances of the 13 BCG trials (metafor, dat.bcg)
BCG = [
    (-0.8893, 0.3256), (-1.5854, 0.1946), (-1.3481, 0.4154), (-1.4416, 0.0200), (-0.2175, 0.0512),
    (-0.7861, 0.0069), (-1.6209, 0.2230), (0.0120, 0.0040), (-0.4694, 0.0564), (-1.3713, 0.0730),
    (-0.3394, 0.0124), (0.4459, 0.5325), (-0.0173, 0.0714),
]  # fmt: skip


def _bcg() -> pd.DataFrame:
    y, v = np.array(BCG).T
    reach = 1.6448536 * np.sqrt(v)
    return pd.DataFrame(
        {
            "item": "bcg", "source": [f"trial {k}" for k in range(13)], "value": y,
            "lower": y - reach, "upper": y + reach, "level": 0.9,
        }
    )  # fmt: skip


def test_bcg_heterogeneity_is_that_of_metafor() -> None:
    pooled = pool(_bcg(), method="random-effects-ml", scale="linear", learn=None, level=0.95)
    assert pooled.heterogeneity()["tau2"][0] == pytest.approx(0.2800, abs=1e-3)
    found = pool(_bcg(), method="random-effects-dl", scale="linear", learn=None, level=0.95)
    row = found.heterogeneity().iloc[0]
    assert row["tau2"] == pytest.approx(0.3088, abs=1e-3)
    assert row["q"] == pytest.approx(152.23, abs=0.6)  # the variances above are rounded
    assert row["i2"] == pytest.approx(0.9212, abs=1e-3)
    assert row["h"] == pytest.approx(np.sqrt(152.23 / 12), abs=1e-2)
    assert (row["lower"], row["upper"]) == pytest.approx((-1.0644, -0.3638), abs=2e-3)
    assert (row["tau2_lower"], row["tau2_upper"]) == pytest.approx((0.1197, 1.1115), abs=3e-3)
    assert row["prediction_lower"] < row["lower"] < row["upper"] < row["prediction_upper"]
    assert found.weights()["weight"].sum() == pytest.approx(1)


def test_the_forest_has_a_row_a_claim_and_the_pooled_mean() -> None:
    pooled = pool(_bcg(), method="random-effects", scale="linear", learn=None)
    ax = pooled.forest("bcg")
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert len(labels) == 15
    assert labels[-2:] == ["pooled", "a further truth"]
    assert "I2 92 %" in ax.get_title(loc="left")
    with pytest.raises(OptionError, match="expected an item"):
        pooled.forest("other")


def test_the_forest_is_drawn_apart_from_pyplot() -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before, settings = plt.get_fignums(), dict(mpl.rcParams)
    ax = pool(_bcg(), method="random-effects", scale="linear", learn=None).forest("bcg")
    assert plt.get_fignums() == before
    assert dict(mpl.rcParams) == settings
    assert "trial 0" in ax.get_yticklabels()[0].get_text()


def test_the_forest_of_one_claim_speaks_of_no_variance_between_claims() -> None:
    table = pd.DataFrame({"item": ["a"], "source": ["s"], "value": [3.0], "lower": [2.0],
                          "upper": [4.0], "level": [0.9]})  # fmt: skip
    ax = pool(table, method="random-effects", scale="linear", learn=None).forest("a")
    assert ax.get_title(loc="left").startswith("one claim")
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["s (100 %)", "pooled"]  # no label without its mark


def test_a_forest_of_many_claims_is_no_taller_than_a_page() -> None:
    rng = np.random.default_rng(4)
    value = rng.normal(50, 5, 400)
    table = pd.DataFrame(
        {
            "item": "q", "source": [f"Ministerium für Wirtschaft, Stelle {k}" for k in range(400)],
            "value": value, "lower": value - 5, "upper": value + 5, "level": 0.9,
        }
    )  # fmt: skip
    ax = pool(table, method="random-effects", scale="linear", learn=None).forest("q")
    figure = ax.get_figure(root=True)
    assert figure is not None
    assert figure.get_figheight() * 25.4 < 260
    words = [text.get_text() for text in figure.texts]
    assert any("Claims: 400, the 40 heaviest drawn" in text for text in words)
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert min(box.x0 for box in boxes) >= 0
    said = [label.get_text() for label in ax.get_yticklabels()]
    assert len(set(said)) == 42  # what tells names apart is kept
    assert said[0].endswith("… 0 (0.2 %)")
    assert all(b.y1 <= a.y0 + 1 for a, b in pairwise(boxes))


def test_other_methods_estimate_no_variance_between() -> None:
    with pytest.raises(OptionError, match="random-effects"):
        pool(_bcg(), method="linear-pool", scale="linear", learn=None).heterogeneity()


def test_every_quantile_column_counts() -> None:
    row = {"q025": [-1.96], "q10": [-1.2816], "q50": [0.0], "q90": [1.2816], "q975": [1.96]}
    found = claim_table(pd.DataFrame(row)).quantiles[0]
    assert found == pytest.approx([-1.6449, -0.6745, 0, 0.6745, 1.6449], abs=0.02)
    frame = pd.DataFrame(row).assign(item="a", source="s")
    assert not any("ignored" in note for note in pool(frame, learn=None).warnings)
    skew = claim_table(pd.DataFrame({"q10": [1.0], "q50": [2.0], "q90": [9.0]})).quantiles[0]
    assert skew[4] - skew[2] > 5 * (skew[2] - skew[0])


def test_quantiles_the_wrong_way_round_are_an_error_with_the_row() -> None:
    frame = pd.DataFrame({"item": "a", "source": ["s", "t"], "q05": [1.0, 9.0], "q95": [3.0, 2.0]})
    with pytest.raises(OptionError, match=r"row 1: expected q05 not above q95, got 9 and 2"):
        pool(frame, learn=None)


def test_what_is_wrong_with_an_item_stands_in_the_frame() -> None:
    rows = [
        ("a", "s", 1.0, 1, 5.0, 2.0),
        ("b", "s", 2.0, 2, 6.0, None),
        ("c", "s", 3.0, 3, None, None),
    ]
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    found = pool(pd.DataFrame(rows, columns=columns), method="hierarchical").to_frame()
    assert "no date" in found["note"][1]
    assert found["note"][0] == found["note"][2] == ""
    crossed = pd.DataFrame(
        {"item": ["a"], "source": "s", "q05": 1.0, "q25": 5.0, "q50": 3.0, "q95": 9.0}
    )
    assert "cross" in pool(crossed, learn=None).to_frame()["note"][0]
