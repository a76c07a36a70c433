"""Paths that must be there; one that is not is compared with what is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from reconcile.errors import near_misses


class ExistingPath(click.Path):
    """As click's, naming what is near in the same folder."""

    def __init__(self, **options: Any) -> None:
        super().__init__(exists=True, **options)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, or a usage error."""
        if not (self.allow_dash and value == "-") and not os.path.exists(value):
            self.fail(missing(os.fspath(value)), param, ctx)
        return super().convert(value, param, ctx)


def missing(path: str) -> str:
    """That nothing is at a path, and what it may have meant."""
    near = near_paths(path)
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"Path {path!r} does not exist.{hint}"


def near_paths(path: str) -> tuple[str, ...]:
    """What is in the same folder under a name that is alike.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "case").mkdir()
    ...     [Path(found).name for found in near_paths(f"{folder}/csae")]
    ['case']
    """
    where = Path(path)
    try:
        there = [name for name in os.listdir(where.parent) if not name.startswith(".")]
    except (OSError, ValueError):
        return ()
    return tuple(str(where.with_name(name)) for name in near_misses(where.name, there))
