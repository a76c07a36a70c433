"""`--cache`: the same answer in the same digits, without a new fit, and never a stale one."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.questions import fit_store

TABLE = """quantity,source,on,value
dead,mayor,2024-10-30,40
dead,agency,2024-10-31,55
beds,mayor,2024-10-31,12
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


_fit = fit_store.fit_posterior
_found: dict[bytes, Any] = {}


@pytest.fixture(autouse=True)
def fits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every fit of a component. Of equal problems one is computed for all tests:
    what is kept of it, and read again, is what is tested here."""
    made: list[int] = []

    def counting(problem: Any) -> Any:
        made.append(len(problem.claims))
        name = pickle.dumps(problem)
        if name not in _found:
            _found[name] = _fit(problem)
        return _found[name]

    monkeypatch.setattr(fit_store, "fit_posterior", counting)
    return made


def run(table: Path, *command: str, cache: Path | None = None) -> Result:
    kept = () if cache is None else ("--cache", str(cache))
    return CliRunner().invoke(main, [*command, "--ledger", str(table), *kept])


@pytest.mark.parametrize(
    "command",
    [
        ("estimate", "dead", "2024-10-31", "--json"),
        ("explain", "dead", "2024-10-31"),
        ("combine", "dead / beds", "2024-10-31", "--json"),
        ("timeline", "dead", "2024-10-30", "2024-11-02", "--csv"),
    ],
    ids=" ".join,
)
def test_the_second_command_fits_nothing_and_says_the_same(
    table: Path, tmp_path: Path, fits: list[int], command: tuple[str, ...]
) -> None:
    told = run(table, *command, cache=tmp_path / "kept")
    assert told.exit_code == 0, told.output
    assert fits
    fits.clear()
    again = run(table, *command, cache=tmp_path / "kept")
    assert (again.stdout, fits) == (told.stdout, [])
    assert len(list((tmp_path / "kept").glob("*.reconcile"))) == 1


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", "3"),
        ("--as-of", "2024-10-30"),
        ("--exclude", "agency"),
        ("--convention", "crowd"),
    ],
)
def test_other_settings_are_fitted_by_themselves(
    table: Path, tmp_path: Path, fits: list[int], options: tuple[str, ...]
) -> None:
    for more in ((), options):
        told = run(table, "estimate", "dead", "2024-10-31", *more, cache=tmp_path / "kept")
        assert told.exit_code == 0
    assert len(fits) == 2
    assert told.stdout == run(table, "estimate", "dead", "2024-10-31", *options).stdout


def test_a_claim_that_changed_is_noticed(table: Path, tmp_path: Path) -> None:
    first = run(table, "estimate", "dead", "2024-10-31", cache=tmp_path / "kept")
    table.write_text(TABLE.replace("55", "550"), encoding="utf-8")
    second = run(table, "estimate", "dead", "2024-10-31", cache=tmp_path / "kept")
    assert second.stdout != first.stdout
    assert "550" in second.stdout


def test_another_level_is_answered_from_the_same_fit(
    table: Path, tmp_path: Path, fits: list[int]
) -> None:
    for level in ("0.9", "0.5"):
        told = run(table, "estimate", "dead", "2024-10-31", "--level", level, cache=tmp_path / "k")
    assert len(fits) == 1
    assert told.stdout == run(table, "estimate", "dead", "2024-10-31", "--level", "0.5").stdout


def test_what_the_cache_learns_later_is_kept_too(
    table: Path, tmp_path: Path, fits: list[int]
) -> None:
    for quantity in ("dead", "beds", "dead", "beds"):
        run(table, "estimate", quantity, "2024-10-31", cache=tmp_path / "kept")
    assert len(fits) == 2


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more"])
def test_a_damaged_file_costs_time_and_a_warning(
    table: Path, tmp_path: Path, content: bytes
) -> None:
    told = run(table, "estimate", "dead", "2024-10-31", cache=tmp_path / "kept")
    file = next((tmp_path / "kept").glob("*.reconcile"))
    file.write_bytes(content)
    again = run(table, "estimate", "dead", "2024-10-31", cache=tmp_path / "kept")
    assert (again.exit_code, again.stdout) == (0, told.stdout)
    assert "computed again" in again.stderr
    assert (
        run(table, "estimate", "dead", "2024-10-31", cache=tmp_path / "kept").stderr == told.stderr
    )


def test_a_cache_that_is_a_file_is_a_usage_error(table: Path) -> None:
    told = run(table, "estimate", "dead", "2024-10-31", cache=table)
    assert told.exit_code == 2
    assert "is a file" in " ".join(told.stderr.split())


def test_the_environment_may_name_it(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECONCILE_CACHE", str(tmp_path / "kept"))
    run(table, "estimate", "dead", "2024-10-31")
    assert len(list((tmp_path / "kept").glob("*.reconcile"))) == 1


def test_a_figure_of_several_days_is_one_fit_and_takes_what_is_kept(
    table: Path, tmp_path: Path, fits: list[int]
) -> None:
    asked = ("plot", "compare", "dead", "2024-10-30", "2024-10-31", "--against", "hull")
    for name, number in (("one.svg", 1), ("two.svg", 0)):
        fits.clear()
        told = run(table, *asked, "-o", str(tmp_path / name), cache=tmp_path / "kept")
        assert (told.exit_code, len(fits)) == (0, number), told.output
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
