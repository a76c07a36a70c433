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

    from reconcile.plot.parts.sheet import Sheet

MOST = 40  # claims drawn: no taller than a page
FURTHER = -0.9  # the row of a further truth, below that of the mean

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
    interval of a further truth below it. Of more than `MOST` claims the heaviest are drawn."""
    from reconcile.plot.parts.sheet import open_sheet

    shown = weights.loc[weights["weight"].nlargest(MOST).sort_index().index]
    n = len(shown)
    with open_sheet(ax, "reconcile", "page", 35 + 5.2 * n, texts=shown["source"]) as sheet:
        _draw_forest(sheet.ax, effect, shown, weights["weight"].max())
        names = [_label(sheet, *row) for row in shown[["source", "weight"]].to_numpy()]
        rows = dict(zip(map(float, range(n, 0, -1)), names, strict=True)) | {0.0: "pooled"}
        if np.isfinite(effect["prediction_lower"]):
            rows[FURTHER] = "a further truth"
        sheet.ax.set_yticks([*rows], [*rows.values()])
        sheet.ax.set_ylim(min(rows) - 0.6, n + 0.7)
        sheet.dress("bottom")
        sheet.ax.tick_params(axis="y", length=0)
        sheet.label_axes(f"{effect['item']} ({effect['scale']} scale)", None)
        sheet.ax.set_title(_heterogeneity_words(effect), fontsize=sheet.font, loc="left")
        rest = len(weights) - n
        sheet.foot(f"Claims: {len(weights):,}" + (f", the {n} heaviest drawn" if rest else ""))
        sheet.fit()
    return sheet.ax


def _draw_forest(ax: Axes, effect: pd.Series, shown: pd.DataFrame, heaviest: float) -> None:
    n = len(shown)
    rows = np.arange(n, 0, -1)
    ax.hlines(rows, shown["lower"], shown["upper"], color="0.35", linewidth=1)
    area = 6 + 60 * shown["weight"] / heaviest
    ax.scatter(shown["value"], rows, s=area, marker="s", color="0.2", linewidth=0, zorder=3)
    low, middle, high = (float(effect[c]) for c in ("lower", "estimate", "upper"))
    ax.fill([low, middle, high, middle], [0, 0.3, 0, -0.3], color="0.2")
    if np.isfinite(effect["prediction_lower"]):
        ax.hlines(FURTHER, effect["prediction_lower"], effect["prediction_upper"], color="0.2")
    ax.axvline(middle, color="0.6", linewidth=0.8, zorder=0)


def _label(sheet: Sheet, source: object, weight: float) -> str:
    """The source's name, no wider than a third of the sheet, and its weight."""
    percent = f"{100 * weight:.0f}" if weight >= 0.0095 else f"{100 * weight:.1g}"
    return sheet.name([str(source)], sheet.room / 3, sheet.font, after=f" ({percent} %)")


def _heterogeneity_words(effect: pd.Series) -> str:
    if not effect["df"]:
        return "one claim: nothing is known of the variance between claims"
    return (
        f"tau2 {effect['tau2']:.3g}, I2 {100 * effect['i2']:.0f} %, Q {effect['q']:.2f} "
        f"on {effect['df']:.0f} (p {effect['q_p']:.2g})"
    )
