"""Runs what the pages show: `python docs/run_pages.py PAGE ...`, with --write the outputs too.

A page runs from its top in a folder of its own. A `python` block runs with the names of those
before it; of an `sh` block the lines run that begin with "reconcile" (make, pip, git and the like
are for the reader). A block "text", or without a language, right behind it is its output: with
--write it is replaced, cut to as many lines as it had if it ends with "...". Comments in the page
prepare what the reader brings: `<!-- run: reconcile init flood -->`, `<!-- python: text = "" -->`;
`<!-- skip: why -->` leaves out the block that follows. With --keep the folder that a page writes
under its own name (gallery.md: gallery/) is copied beside it.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import Any

__all__ = [
    "PAGES",
    "Block",
    "PageError",
    "blocks_of",
    "run_page",
    "with_comparison",
    "with_outputs",
]

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    *sorted(
        path
        for path in (ROOT / "docs").rglob("*.md")
        if "reference" not in path.parts and "_build" not in path.parts
    ),
]

_FENCE = re.compile(r"^(```+)(\w*)[^\n]*\n(.*?)^\1[ ]*$", re.DOTALL | re.MULTILINE)
_HINT = re.compile(r"^<!-- (run|python|skip): (.*?) -->$", re.DOTALL | re.MULTILINE)
_READER = ("make", "pip", "git", "cd", "quarto", "jupyter", "python", "source", "export", "dask")
_LONGEST, _SHORT = 30, 12  # lines of an output written for the first time, and where "..." stands


class PageError(Exception):
    """A block that did not do what its page says."""


@dataclass(frozen=True)
class Block:
    """A piece of a page that runs: its language, code, line, and the span of its output."""

    language: str
    code: str
    line: int
    output: tuple[int, int] | None = None


def blocks_of(text: str) -> list[Block]:
    """The blocks of a page that run, in their order."""
    found: list[tuple[int, Block]] = []
    fences = list(_FENCE.finditer(text))
    inside = [(match.start(), match.end()) for match in fences]
    skipped: list[int] = []
    for hint in _HINT.finditer(text):
        if any(start <= hint.start() < end for start, end in inside):
            continue
        line = text.count("\n", 0, hint.start()) + 1
        if hint[1] == "skip":
            skipped.append(hint.end())
        else:
            language = "sh" if hint[1] == "run" else "python"
            found.append((hint.start(), Block(language, hint[2], line)))
    for number, match in enumerate(fences):
        if match[2] not in ("python", "sh"):
            continue
        if any(not text[end : match.start()].strip() for end in skipped if end <= match.start()):
            continue
        line = text.count("\n", 0, match.start()) + 1
        output = _output(text, match, fences[number + 1 : number + 2])
        found.append((match.start(), Block(match[2], match[3], line, output)))
    return [block for _, block in sorted(found, key=lambda pair: pair[0])]


def _output(
    text: str, match: re.Match[str], following: list[re.Match[str]]
) -> tuple[int, int] | None:
    for after in following:
        if after[2] in ("", "text") and not text[match.end() : after.start()].strip():
            return after.start(3), after.end(3)
    return None


def run_page(page: Path) -> Iterator[tuple[Block, str]]:
    """Run a page in the present folder; each block with what it printed."""
    names: dict[str, Any] = {"__name__": "__page__"}
    for block in blocks_of(page.read_text(encoding="utf-8")):
        where = f"{page.name}:{block.line}"
        if block.language == "sh":
            yield block, "".join(_commands(block.code, where))
        else:
            yield block, _python(block.code, names, where)


def _python(code: str, names: dict[str, Any], where: str) -> str:
    if code.lstrip().startswith(">>>"):
        return _session(code, names, where)
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(code, where, "exec"), names)
    except Exception as error:
        raise PageError(f"{where}: {type(error).__name__}: {error}") from error
    return printed.getvalue()


def _session(code: str, names: dict[str, Any], where: str) -> str:
    """A session with its answers, as doctest compares them."""
    found = io.StringIO()
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    test = doctest.DocTestParser().get_doctest(code, names, where, None, None)
    runner = doctest.DocTestRunner(optionflags=options)
    runner.run(test, out=found.write, clear_globs=False)
    names.update(test.globs)
    if runner.failures:
        raise PageError(f"{where}:\n{found.getvalue()}")
    return ""


def _commands(code: str, where: str) -> Iterator[str]:
    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if not words or words[0] in _READER:
            continue
        if words[0] == "mkdir":
            Path(words[-1]).mkdir(exist_ok=True)
            continue
        if words[0] != "reconcile":
            raise PageError(f"{where}: expected a reconcile command, got {line!r}")
        yield _command(words[1:], where)


def _command(words: list[str], where: str) -> str:
    from click.testing import CliRunner

    from reconcile.cli import main

    target = words[words.index(">") + 1] if ">" in words else None
    words = words[: words.index(">")] if target else words
    spread = [name for word in words for name in (sorted(glob(word)) or [word])]
    result = CliRunner().invoke(main, spread, prog_name="reconcile")
    if result.exit_code:
        raise PageError(f"{where}: reconcile {shlex.join(words)}\n{result.output}")
    if target:
        Path(target).write_text(result.stdout, encoding="utf-8")
    return "" if target else result.output


def with_outputs(text: str, ran: list[tuple[Block, str]]) -> str:
    """The page with the outputs of its blocks as they were printed."""
    for block, printed in reversed(ran):
        if block.output is None:
            continue
        start, end = block.output
        old = text[start:end].splitlines()
        lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
        most = len(old) - 1 if old and old[-1].strip() == "..." else None
        if not old or most == 0:
            most = _LONGEST if not old else _SHORT
        cut = [*lines[:most], "..."] if most is not None and len(lines) > most else lines
        text = text[:start] + "\n".join(cut) + "\n" + text[end:]
    return text


_COMPARED = {
    "polls (2004-2014)": (
        *("auto", "DL + house + past", "linear-pool", "random-effects", "mean of all polls"),
    ),
    "experts (21 studies)": (
        *("auto", "beta-transformed-linear-pool", "linear-pool", "performance-weighted"),
    ),
}
"""The rows of docs/pool.md that README.md shows: what ours is held against, not what it beats."""


def comparison(truth: str) -> str:
    """The table of README.md, out of the one in docs/pool.md."""
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in truth.splitlines()]
    lines = ["| data | method | truths | 90 % intervals hold | interval score |"]
    lines.append("|---|---|---:|---:|---:|")
    for data, methods in _COMPARED.items():
        for method in methods:
            row = next(row for row in rows if row[:2] == [data, method])
            shown = "**reconcile**" if method == "auto" else method
            lines.append(f"| {data} | {shown} | {row[2]} | {float(row[5]):.0%} | {row[7]} |")
    return "\n".join(lines)


_TRUTH = re.compile(r"(<!-- truth: start -->\n).*?(<!-- truth: end -->)", re.DOTALL)


def with_comparison(text: str) -> str:
    """A page with the table between its marks made anew."""
    truth = (ROOT / "docs" / "pool.md").read_text(encoding="utf-8")
    return _TRUTH.sub(lambda found: f"{found[1]}\n{comparison(truth)}\n\n{found[2]}", text)


def main(args: list[str]) -> None:
    """Run the pages named (all, if none is), each in a new folder."""
    os.environ.setdefault("MPLBACKEND", "Agg")
    named = [Path(arg).resolve() for arg in args if not arg.startswith("-")] or PAGES
    start = Path.cwd()
    for page in named:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                ran = list(run_page(page))
            finally:
                os.chdir(start)
            if "--keep" in args and (made := Path(folder) / page.stem).is_dir():
                shutil.copytree(made, page.with_suffix(""), dirs_exist_ok=True)
        sys.stderr.write(f"{page.relative_to(ROOT)}: {len(ran)} blocks\n")
        if "--write" in args:
            text = page.read_text(encoding="utf-8")
            page.write_text(with_comparison(with_outputs(text, ran)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
