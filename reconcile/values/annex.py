"""Tables as they are printed in an annex: Markdown, LaTeX, HTML and CSV."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from html import escape
from typing import TYPE_CHECKING

from reconcile.errors import one_of
from reconcile.values.wording import fine_percent, number_words, rounded

if TYPE_CHECKING:
    import pandas as pd

# A LaTeX table longer than a page must break across pages.
_MOST_ON_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Number:
    """A number as people read it (`shown`) and as programs do (`plain`, in a CSV)."""

    shown: str
    plain: str


def figure(value: float, width: float = math.inf) -> Number:
    """A number rounded to what is known, given the `width` of its interval; NaN is empty.

    >>> figure(10873.4, 2100)
    Number(shown='10,900', plain='10900')
    """
    if math.isnan(value):
        return Number("", "")
    if math.isinf(value):
        return Number("∞" if value > 0 else "−∞", "inf" if value > 0 else "-inf")
    plain = rounded(value, width)
    return Number(
        number_words(value, width).replace("-", "−"),
        f"{plain:.0f}" if plain == round(plain) else f"{plain:.12g}",
    )


def share(value: float) -> Number:
    """A share in percent for people, as a fraction for programs; NaN is empty.

    >>> share(0.0712)
    Number(shown='7.1%', plain='0.071')
    """
    if math.isnan(value):
        return Number("", "")
    return Number(fine_percent(value), f"{value:.3f}")


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Annex:
    """A table to print: `title`, `headers`, `rows` of texts and numbers, and `notes` below it.

    Everything is escaped for the language it is written in, whatever it holds.

    >>> table = Annex("Claims", ("id", "says"), (("=cmd()", figure(1200.0)),), ("one | note",))
    >>> print(table.to_markdown())
    **Claims**
    <BLANKLINE>
    | id | says |
    |:---|---:|
    | =cmd() | 1,200 |
    <BLANKLINE>
    - one \\| note
    >>> print(table.to_csv(), end="")
    id,says
    '=cmd(),1200
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, which are set flush right."""
        filled = [row[column] for row in self.rows if row[column]]
        return bool(filled) and all(isinstance(cell, Number) for cell in filled)

    def lean(self) -> Annex:
        """Without columns that are empty, or say the same as the one before them."""
        columns = [[_shown(row[k]) for row in self.rows] for k in range(len(self.headers))]
        kept = [
            k for k, each in enumerate(columns) if any(each) and (not k or each != columns[k - 1])
        ]
        rows = tuple(tuple(row[k] for k in kept) for row in self.rows)
        return replace(self, headers=tuple(self.headers[k] for k in kept), rows=rows)

    def to_markdown(self) -> str:
        """A pipe table (GitHub, Pandoc, Quarto) with its title above and its notes below."""
        marks = ["---:" if self.numeric(i) else ":---" for i in range(len(self.headers))]
        lines = [
            f"**{markdown_text(self.title)}**",
            "",
            _piped(map(markdown_text, self.headers)),
            f"|{'|'.join(marks)}|",
            *(_piped(markdown_text(_shown(cell)) for cell in row) for row in self.rows),
        ]
        if self.notes:
            lines += ["", *(f"- {markdown_text(note)}" for note in self.notes)]
        return "\n".join(lines)

    def to_latex(self) -> str:
        """A `table`, or where it is longer than a page a `longtable`; both need `booktabs`."""
        columns = "".join("r" if self.numeric(i) else "l" for i in range(len(self.headers)))
        head = [r"\toprule", _latex_row(self.headers), r"\midrule"]
        body = [_latex_row([_shown(cell) for cell in row]) for row in self.rows]
        caption = rf"\caption{{{_latex(self.title)}}}"
        notes = [rf"\par\footnotesize {_latex(note)}" for note in self.notes]
        if len(self.rows) <= _MOST_ON_A_PAGE:
            inner = [rf"\begin{{tabular}}{{{columns}}}", *head, *body, r"\bottomrule"]
            inner += [r"\end{tabular}", *notes, r"\end{table}"]
            return "\n".join([r"\begin{table}", r"\centering", caption, *inner])
        start = [rf"\begin{{longtable}}{{{columns}}}", caption + r" \\", *head, r"\endhead"]
        return "\n".join([*start, *body, r"\bottomrule", r"\end{longtable}", *notes])

    def to_html(self) -> str:
        """A `table` with caption, header scopes, and the notes in its foot."""
        right = [' class="number"' if self.numeric(i) else "" for i in range(len(self.headers))]
        heads = zip(self.headers, right, strict=True)
        head = "".join(f'<th scope="col"{side}>{_html(text)}</th>' for text, side in heads)
        body = "\n".join(
            "<tr>"
            + "".join(
                f"<td{side}{'' if side else _AUTO}>{_html(_shown(cell))}</td>"
                for cell, side in zip(row, right, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        foot = "".join(
            f'<tr><td colspan="{len(self.headers)}">{_html(note)}</td></tr>' for note in self.notes
        )
        return (
            f'<table class="reconcile">\n<caption>{_html(self.title)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n"
            + (f"<tfoot>{foot}</tfoot>\n" if foot else "")
            + "</table>"
        )

    def to_csv(self, *, notes: bool = False) -> str:
        """Comma-separated values (RFC 4180, lines end in \\n); numbers without separators.

        A text that a spreadsheet would run as a formula gets an apostrophe before it. `notes` adds
        title and notes as lines of comment: `# ...`.
        """
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow([csv_cell(text) for text in self.headers])
        for row in self.rows:
            writer.writerow([_plain(cell) for cell in row])
        told = [f"# {one_line(text)}\n" for text in (self.title, *self.notes)] if notes else []
        return page.getvalue() + "".join(told)


class Printed:
    """What values with tables share: each table as Markdown, LaTeX, HTML or CSV.

    Numbers are rounded to what is known; the unrounded ones are in `to_frame()`.
    """

    def _annexes(self) -> Mapping[str, Callable[[], Annex]]:
        """The tables by name, the value's own first."""
        raise NotImplementedError

    def annex(self, table: str | None = None) -> Annex:
        """One of the value's tables, by default its own; an `Estimate` also has "claims" and
        "sources", a `Timeline` "claims", a `Pooled` "sources".

        Raises `OptionError` for another name.
        """
        found = self._annexes()
        name = next(iter(found)) if table is None else table
        one_of("table", name, [*found])
        return found[name]()

    def to_markdown(self, table: str | None = None) -> str:
        """The table as a Markdown pipe table, with its title and notes; see `annex`."""
        return self.annex(table).to_markdown()

    def to_latex(self, table: str | None = None) -> str:
        """The table in LaTeX, for the package `booktabs`; see `annex`."""
        return self.annex(table).to_latex()

    def to_html(self, table: str | None = None) -> str:
        """The table in HTML; see `annex`."""
        return self.annex(table).to_html()

    def to_csv(self, table: str | None = None, *, notes: bool = False) -> str:
        """The table as CSV, safe to open in a spreadsheet; see `annex` and `Annex.to_csv`."""
        return self.annex(table).to_csv(notes=notes)


# ---------------------------------------------------------------- escaping

_AUTO = ' dir="auto"'
# Directional overrides and embeddings turn the text around them: in data they only deceive.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F)], "\N{REPLACEMENT CHARACTER}")
# A spreadsheet takes a cell that begins with one of these, wide forms too, for a formula (OWASP).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}",
            "\N{FULLWIDTH PLUS SIGN}", "\N{FULLWIDTH HYPHEN-MINUS}",
            "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|$~^@&#!])")
_LIGATURE = re.compile(r"([-'])(?=\1)")  # -- and '' would become other signs
_LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "[": "{[}", "]": "{]}", "*": "{*}", "`": r"\textasciigrave{}", "\0": "{}",
    "–": "--", "—": "---", "−": "$-$", "×": r"$\times$", "≥": r"$\geq$", "≤": r"$\leq$",
    "∞": r"$\infty$", "≈": r"$\approx$", "…": r"\ldots{}",
}  # fmt: skip


def one_line(text: str) -> str:
    """The text on one line, without control characters and directional overrides.

    >>> one_line("two\\nlines\\x07")
    'two lines'
    """
    visible = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text
    )
    return " ".join(visible.translate(_TURNING).split())


def csv_cell(text: str) -> str:
    """The text as a cell that no spreadsheet takes for a formula.

    >>> csv_cell("=cmd()"), csv_cell("  @SUM(A1)"), csv_cell("about 200")
    ("'=cmd()", "'@SUM(A1)", 'about 200')
    """
    line = one_line(text)
    return f"'{line}" if line.startswith(_FORMULA) else line


def safe_csv(frame: pd.DataFrame) -> str:
    """All columns and digits of `frame` as CSV in which no text is a formula for a spreadsheet.

    Dates are ISO 8601, an unbounded end is inf, what is missing is empty.
    """
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow([csv_cell(str(name)) for name in frame.columns])
    plain = frame.astype(object)
    for row in plain.where(frame.notna(), None).itertuples(index=False):
        writer.writerow([_raw(value) for value in row])
    return page.getvalue()


def _raw(value: object) -> object:
    """A value of a frame: numbers stay, dates without a time lose it, texts are made safe."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value.isoformat()
    return csv_cell(value) if isinstance(value, str) else value


def _shown(cell: Cell) -> str:
    return cell.shown if isinstance(cell, Number) else cell


def _plain(cell: Cell) -> str:
    return cell.plain if isinstance(cell, Number) else csv_cell(cell)


def markdown_text(text: str) -> str:
    """The text as Markdown that shows it as it is: no mark in it does anything.

    >>> print(markdown_text("[x](y) | $z$"))
    \\[x\\](y) \\| \\$z\\$
    """
    return _MARKDOWN.sub(r"\\\1", one_line(text))


def _piped(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _latex(text: str) -> str:
    apart = _LIGATURE.sub("\\1\0", one_line(text))
    return "".join(_LATEX.get(letter, letter) for letter in apart)


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(_latex, cells)) + r" \\"


def _html(text: str) -> str:
    return escape(one_line(text))
