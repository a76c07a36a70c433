"""A claim changed where it stands in a TOML ledger: checked first, then written, or not at all."""

from __future__ import annotations

import codecs
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from reconcile.errors import OptionError, UnknownNameError
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.records import CLAIM_KEYS, PERIOD_KEYS, PHRASE_KEYS, Record
from reconcile.ledger.io.storing import locked, replace_files, standing
from reconcile.ledger.io.toml import read_texts, toml_files
from reconcile.ledger.io.toml_lines import line_index
from reconcile.ledger.ledger import Ledger


def edit_claim(
    path: Path, name: str, changes: Mapping[str, Any], *, successor: str | None = None
) -> Ledger:
    """Change the claim `name` of the TOML ledger at `path`, a folder or a file.

    `changes` are values by the keys of a ledger file; None takes a key away. New words take the old
    reading with them, a new day or window the old one. Comments, other claims and line ends stay as
    they are. With `successor`, the claim stays as it was but for its status, superseded by a claim
    of that id, which has the changes and stands behind it.

    Returns the ledger as it then is. Raises `UnknownNameError` for an id that no claim has,
    `OptionError` where nothing would change or the layout of the file does not let a line be
    changed, `LedgerError`, and changes nothing, where the ledger would not be valid.

    >>> import tempfile
    >>> from reconcile.ledger.io.starter import write_starter
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = Path(parent) / "flood"
    ...     _ = write_starter(folder)
    ...     edit_claim(folder, "agency-95", {"phrase": "at least 97"})["agency-95"].lower
    97.0
    """
    folder = path if path.is_dir() else path.parent
    if not path.is_dir() and path.suffix.lower() != ".toml":
        raise OptionError(
            f"expected a ledger in TOML, got {path}. Change a table where it was made, or write it "
            "as TOML first: reconcile.write_ledger(reconcile.read_ledger(PATH), 'claims.toml')"
        )
    with locked(folder):
        found = _found(path, name)
        text = _superseded(found, changes, successor) if successor else _changed(found, changes)
        content = found.mark + text.encode()
        ledger = read_texts({found.file: content}, path)
        replace_files({found.file: content})
    return ledger


class _Found(NamedTuple):
    """The file in which a claim stands, its text, and which of its claims it is."""

    file: Path
    mark: bytes
    text: str
    place: int

    @property
    def record(self) -> Record:
        return _claims(self.text)[self.place]


def _found(path: Path, name: str) -> _Found:
    known: list[str] = []
    for file in toml_files(path):
        content = standing(file).read_bytes()
        mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
        try:
            text = content[len(mark) :].decode("utf-8")
            claims = _claims(text)
        except ValueError:
            read_texts({}, path)  # it says what is wrong with the file, and where
            raise
        for place, record in enumerate(claims):
            known.append(str(record.get("id")))
            if record.get("id") == name:
                return _Found(file, mark, text, place)
    raise UnknownNameError("claim", name, known)


def _claims(text: str) -> list[Record]:
    found: Any = tomllib.loads(text.replace("\r\n", "\n")).get("claim", [])
    return cast("list[Record]", found) if isinstance(found, list) else []


# ---------------------------------------------------------------- the text


def _changed(found: _Found, changes: Mapping[str, Any]) -> str:
    """The text with the claim changed in place."""
    wanted = _with(found.record, changes)
    if wanted == found.record:
        raise OptionError(f"expected a change, but {found.record['id']!r} says that already")
    return _checked(found, _rewritten(found, wanted), {found.place: wanted})


def _superseded(found: _Found, changes: Mapping[str, Any], successor: str) -> str:
    """The text with the claim superseded and its successor behind it."""
    old, name = found.record, found.record["id"]
    status = old.get("status", "active")
    if old.keys() & {"superseded_by", "retracted_on"} or status != "active":
        raise OptionError(f"expected a claim that stands, but {name!r} is withdrawn or corrected")
    wanted = _with(old, changes)
    if wanted == old:
        raise OptionError(f"expected a change, but {name!r} says that already")
    new = {"id": successor} | {key: value for key, value in wanted.items() if key != "id"}
    marked = old | {"status": "superseded", "superseded_by": successor}
    text = _rewritten(found, marked)
    lines = text.split("\n")
    start, end = _block(text, found.place)
    ordered = {key: new[key] for key in CLAIM_KEYS if key in new} | new
    added = ["", *table("[[claim]]", ordered).rstrip("\n").split("\n")]
    return_ = "\r" if lines[start].endswith("\r") else ""
    if end == len(lines):  # the file ends without a line end
        lines[-1] += return_
    lines[end:end] = [line + return_ for line in added]
    return _checked(found, "\n".join(lines), {found.place: marked, found.place + 1: new})


def _with(record: Record, changes: Mapping[str, Any]) -> Record:
    """The record with the changes, without what they make untrue."""
    gone = {key for key, value in changes.items() if value is None}
    given = {key: value for key, value in changes.items() if value is not None}
    if given.keys() & {"phrase", "value"}:
        gone |= {*PHRASE_KEYS} - {"convention"}
    if "on" in given:
        gone |= {*PERIOD_KEYS}
    elif given.keys() & {*PERIOD_KEYS}:
        gone.add("on")
    return {key: value for key, value in record.items() if key not in gone} | given


def _rewritten(found: _Found, wanted: Record) -> str:
    """The text with the lines of the claim that differ written anew, the others as they are."""
    old = found.record
    text = found.text
    for key in old.keys() - wanted.keys():
        text = _line_set(text, found.place, key, None)
    for key in sorted(wanted, key=_order):
        if key not in old or old[key] != wanted[key]:
            text = _line_set(text, found.place, key, wanted[key])
    return text


def _order(key: str) -> int:
    return CLAIM_KEYS.index(key) if key in CLAIM_KEYS else len(CLAIM_KEYS)


def _line_set(text: str, place: int, key: str, value: Any) -> str:
    """The text with one key of the claim set; None takes it away."""
    lines = text.split("\n")
    start, end = _block(text, place)
    first = line_index(text.replace("\r", "")).get(("claim", place, key))
    if value is None and first is not None:
        at = first - 1
        del lines[at : _after_statement(lines, at)]
        return "\n".join(lines)
    return_ = "\r" if lines[start].endswith("\r") else ""
    statement = table("", {key: value}).strip("\n").split("\n")
    if first is None:
        lines[end:end] = [line + return_ for line in statement]
        return "\n".join(lines)
    at = first - 1
    after = _after_statement(lines, at)
    statement[-1] += _comment(lines[at]) if after == at + 1 else ""
    lines[at:after] = [line + return_ for line in statement]
    return "\n".join(lines)


def _block(text: str, place: int) -> tuple[int, int]:
    """The lines of a claim, counted from 0: its header, and the line behind its last key."""
    index = line_index(text.replace("\r", ""))
    header = index.get(("claim", place))
    if header is None:
        raise OptionError(
            "expected the claim as a table of its own, headed [[claim]]; this file has it in "
            "another form, so that it must be changed by hand"
        )
    lines = text.split("\n")
    inside = [line for path, line in index.items() if path[:2] == ("claim", place)]
    return header - 1, _after_statement(lines, max(inside) - 1)


def _after_statement(lines: list[str], at: int) -> int:
    """The line behind the statement that begins at `at`: a text or list may have several."""
    for end in range(at + 1, len(lines) + 1):
        if _parses("\n".join(lines[at:end]).replace("\r", "")):
            return end
    raise OptionError(f"expected a key and a value in line {at + 1}: {lines[at]!r}")


def _comment(line: str) -> str:
    """The comment behind a statement, with the space before it."""
    plain = line.rstrip("\r")
    for at in (at for at, letter in enumerate(plain) if letter == "#"):
        if _parses(plain[:at]):
            return plain[len(plain[:at].rstrip()) :]
    return ""


def _parses(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _checked(found: _Found, text: str, wanted: Mapping[int, Record]) -> str:
    """The text, if it says what is wanted and all else as before."""
    before = tomllib.loads(found.text.replace("\r\n", "\n"))
    after = tomllib.loads(text.replace("\r\n", "\n"))
    claims = list(before["claim"])
    del claims[found.place]
    for place in sorted(wanted):
        claims.insert(place, wanted[place])
    if after != before | {"claim": claims}:
        raise OptionError(
            f"expected to change one claim of {found.file}, but its layout would change more; "
            "change it by hand"
        )
    return text
