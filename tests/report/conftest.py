"""A report of the nasty ledger, written once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_cases import nasty_ledger

from reconcile.report import write_report


@pytest.fixture(scope="session")
def told() -> list[tuple[float, str]]:
    """What the progress of the report said."""
    return []


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory, told: list[tuple[float, str]]) -> Path:
    out = tmp_path_factory.mktemp("report") / "new" / "folder"
    write_report(
        nasty_ledger(), out=out, formats=("html", "md"), title="Flood <b>report</b>",
        progress=lambda done, what: told.append((done, what)),
    )  # fmt: skip
    return out
