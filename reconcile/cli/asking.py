"""What the commands that ask share: their options as arguments, and where a figure may go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from reconcile.cli.table_options import read

_FORMATS = (".svg", ".png", ".pdf")


def arguments(settings: dict[str, Any]) -> dict[str, Any]:
    """The options as keyword arguments of the library."""
    path = settings.pop("ledger_path")
    return {"ledger": read(path, settings["convention"])} | settings


def drawable(target: Path) -> Path:
    """`target` itself if a figure can be written there; a usage error otherwise."""
    if target.suffix.lower() not in _FORMATS:
        raise click.UsageError(f"expected a file ending in .svg, .png or .pdf, got {target}")
    if not target.parent.is_dir():
        raise click.UsageError(f"expected a file in a folder that exists, got {target}")
    return target
