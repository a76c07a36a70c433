"""`--write` makes a copy: no file of the user's is replaced unasked, the ledger itself never."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main

TABLE = "id,quantity,source,value,on\na,dead,x,10,2024-01-01\nb,dead,y,10,2024-01-02\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.mark.parametrize("command", ["origins", "audit"])
def test_the_registries_beside_a_table_are_not_replaced(command: str, table: Path) -> None:
    registry = table.with_name("copy.registry.toml")
    registry.write_text("# mine\n", encoding="utf-8")
    target = table.with_name("copy.csv")
    run = CliRunner().invoke(main, [command, "--ledger", str(table), "--write", str(target)])
    assert (run.exit_code, "copy.registry.toml" in run.stderr) == (2, True)
    assert registry.read_text(encoding="utf-8") == "# mine\n"
    assert not target.exists()


@pytest.mark.parametrize("more", [[], ["--overwrite"], ["--overwrite", "--as-of", "2024-01-01"]])
def test_the_ledger_that_was_read_is_never_written(more: list[str], table: Path) -> None:
    call = ["origins", "--ledger", str(table), "--write", str(table), *more]
    run = CliRunner().invoke(main, call)
    assert run.exit_code == 2
    assert table.read_text(encoding="utf-8") == TABLE


def test_nor_through_a_link_or_inside_its_folder(table: Path) -> None:
    link = table.with_name("link.csv")
    link.symlink_to(table)
    folder = table.parent / "ledger"
    folder.mkdir()
    (folder / "claims.toml").write_text(
        '[[quantity]]\nid = "dead"\n[[source]]\nid = "x"\n[[claim]]\nid = "a"\n'
        'quantity = "dead"\nsource = "x"\nvalue = 1\non = "2024-01-01"\n',
        encoding="utf-8",
    )
    for ledger, target in ((table, link), (folder, folder), (folder, folder / "claims.toml")):
        before = {path: path.read_bytes() for path in table.parent.rglob("*") if path.is_file()}
        call = ["origins", "--ledger", str(ledger), "--write", str(target), "--overwrite"]
        assert CliRunner().invoke(main, call).exit_code == 2
        after = {path: path.read_bytes() for path in table.parent.rglob("*") if path.is_file()}
        assert after == before


def test_a_new_place_is_written(table: Path) -> None:
    target = table.with_name("copy.csv")
    call = ["origins", "--ledger", str(table), "--write", str(target)]
    assert CliRunner().invoke(main, call).exit_code == 0
    assert target.exists()
    assert table.read_text(encoding="utf-8") == TABLE
