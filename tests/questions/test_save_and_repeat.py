"""What is kept comes back the same: files of `save`, pickles, copies, answers from their JSON."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings

import reconcile
from reconcile import Fit, strategies
from reconcile.errors import LedgerError, OptionError, StorageError
from reconcile.ledger import Ledger
from reconcile.ledger.io.kept import from_plain, to_plain
from reconcile.questions import save as saving
from reconcile.values import Quantity


def identical(a: Ledger, b: Ledger) -> bool:
    """Equal in everything, the order of claims and registries too."""
    return (
        a.claims == b.claims
        and list(a.quantities.items()) == list(b.quantities.items())
        and list(a.sources.items()) == list(b.sources.items())
        and list(a.reports.items()) == list(b.reports.items())
        and (a.resolutions, a.warnings) == (b.resolutions, b.warnings)
    )


@settings(max_examples=50, deadline=None)
@given(strategies.ledgers())
def test_any_ledger_survives_the_way_through_json(ledger: Ledger) -> None:
    there = json.dumps(to_plain(ledger), allow_nan=False)
    assert identical(from_plain(json.loads(there)), ledger)


def test_the_bundled_ledger_is_kept_whole_and_in_the_same_bytes(tmp_path: Path) -> None:
    ledger = reconcile.read_ledger()
    for name in ("a", "b"):
        reconcile.save(ledger, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    found = reconcile.load(tmp_path / "a")
    assert isinstance(found, Ledger)
    assert identical(found, ledger)
    with zipfile.ZipFile(tmp_path / "a") as archive:
        texts = [archive.read(name) for name in archive.namelist()]
    assert all(json.loads(text) for text in texts)


def test_a_fit_is_kept_with_its_settings_and_gives_the_same_answers(tmp_path: Path) -> None:
    ledger = reconcile.read_ledger().select(quantity="brigades")
    known = reconcile.fit(ledger, as_of="2024-12-20", level=0.8, seed=3, prior_scale=1.5)
    reconcile.save(known, tmp_path / "fit")
    found = reconcile.load(tmp_path / "fit")
    assert isinstance(found, reconcile.Fit)
    kept = (found.as_of, found.level, found.convention, found.seed, found.prior_scale)
    assert kept == (date(2024, 12, 20), 0.8, "default", 3, 1.5)
    assert identical(found.ledger, known.ledger)
    assert found.estimate("brigades").to_json() == known.estimate("brigades").to_json()


KINDS = {
    "total": {"kind": "cumulative"},
    "level": {"kind": "stock"},
    "constant": {"kind": "constant"},
    "over": {"kind": "cumulative", "closed": date(2024, 10, 30), "epoch": date(2024, 10, 29)},
    "share": {"kind": "stock", "scale": "logit"},
    "margin": {"kind": "stock", "scale": "linear"},
}
"""Quantities of every kind; "victims" are those of "dead" and "missing"."""


def every_kind() -> Ledger:
    rows = [
        {"quantity": name, "source": who, "value": n * unit, "on": f"2024-10-{day}"}
        for name, unit in (("total", 10), ("level", 5), ("constant", 3), ("over", 7),
                           ("share", 0.004), ("margin", -2), ("dead", 4), ("victims", 9))
        for who, n, day in (("mayor", 40, 29), ("agency", 55, 30), ("mayor", 58, 31))
    ]  # fmt: skip
    rows.append({"quantity": "missing", "source": "agency", "value": 90, "on": "2024-10-30"})
    known = {name: Quantity(name, **options) for name, options in KINDS.items()}
    known |= {name: Quantity(name) for name in ("dead", "missing")}
    known["victims"] = Quantity("victims", parts=("dead", "missing"))
    return reconcile.read_ledger(rows, quantities=known)


ASKED = [
    lambda k: k.estimate("total", "2024-10-30"),
    lambda k: k.estimate("total", "2025-01-15"),  # beyond the last claim
    lambda k: k.estimate("total", "2024-10-31", since="2024-10-29"),
    lambda k: k.estimate("level", "2024-10"),
    lambda k: k.estimate("constant"),
    lambda k: k.estimate("over", "2024-10-31"),
    lambda k: k.estimate("share", "2024-10-31"),
    lambda k: k.estimate("margin", "2024-10-30", level=0.5),
    lambda k: k.estimate("missing", "2024-10-31"),
    lambda k: k.combine("victims / total", "2024-10-31"),
]


@pytest.fixture(scope="module")
def answered() -> tuple[Fit, list[str]]:
    """A fit of every kind of quantity, with its answers."""
    known = reconcile.fit(every_kind(), seed=5)
    return known, [ask(known).to_json() for ask in ASKED]


def test_a_kept_fit_answers_the_same_bytes_without_a_new_fit(
    answered: tuple[Fit, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, told = answered
    reconcile.save(known, tmp_path / "fit")

    def refused(*_: Any) -> None:
        raise AssertionError("fitted again")

    monkeypatch.setattr("reconcile.questions.fit_store.fit_posterior", refused)
    monkeypatch.setattr("reconcile.inference.posterior.extended", refused)
    for path in (tmp_path / "fit", tmp_path / "again"):
        found = reconcile.load(tmp_path / "fit")
        assert isinstance(found, Fit)
        assert [ask(found).to_json() for ask in ASKED] == told
        reconcile.save(found, path)
    assert (tmp_path / "fit").read_bytes() == (tmp_path / "again").read_bytes()
    assert len((tmp_path / "fit").read_bytes()) < 2_000_000


def test_a_new_question_to_a_kept_fit_is_answered_as_by_the_first(
    answered: tuple[Fit, list[str]], tmp_path: Path
) -> None:
    known, _ = answered
    reconcile.save(known, tmp_path / "fit")
    found = reconcile.load(tmp_path / "fit")
    assert isinstance(found, Fit)
    asked = [k.estimate("victims", "2024-10-29").to_json() for k in (known, found)]
    assert asked[0] == asked[1]
    assert known.sources().equals(found.sources())


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_fits_and_timelines_pickle_and_copy(answered: tuple[Fit, list[str]], way: Any) -> None:
    known, told = answered
    found = way(known)
    assert [ask(found).to_json() for ask in (ASKED[1], ASKED[9])] == [told[1], told[9]]
    line = known.timeline("total", "2024-10-28", "2024-11-02")
    again = way(line)
    pd.testing.assert_frame_equal(again.to_frame(), line.to_frame())
    assert again["2024-10-30"].to_json() == told[0]


def test_what_another_engine_found_is_computed_again(
    answered: tuple[Fit, list[str]], tmp_path: Path
) -> None:
    reconcile.save(answered[0], tmp_path / "fit")

    def change(parts: dict[str, Any]) -> None:
        parts["fit.json"]["engine"] = "another"

    rewritten(tmp_path / "fit", change)
    with pytest.warns(UserWarning, match=r"posteriors found by other code .*reconcile\.save"):
        found = reconcile.load(tmp_path / "fit")
    assert isinstance(found, Fit)
    assert not found.kept
    assert found.estimate("constant").to_json() == answered[1][4]


def test_posteriors_of_other_claims_are_refused(
    answered: tuple[Fit, list[str]], tmp_path: Path
) -> None:
    reconcile.save(answered[0], tmp_path / "fit")

    def change(parts: dict[str, Any]) -> None:
        parts["fit.json"]["posteriors"].reverse()

    rewritten(tmp_path / "fit", change)
    found = reconcile.load(tmp_path / "fit")
    assert isinstance(found, Fit)
    with pytest.raises(OptionError, match="expected the posterior of these"):
        _ = [ask(found) for ask in ASKED]


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY\x01\x00", b"cos\nsystem\n(S'true'\ntR."])
def test_arrays_that_are_none_are_refused(
    answered: tuple[Fit, list[str]], tmp_path: Path, content: bytes
) -> None:
    reconcile.save(answered[0], tmp_path / "fit")
    rewritten(tmp_path / "fit", lambda parts: parts.update({"posterior-0/x.npy": content}))
    with pytest.raises(LedgerError, match=r"reconcile\.save"):
        reconcile.load(tmp_path / "fit")


def rewritten(path: Path, change: Any) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {
            name: json.loads(text) if name.endswith(".json") else text
            for name, text in ((name, archive.read(name)) for name in archive.namelist())
        }
    change(parts)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data if isinstance(data, bytes) else json.dumps(data))
    return path


def test_another_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    reconcile.save(reconcile.read_ledger(), tmp_path / "a")
    newer = saving.FILE_VERSION + 1
    rewritten(tmp_path / "a", lambda p: p["reconcile.json"].update(version=newer))
    with pytest.raises(StorageError, match=rf"layout {newer} .* reads layout {newer - 1}"):
        reconcile.load(tmp_path / "a")


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.pop("ledger.json"),
        lambda p: p.pop("reconcile.json"),
        lambda p: p["reconcile.json"].update(format="other"),
        lambda p: p["reconcile.json"].update(kind="Fit"),
        lambda p: p["ledger.json"].update({"is": "Popen"}),
        lambda p: p["ledger.json"].update({"is": "Days"}),
        lambda p: p["ledger.json"].update(claims=5),
        lambda p: p["ledger.json"].update(other=5),
        lambda p: p.update({"ledger.json": []}),
        lambda p: p.update({"reconcile.json": []}),
    ],
)
def test_a_file_that_was_tampered_with_is_refused(tmp_path: Path, change: Any) -> None:
    reconcile.save(reconcile.read_ledger(), tmp_path / "a")
    rewritten(tmp_path / "a", change)
    with pytest.raises(LedgerError, match=r"expected a file made by reconcile\.save"):
        reconcile.load(tmp_path / "a")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\x80\x04K\x05.", b"{}"])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(LedgerError, match=r"reconcile\.save"):
        reconcile.load(tmp_path / "a")
    with pytest.raises(LedgerError):
        reconcile.load(tmp_path / "nothing")
    with pytest.raises(LedgerError):
        reconcile.load(tmp_path)


def test_a_byte_that_changed_on_the_disk_is_noticed(tmp_path: Path) -> None:
    reconcile.save(reconcile.read_ledger(), tmp_path / "a")
    content = bytearray((tmp_path / "a").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "a").write_bytes(bytes(content))
    with pytest.raises(LedgerError):
        reconcile.load(tmp_path / "a")


def test_only_ledgers_and_fits_are_kept(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="expected a Ledger or a Fit to keep, got dict"):
        reconcile.save({}, tmp_path / "a")  # pyright: ignore[reportArgumentType]
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- pickle and copy


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_values_pickle_and_copy(way: Any) -> None:
    rows = [
        {"quantity": "dead", "source": who, "value": n, "on": "2024-10-30"}
        for who, n in (("mayor", 40), ("agency", 55))
    ]
    ledger = reconcile.read_ledger(rows)
    assert identical(way(ledger), ledger)
    known = reconcile.fit(ledger)
    answer = known.estimate("dead", "2024-10-30")
    assert way(answer).to_json() == answer.to_json()


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_what_a_fit_expects_pickles_and_copies(answered: tuple[Fit, list[str]], way: Any) -> None:
    known, _ = answered
    asked = known.predictive(known.ledger.select(quantity=["dead", "victims"]))
    assert (way(asked).quantile([0.1, 0.9]) == asked.quantile([0.1, 0.9])).all()


def test_pooled_answers_pickle() -> None:
    rows = [(i, s, 10.0 * i + s) for i in range(1, 4) for s in range(1, 4)]
    pooled = reconcile.pool(pd.DataFrame(rows, columns=["item", "source", "value"]))
    again = pickle.loads(pickle.dumps(pooled))
    pd.testing.assert_frame_equal(again.to_frame(), pooled.to_frame())


# ---------------------------------------------------------------- repeat


def test_an_answer_is_given_again_from_its_json() -> None:
    ledger = reconcile.read_ledger().select(quantity="brigades")
    first = reconcile.estimate("brigades", ledger=ledger, level=0.8, seed=2)
    for told in (first.to_json(), first.to_dict(), first.to_json().encode()):
        assert reconcile.repeat(told, ledger).to_json() == first.to_json()


def test_an_answer_by_another_method_and_as_of_a_day_is_given_again() -> None:
    ledger = reconcile.read_ledger().select(quantity="brigades")
    first = reconcile.estimate("brigades", ledger=ledger, method="hull", as_of="2025-01-01")
    assert reconcile.repeat(first.to_json(), ledger).to_json() == first.to_json()


def test_another_ledger_is_refused_and_the_difference_is_named() -> None:
    ledger = reconcile.read_ledger().select(quantity="brigades")
    told = reconcile.estimate("brigades", ledger=ledger).to_json()
    gone = ledger[0].id
    with pytest.raises(OptionError, match=f"not in it: {gone}"):
        reconcile.repeat(told, ledger.select(exclude=gone))
    noted = replace(ledger, claims=(replace(ledger[0], note="changed"), *ledger.claims[1:]))
    with pytest.raises(OptionError, match="others were added, changed or left out"):
        reconcile.repeat(told, noted)


def test_another_answer_from_the_same_ledger_is_a_warning() -> None:
    ledger = reconcile.read_ledger().select(quantity="brigades")
    told = reconcile.estimate("brigades", ledger=ledger).to_dict()
    again = reconcile.repeat(told | {"median": 7.0}, ledger)
    assert "not the answer that was told: median was 7.0" in again.warnings[-1]


@pytest.mark.parametrize("told", ["", "[]", "5", "{}", "[" * 100_000, b"\xff", "null"])
def test_what_is_no_answer_is_refused(told: Any) -> None:
    with pytest.raises(OptionError, match="expected the JSON of an estimate"):
        reconcile.repeat(told)


def test_an_answer_of_another_schema_is_refused() -> None:
    told = {"schema": 99, "quantity": "a", "method": "hull", "level": 0.9, "settings": {}}
    with pytest.raises(OptionError, match="got schema 99"):
        reconcile.repeat(told)


def test_a_fit_without_posteriors_of_another_engine_is_loaded_without_a_word(
    tmp_path: Path,
) -> None:
    reconcile.save(reconcile.fit(reconcile.read_ledger()[:2]), tmp_path / "fit")

    def change(parts: dict[str, Any]) -> None:
        parts["fit.json"]["engine"] = "another"

    rewritten(tmp_path / "fit", change)
    assert isinstance(reconcile.load(tmp_path / "fit"), Fit)  # warnings are errors here


def test_where_there_is_no_room_a_kept_fit_stays_as_it_was(tmp_path: Path) -> None:
    """A process that may write files of 2,000 bytes, as on a disk that is nearly full."""
    reconcile.save(reconcile.read_ledger()[:1], tmp_path / "kept")
    before = (tmp_path / "kept").read_bytes()
    assert len(before) > 2_000
    program = (
        "import resource, sys, reconcile\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))\n"
        "try:\n    reconcile.save(reconcile.read_ledger(), sys.argv[1])\n"
        "except reconcile.errors.StorageError as error:\n    print(error)\n"
    )
    run = [sys.executable, "-c", program, str(tmp_path / "kept")]
    told = subprocess.run(run, capture_output=True, text=True, check=True)
    assert "could not write" in told.stdout
    assert "File too large" in told.stdout
    assert (tmp_path / "kept").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if "kept" in file.name] == ["kept"]
    with pytest.raises(StorageError, match="could not write /proc"):
        reconcile.save(reconcile.read_ledger(), "/proc/kept")
