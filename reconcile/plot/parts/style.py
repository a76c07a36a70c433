"""Styles: the settings of Matplotlib that a figure is drawn and saved under."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.style import library

from reconcile.errors import OptionError, near_hint

Style = str | Mapping[str, Any] | None

_LOOK = Path(__file__).with_name("reconcile.mplstyle")
# What the default settings must not touch: where and how figures are shown.
_NOT_LOOK = ("backend", "interactive", "toolbar", "timezone", "webagg", "tk.", "macosx", "keymap")


def style_settings(style: Style, font: float | None = None) -> dict[Any, Any]:
    """The settings that `style` stands for: "reconcile", a Matplotlib style, a dict, or None.

    The package's own style starts from Matplotlib's defaults, so that a figure does not depend on
    the caller's settings; None is empty, so that it follows them.
    """
    if style is None:
        return {}
    if not isinstance(style, str):
        return dict(style)
    if style == "reconcile":
        return _ours() | _type_sizes(font or 8.0)
    if style in library:
        return dict(library[style])
    if Path(style).suffix == ".mplstyle" and Path(style).is_file():
        return dict(mpl.rc_params_from_file(style, use_default_template=False))
    hint = near_hint(style, ["reconcile", *library])
    raise OptionError(
        f"expected style 'reconcile', None, a dict, a .mplstyle file or the name of a Matplotlib "
        f"style, got {style!r}{hint}"
    )


@cache
def _ours() -> dict[Any, Any]:
    """Matplotlib's defaults with the package's look laid over them; the file is read once."""
    look = mpl.rc_params_from_file(_LOOK, use_default_template=False)
    plain = mpl.rcParamsDefault.items()
    return {k: value for k, value in plain if not k.startswith(_NOT_LOOK)} | dict(look)


def _type_sizes(font: float) -> dict[Any, Any]:
    names = ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "axes.titlesize")
    return dict.fromkeys((*names, "legend.fontsize", "figure.titlesize"), font)
