"""The page: one HTML file with its style, script and figures inside; it loads nothing."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from reconcile.report.contents import Contents, Section
from reconcile.report.data_files import DATA_FILES
from reconcile.report.drawings import FORMATS, Drawing
from reconcile.report.lines import ClaimLine, choices, claim_lines, step_lines
from reconcile.report.naming import slug
from reconcile.values.annex import figure, one_line
from reconcile.values.annex_tables import sources_annex
from reconcile.values.wording import counted, day_words, share_words

_MOST_FINDINGS = 40
SORTABLE = (
    ("quantity", "Quantity"), ("source", "Source"), ("says", "Says"), ("reads", "Read as"),
    ("period", "About"), ("said", "Published"), ("where", "Where"), ("weight", "Weight"),
    ("influence", "Moves the answer"), ("note", "Note"),
)  # fmt: skip
_FIRST, _LAST = ("timeline", "spread"), ("revisions",)


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing inside the page: its SVG as a data URI, with its size in CSS pixels."""

    stem: str
    title: str
    caption: str
    alt: str
    page: int
    source: str
    width: int
    height: int


def html_page(contents: Contents, drawn: Sequence[Drawing]) -> str:
    """The whole page. Everything that comes from data is escaped by the template."""
    style, script = _asset("page.css"), _asset("page.js")
    lines = claim_lines(contents)
    has_where = any(line.publisher or line.link for line in lines)
    has_note = any(line.status for line in lines)
    columns = {
        "where": has_where,
        "note": has_note,
        "quantity": len({e.quantity for e in lines}) > 1,
    }
    findings = contents.findings()
    sections = [_section(section, drawn) for section in contents.sections]
    return _template().render(
        title=contents.title,
        basis=basis_words(contents),
        level=f"{100 * contents.level:.3g}%",
        style=Markup(style),
        script=Markup(script),
        script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        switch_style=Markup(_switch_style(max(len(each["choices"]) for each in sections))),
        sections=sections,
        claims=lines,
        quantity_choices=_options((line.quantity, line.quantity_label) for line in lines),
        source_choices=_options((line.source, line.source_label) for line in lines),
        claims_words=counted(len(lines), "claim"),
        columns=columns,
        sortable=[(key, name) for key, name in SORTABLE if columns.get(key, True)],
        sources_table=Markup(sources_annex(contents.sources, contents.level).lean().to_html()),
        common_drawings=[_picture(each) for each in drawn if not each.section],
        findings=findings[:_MOST_FINDINGS],
        no_findings=contents.no_findings(),
        findings_count=counted(len(findings), "contradiction"),
        linked=_linker(lines),
        findings_more=max(0, len(findings) - _MOST_FINDINGS),
        notes=contents.notes,
        methods=[_paragraph(text) for text in contents.methods.split("\n\n")],
        diagnostics=_diagnostics(contents.sections),
        settings=contents.told_settings(),
        files=DATA_FILES,
        endings=FORMATS,
    ) + "\n"  # fmt: skip


def _linker(lines: Sequence[ClaimLine]) -> Callable[[str], Markup]:
    """Makes the ids of claims in a text links to their rows, which tell on hovering what they say.

    Ids without a letter are left alone: in a text they would be numbers.
    """
    rows = {line.id: (number, line) for number, line in enumerate(lines, start=1)}
    names = sorted((re.escape(name) for name in rows if re.search(r"[^\W\d]", name)), key=len)
    known = re.compile(rf"(?<![\w-])(?:{'|'.join(reversed(names)) or '(?!)'})(?![\w-])")

    def link(found: re.Match[str]) -> Markup:
        number, line = rows[found[0]]
        told = one_line(f"{line.source_label}: {line.phrase}, {line.period}")
        shape = Markup('<a class="claim" href="#claim-{}" title="{}">{}</a>')
        return shape.format(number, told, one_line(found[0]))

    def linked(words: str) -> Markup:
        text = one_line(words)
        parts, end = list[Markup](), 0
        for found in known.finditer(text):
            parts += [escape(text[end : found.start()]), link(found)]
            end = found.end()
        return Markup("").join([*parts, escape(text[end:])])

    return linked


def _paragraph(text: str) -> tuple[str, list[str]]:
    """A paragraph and the items of the list after it, whose lines begin with a dash."""
    head, *rest = text.split("\n")
    return head, [line.removeprefix("- ") for line in rest]


def basis_words(contents: Contents) -> str:
    """What the report rests on, in one sentence.

    Claims that were withdrawn are counted: they are in the ledger, and in the table of claims.
    """
    ledger = contents.ledger
    said = max(claim.public_on for claim in ledger)
    known = said if contents.as_of is None else contents.as_of
    return (
        f"From a ledger of {counted(len(ledger), 'claim')} by "
        f"{counted(len({claim.source for claim in ledger}), 'source')}, "
        f"as known on {day_words(known)}. "
        f"Intervals hold {100 * contents.level:.3g}% of the probability. Made by reconcile "
        f"{contents.settings.get('version', '')} from the ledger {ledger.hash[:12]}."
    )


def _section(section: Section, drawn: Sequence[Drawing]) -> dict[str, Any]:
    answer = section.answer
    span = answer.interval()
    width = span.upper - span.lower
    median, lower, upper = (figure(x, width).shown for x in (answer.median, span.lower, span.upper))
    mine = [each for each in drawn if each.section == section.id]
    sentence = str(answer)
    return {
        "anchor": slug("q", section.id),
        "label": section.label,
        "date": "" if answer.date is None else day_words(answer.date),
        "median": median,
        "interval": lower + (f"–{upper}" if span.lower >= 0 else f" to {upper}"),
        "n_claims": f"{answer.n_claims:,}",
        "n_origins": f"{answer.n_origins:,}",
        "sentence": sentence[:1].upper() + sentence[1:],
        "confidence": answer.confidence_words(),
        "warnings": section.warnings,
        "shares": share_words(answer.variance_shares),
        "choices": choices(section),
        "unasked": section.unasked,
        "steps": step_lines(section),
        "thinned": section.thinned,
        "main_drawings": [_picture(d) for d in mine if d.kind in _FIRST],
        "more_drawings": [_picture(d) for d in mine if d.kind not in (*_FIRST, *_LAST)],
        "revision_drawings": [_picture(d) for d in mine if d.kind in _LAST],
    }  # fmt: skip


def _picture(drawing: Drawing) -> Picture:
    source = b64encode(drawing.svg.encode()).decode()
    width, height = _size(drawing.svg)
    return Picture(
        drawing.stem, drawing.title, drawing.caption, drawing.alt, drawing.page,
        Markup(f"data:image/svg+xml;base64,{source}"), width, height,
    )  # fmt: skip


def _size(svg: str) -> tuple[int, int]:
    """The size of an SVG in CSS pixels (96 in an inch), from its size in points."""
    root = re.search(r"<svg [^>]*>", svg)
    sizes = dict(re.findall(r'\b(width|height)="([\d.]+)pt"', root[0] if root else ""))
    return round(float(sizes["width"]) * 4 / 3), round(float(sizes["height"]) * 4 / 3)


def _diagnostics(sections: Iterable[Section]) -> dict[str, Any]:
    """The numbers that tell when not to believe, and the verdict in words."""
    told = [section for section in sections if section.answer.diagnostics]
    names = list(dict.fromkeys(name for s in told for name in s.answer.diagnostics))
    rows = [
        (
            section.label,
            [_number(section.answer.diagnostics.get(name)) for name in names],
            "; ".join(section.answer.warnings) or "no warning",
        )
        for section in told
    ]
    return {"names": [name.replace("_", " ") for name in names], "rows": rows} if rows else {}


def _number(value: float | None) -> str:
    if value is None:
        return ""
    shown = 0.0 if abs(value) < 1e-9 else value  # what rounding left of nothing
    return f"{shown:,.3g}" if abs(shown) < 1000 else f"{shown:,.0f}"


def _switch_style(most: int) -> str:
    """Which position of the switch is shown: the one whose radio button is checked.

    Without `:has` (browsers before 2023) all positions are shown, one below the other.
    """
    shown = ",\n".join(
        f".switch:has(label:nth-of-type({n}) input:checked) .position:nth-child({n})"
        for n in range(1, most + 1)
    )
    return (
        "@media screen {@supports selector(:has(*)) {"
        f".position {{display:none}}\n{shown} {{display:block}}}}}}"
        if most
        else ""
    )


def _options(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(dict(pairs).items(), key=lambda pair: pair[1].casefold())


def _template() -> Any:
    environment = Environment(
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(_asset("page.html.j2"))


def _visible(value: Any) -> Any:
    """Texts of data without control characters and directional overrides; our own stay as is."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _asset(name: str) -> str:
    return files("reconcile.report").joinpath(name).read_text(encoding="utf-8")
