"""The options that shape a figure on the command line, as those of `reconcile.plot`."""

from __future__ import annotations

import re
from typing import Any

import click

from reconcile.cli.sections import together

_PLAIN = ("title", "subtitle", "xlabel", "ylabel", "colours", "bands", "scale", "locale", "style")
_NAMES = ("column", "page", "slide")


def _size(ctx: click.Context, param: click.Parameter, value: str) -> Any:
    """A preset, or WIDTHxHEIGHT in mm (or in inches with "in" after it)."""
    if value in _NAMES:
        return {"size": value}
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|in)?", value)
    if not found:
        known = ", ".join(_NAMES)
        raise click.BadParameter(f"expected {known} or WIDTHxHEIGHT in mm, got {value!r}")
    pair = (float(found.group(1)), float(found.group(2)))
    return {"figsize" if found.group(3) == "in" else "size": pair}


def _levels(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
    """Levels with commas between them: 0.5,0.9."""
    if value is None:
        return None
    try:
        return [float(each) for each in value.split(",")]
    except ValueError:
        raise click.BadParameter(f"expected levels like 0.5,0.8,0.9, got {value!r}") from None


def _colours(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> Any:
    """Pairs of an id and a colour: gur=#1148B3."""
    pairs = [each.rpartition("=") for each in value]
    for each, (name, _, colour) in zip(value, pairs, strict=True):
        if not name or not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise click.BadParameter(f"expected SOURCE=#RRGGBB, got {each!r}")
    return {name: colour for name, _, colour in pairs} or None


figure_options = together(
    click.option(
        "--size", metavar="NAME|WxH", default="page", show_default=True, callback=_size,
        help="column (85 mm), page (170 mm), slide (16:9), or WIDTHxHEIGHT in mm (120x80, 5x3in).",
    ),
    click.option("--title", metavar="TEXT", help='Replaces the title; "" removes it.'),
    click.option("--subtitle", metavar="TEXT", help='Replaces the subtitle; "" removes it.'),
    click.option("--xlabel", metavar="TEXT", help="Label of the horizontal axis."),
    click.option("--ylabel", metavar="TEXT", help="Label of the vertical axis."),
    click.option(
        "--colour", "colours", metavar="SOURCE=#RRGGBB", multiple=True, callback=_colours,
        help="The colour of a source; repeatable.",
    ),
    click.option("--no-labels", is_flag=True, help="Do not label the claims."),
    click.option(
        "--label", "named", metavar="ID", multiple=True,
        help="Label only this claim; repeatable.",
    ),
    click.option(
        "--claim", "drawn", metavar="ID", multiple=True,
        help="Draw only this claim, or the claims of this source; repeatable.",
    ),
    click.option("--no-claims", is_flag=True, help="Draw no claims."),
    click.option(
        "--bands", metavar="LEVELS", callback=_levels,
        help="Levels of the bands. [default: 0.5,0.8 and --level]",
    ),
    click.option(
        "--scale", type=click.Choice(["auto", "log", "linear"]), help="Scale of the value axis."
    ),
    click.option(
        "--locale", metavar="LANGUAGE|FILE",
        help="Language: en, de, fr, es, or a TOML file of messages.",
    ),
    click.option("--style", metavar="NAME|FILE", help="A Matplotlib style to use instead."),
)  # fmt: skip
"""The options of every figure."""


def figure_look(settings: dict[str, Any]) -> dict[str, Any]:
    """Take the options of `figure_options` out of `settings`, as arguments of a figure.

    What was not asked for is left out, so that a figure refuses only what it was asked.
    """
    size = settings.pop("size")
    look: dict[str, Any] = {} if size == {"size": "page"} else dict(size)
    labels, named = settings.pop("no_labels"), settings.pop("named")
    claims, drawn = settings.pop("no_claims"), settings.pop("drawn")
    if labels or named:
        look["labels"] = list(named) or False
    if claims or drawn:
        look["claims"] = list(drawn) or False
    plain = {name: settings.pop(name) for name in _PLAIN}
    return look | {name: value for name, value in plain.items() if value is not None}
