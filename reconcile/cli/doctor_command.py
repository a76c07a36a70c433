"""The command `doctor`: what is installed, where data lie, and whether it works."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

import click

from reconcile.cli import options
from reconcile.cli.sections import command
from reconcile.cli.terminal import heading, line_width, print_json

_PACKAGE = "reconcile-claims"
# What an extra needs is found by the name that is imported.
_EXTRAS = {
    "parquet": ("pyarrow", "Parquet and Arrow tables"),
    "excel": ("openpyxl", "Excel tables"),
    "distributed": ("distributed", "batch on a Dask cluster"),
    "hypothesis": ("hypothesis", "reconcile.strategies, for property tests"),
    "arviz": ("arviz", "Fit.to_arviz"),
}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class _Finding(NamedTuple):
    """One line: what was looked at, what was found, whether it is as it must be."""

    group: str
    what: str
    found: str
    good: bool = True


@command
@options.json_output
@options.example("reconcile doctor", "reconcile doctor --json")
def doctor(as_json: bool) -> None:
    """Show what is installed, where the data are, and whether a small estimate works.

    The exit code is 1 if something that every command needs is missing. Paste the output into a
    bug report.
    """
    found = [*_program(), *_packages(), *_extras(), *_data(), *_environment(), *_trial()]
    if as_json:
        print_json(
            {"healthy": all(f.good for f in found), "findings": [f._asdict() for f in found]}
        )
    else:
        for group in dict.fromkeys(finding.group for finding in found):
            rows = [_row(finding) for finding in found if finding.group == group]
            click.echo(heading(group) + "\n" + _plain(rows) + "\n")
        click.echo(_verdict(found))
    if not all(finding.good for finding in found):
        raise click.exceptions.Exit(1)


def _row(finding: _Finding) -> tuple[str, str]:
    return finding.what, finding.found if finding.good else f"{finding.found}   <- problem"


def _plain(rows: list[tuple[str, str]]) -> str:
    """Two columns without heads, long texts on several lines; a path is never cut."""
    width = max(len(what) for what, _ in rows)
    lines: list[str] = []
    for what, found in rows:
        words = wrap(
            found,
            line_width() - width - 4,
            break_long_words=False,
            break_on_hyphens=False,
        )
        lines += [
            f"  {head:{width}}  {text}" for head, text in zip_longest([what], words, fillvalue="")
        ]
    return "\n".join(lines)


def _verdict(found: list[_Finding]) -> str:
    wrong = [finding.what for finding in found if not finding.good]
    return f"problems: {', '.join(wrong)}" if wrong else "all is well"


def _program() -> Iterator[_Finding]:
    good = sys.version_info >= (3, 11)
    yield _Finding("Program", "reconcile", _version(_PACKAGE) or "not installed")
    yield _Finding("Program", "folder", str(Path(__file__).resolve().parent.parent))
    yield _Finding("Program", "Python", f"{platform.python_version()} ({sys.executable})", good)
    yield _Finding("Program", "system", platform.platform())


def _packages() -> Iterator[_Finding]:
    """The packages that every command may need, as the installed metadata list them."""
    try:
        needed = [text for text in requires(_PACKAGE) or () if "extra ==" not in text]
    except PackageNotFoundError:
        yield _Finding(
            "Packages", _PACKAGE, "not installed: run from a folder of its source", False
        )
        return
    for text in sorted(needed):
        name = "".join(c if c.isalnum() or c in "-_." else " " for c in text).split()[0]
        wanted = text[len(name) :].partition(";")[0].strip()
        got = _version(name)
        yield _Finding("Packages", name, f"{got or 'missing'} (needs {wanted})", got is not None)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _extras() -> Iterator[_Finding]:
    for extra, (module, purpose) in _EXTRAS.items():
        there = find_spec(module) is not None
        told = _version(module) if there else f"no: pip install '{_PACKAGE}[{extra}]'"
        yield _Finding("Extras", extra, f"{told or 'yes'} ({purpose})")
    browser = os.environ.get("RECONCILE_BROWSER") or next(
        filter(None, map(shutil.which, _BROWSERS)), ""
    )
    yield _Finding("Extras", "Chromium", f"{browser or 'no'} (report --format pdf)")


def _data() -> Iterator[_Finding]:
    """The bundled registries, lexicons and ledger, and whether the ledger reads."""
    from reconcile._bundle import bundled
    from reconcile.ledger import read_ledger

    for kind in ("data", "seeds"):
        try:
            yield _Finding("Data", kind, str(bundled(kind)))
        except FileNotFoundError as error:
            yield _Finding("Data", kind, str(error), False)
            return
    known = read_ledger()
    yield _Finding("Data", "bundled ledger", f"{len(known)} claims, hash {known.hash[:12]}")


def _environment() -> Iterator[_Finding]:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    yield _Finding("Environment", "terminal", f"{line_width()} columns, {encoding}")
    yield _Finding("Environment", "processors", str(os.cpu_count()))
    yield _Finding("Environment", "RECONCILE_CACHE", *_cache())
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NO_COLOR", "MPLBACKEND", "PYTHONPATH"):
        value = os.environ.get(name)
        if value is not None:
            yield _Finding("Environment", name, value)


def _cache() -> tuple[str, bool]:
    """Where fits are kept, and whether something can be written there."""
    folder = os.environ.get("RECONCILE_CACHE")
    if not folder:
        return (
            "not set: each command computes anew (export RECONCILE_CACHE=~/.cache/reconcile)",
            True,
        )
    path = Path(folder)
    above = next((p for p in (path, *path.parents) if p.exists()), path)
    if not above.is_dir() or not os.access(above, os.W_OK):
        return f"{path} (can't be written: nothing is kept)", False
    count = len(list(path.glob("*.reconcile"))) if path.is_dir() else 0
    return f"{path.absolute()} ({count} kept)", True


def _trial() -> Iterator[_Finding]:
    """A small answer from the bundled ledger, from reading to posterior."""
    from reconcile.questions.estimate import estimate

    try:
        yield _Finding("Trial", "estimate", str(estimate("brigades")))
    except Exception as error:
        yield _Finding("Trial", "estimate", f"{type(error).__name__}: {error}", False)
