"""What a meta-analyst expects beside the pooled mean: tau2, I2, Q, H, weights, a forest figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from reconcile.numerics.arrays import Array, Flags
from reconcile.pooling.items import Items
from reconcile.pooling.items_scale import SCALES
from reconcile.textbook import PooledEffect, random_effects
from reconcile.textbook.meta_analysis import Between, Test

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EFFECTS: dict[str, tuple[Between, Test]] = {
    "common-effect": ("FE", "z"),
    "random-effects": ("REML", "adhoc"),
    "random-effects-dl": ("DL", "z"),
    "random-effects-pm": ("PM", "knha"),
    "random-effects-ml": ("ML", "z"),
    "random-effects-prediction": ("REML", "adhoc"),
}
"""How each method estimates the variance between values, and its test."""


def variances(x: Array, stated: Flags) -> Array:
    """Variances of claims `x` (n, 5); points without a width have the sample's."""
    width = ((x[:, 4] - x[:, 0]) / (2 * stats.norm.ppf(0.95))) ** 2
    value = x[:, 2]
    sample = float(value.var(ddof=1)) if len(value) > 1 else 0.0
    fallback = max(sample, float(width.mean()), 1e-300)
    return np.maximum(np.where(stated, width, fallback), 1e-12 * fallback)


def effect_of(x: Array, stated: Flags, between: Between, test: Test) -> PooledEffect:
    """The pooled mean of claims `x` (n, 5); one alone has no heterogeneity to speak of."""
    v = variances(x, stated)
    if len(v) == 1:
        between, test = "FE", "z"
    return random_effects(x[:, 2], v, method=between, test=test)


def effect_tables(items: Items, method: str, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """By item, the effect and its heterogeneity, and by claim the weights; on the items' scales."""
    told, names = items.witnesses, {code: name for name, code in SCALES.items()}
    between, test = EFFECTS[method]
    rows: list[dict[str, object]] = []
    parts: list[pd.DataFrame] = []
    for item in np.unique(told.item).tolist():
        mine = np.flatnonzero(told.item == item)
        found = effect_of(told.x[mine], told.stated[mine], between, test)
        name = items.item_ids[item]
        scale = names[int(items.scale[item])]
        rows.append({"item": name, "scale": scale} | _described(found, level))
        reach = stats.norm.ppf((1 + level) / 2) * np.sqrt(found.variances)
        parts.append(
            pd.DataFrame(
                {
                    "item": [name] * len(mine), "source": items.source_ids[told.source[mine]],
                    "value": found.values, "lower": found.values - reach,
                    "upper": found.values + reach, "weight": found.weights,
                }
            )
        )  # fmt: skip
    return pd.DataFrame(rows), pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _described(found: PooledEffect, level: float) -> dict[str, object]:
    inside, tau2 = found.interval(level), found.tau2_interval(level)
    low = high = np.nan
    if found.df >= 2:
        further = found.prediction(level)
        low, high = further.lower, further.upper
    p = float(stats.chi2.sf(found.q, found.df)) if found.df else np.nan
    h = float(np.sqrt(found.q / found.df)) if found.df else np.nan
    return {
        "k": len(found.values), "estimate": found.estimate, "se": found.se,
        "lower": inside.lower, "upper": inside.upper, "level": level,
        "prediction_lower": low, "prediction_upper": high, "tau2": found.tau2,
        "tau2_lower": tau2.lower, "tau2_upper": tau2.upper, "i2": found.i2, "h": h,
        "q": found.q, "df": found.df, "q_p": p,
    }  # fmt: skip


def forest_of(effect: pd.Series, weights: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """The classical forest: one row for each claim, boxes by weight; the mean as a diamond, and the
    interval of a further truth below it."""
    import matplotlib.pyplot as plt

    n = len(weights)
    if ax is None:
        _, ax = plt.subplots(figsize=(6, 1.2 + 0.28 * n), layout="constrained")
    rows = np.arange(n, 0, -1)
    ax.hlines(rows, weights["lower"], weights["upper"], color="0.35", linewidth=1)
    area = 12 + 160 * weights["weight"] / weights["weight"].max()
    ax.scatter(weights["value"], rows, s=area, marker="s", color="0.2", zorder=3)
    low, middle, high = (float(effect[c]) for c in ("lower", "estimate", "upper"))
    ax.fill([low, middle, high, middle], [0, 0.3, 0, -0.3], color="0.2")
    if np.isfinite(effect["prediction_lower"]):
        ax.hlines(-0.8, effect["prediction_lower"], effect["prediction_upper"], color="0.2")
    labels = [f"{s} ({100 * w:.0f} %)" for s, w in weights[["source", "weight"]].to_numpy()]
    ax.set_yticks([*map(float, rows), 0.0, -0.8], [*labels, "pooled", "a further truth"])
    ax.set_ylim(-1.4, n + 0.7)
    ax.axvline(middle, color="0.6", linewidth=0.8, zorder=0)
    ax.set_xlabel(f"{effect['item']} ({effect['scale']} scale)")
    ax.set_title(
        f"tau2 {effect['tau2']:.3g}, I2 {100 * effect['i2']:.0f} %, Q {effect['q']:.2f} "
        f"on {effect['df']:.0f} (p {effect['q_p']:.2g})",
        fontsize="medium", loc="left",
    )  # fmt: skip
    return ax
