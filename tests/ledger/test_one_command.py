"""All that a table leaves open is asked at once, and one command line answers it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_advice_law import CASES

from reconcile.cli import main
from reconcile.ledger import read_ledger


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def answered(stderr: str) -> tuple[str, dict[str, list[str]]]:
    """The command that is printed, and what may stand for each of its open words."""
    _, _, told = stderr.partition("to answer all at once:\n")
    command, _, where = told.partition("\nwhere\n")
    joined = re.sub(r"\n(?![A-Z_0-9]+ is )", " ", where)
    lines = (line.partition(" is ") for line in joined.strip().split("\n") if " is " in line)
    return command.replace("\\\n", " ").strip(), {
        name: rest.split(" or ") for name, _, rest in lines
    }


def filled(command: str, answers: dict[str, str]) -> list[str]:
    for name, answer in answers.items():
        command = re.sub(rf"(?<=[ ,]){name}(?=,|\s|$)", lambda _, a=answer: a, command)
    return shlex.split(command)[1:]


TABLES = {
    "german": (
        "Datum der Meldung;Wer;Tote;Vermisste;Bemerkung\n03/05/2024;Rotes Kreuz;12;5;x\n"
        "04/05/2024;Polizei;15;7;y\n05/05/2024;Rotes Kreuz;18;9;\n",
        {"SOURCE": "source=Wer", "DATES": "DMY"},
    ),
    "marks": (
        "date,agency,location,killed\n01/02/2024,AP,Lenn,1.200\n02/02/2024,AFP,Lenn,1.300\n",
        {"DATES": "MDY", "DECIMAL": ","},
    ),
    "long": (
        "when,n,what\n03/05/2024,12,dead\n04/05/2024,15,dead\n05/05/2024,18,hurt\n",
        {"QUANTITY": "quantity=what,value=n", "SOURCE": "source==town", "DATES": "DMY"},
    ),
    "one name": ("when,dead\n2024-05-03,12\n2024-05-04,15\n", {"NAME": "town"}),
}


@pytest.mark.parametrize("name", TABLES)
def test_one_command_answers_all(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, answers = TABLES[name]
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(content)
    refused = run("init", "case", "--from", "t.csv")
    assert refused.exit_code == 1
    command, open_words = answered(refused.stderr)
    assert command.startswith("reconcile init case --from t.csv ")
    assert max(map(len, refused.stderr.splitlines())) <= 80
    for word, choices in open_words.items():
        assert answers[word].replace("==town", "==NAME") in choices
    done = run(*filled(command.replace("NAME", "town"), answers))
    assert done.exit_code == 0, done.stderr
    assert len(read_ledger("case"))


@pytest.mark.parametrize("name", TABLES)
def test_the_columns_named_are_those_of_the_file(name: str, tmp_path: Path) -> None:
    content, _ = TABLES[name]
    file = tmp_path / "t.csv"
    file.write_text(content)
    told = " ".join(run("validate", str(file)).stderr.split())
    heads = re.split("[;,]", content.split("\n", 1)[0])
    shown = re.findall(r"got the columns ([^:]*?)(?= [^ ,]*t\.csv:| to answer|$)", told)
    assert shown
    assert all(text == ", ".join(heads) for text in shown)


def test_of_several_tables_each_has_a_command_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.csv").write_text("Datum,Wer,Tote\n03/05/2024,RK,12\n04/05/2024,Pol,15\n")
    Path("q.csv").write_text("date,source,dead\n2024-05-03,AP,12\n2024-05-04,AFP,15\n")
    refused = run("init", "both", "--from", "q.csv", "--from", "p.csv")
    told, _, then = refused.stderr.partition("and then\n")
    command, _ = answered(told)
    assert command.startswith("reconcile init p --from p.csv ")
    for line in (command, then.strip()):
        done = run(*filled(line, {"SOURCE": "source=Wer", "DATES": "DMY"}))
        assert done.exit_code == 0, done.stderr
    assert {claim.source for claim in read_ledger("both")} == {"RK", "Pol", "AP", "AFP"}
    misfit = run("init", "all", "--from", "q.csv", "--from", "p.csv", "--columns", "source=Wer")
    assert "reconcile init NAME --from TABLE" in " ".join(misfit.stderr.split())


def test_columns_of_days_without_a_year_are_asked_for_it(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    file.write_text("District,3 May,4 May,5 May\nNorth,12,14,15\nSouth,3,4,9\n")
    told = " ".join(run("validate", str(file)).stderr.split())
    assert "the year of '3 May'" in told
    assert "--dates 2024" in told
    assert "quantity=" not in told


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case[-1]])
def test_the_first_answers_of_the_command_read_the_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, content, _ = CASES[name]
    monkeypatch.chdir(tmp_path)
    Path(file).write_bytes(content)
    first = run("validate", file)
    if first.exit_code == 0 or "to answer all at once:" not in first.stderr:
        return
    command, choices = answered(first.stderr)
    words = filled(command, {word: found[0] for word, found in choices.items()})
    again = run(*words)
    assert again.exit_code == 0 or "to answer" not in again.stderr, (command, again.stderr)
