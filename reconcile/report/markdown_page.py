"""The report as Quarto-flavoured Markdown: text, pipe tables, and figures with alt text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from reconcile.report.contents import Contents, Section
from reconcile.report.data_files import DATA_FILES
from reconcile.report.drawings import Drawing
from reconcile.report.html_page import basis_words
from reconcile.report.lines import choices, claim_lines, step_lines
from reconcile.values.annex import Annex, markdown_text
from reconcile.values.annex_tables import sources_annex
from reconcile.values.wording import share_words

_MOST_FINDINGS = 40


def markdown_page(contents: Contents, drawn: Sequence[Drawing]) -> str:
    """The whole document, with a YAML head that Quarto and Pandoc read."""
    return "\n\n".join(_blocks(contents, drawn)) + "\n"


def _blocks(contents: Contents, drawn: Sequence[Drawing]) -> Iterator[str]:
    # JSON strings are YAML strings: quotes and backslashes in a title stay harmless.
    yield f"---\ntitle: {json.dumps(contents.title, ensure_ascii=False)}\nlang: en\n---"
    yield markdown_text(basis_words(contents))
    for section in contents.sections:
        yield from _section(section, [each for each in drawn if each.section == section.id])
    yield "# Claims"
    yield _claims(contents).to_markdown()
    yield "# Sources"
    yield sources_annex(contents.sources, contents.level).lean().to_markdown()
    yield from (_figure(each) for each in drawn if not each.section)
    yield "# Contradictions"
    yield _findings(contents)
    if contents.notes:
        yield "# Warnings about the ledger"
        yield _list(contents.notes)
    yield "# Methods"
    yield from (_paragraph(text) for text in contents.methods.split("\n\n"))
    yield _list(f"{name}: {value}" for name, value in contents.told_settings().items())
    yield "# Data"
    yield "\n".join(f"- [{name}](data/{name}): {about}" for name, about in DATA_FILES)


def _section(section: Section, drawn: Sequence[Drawing]) -> Iterator[str]:
    answer = section.answer
    yield f"# {markdown_text(section.label)}"
    sentence = str(answer)
    yield f"**{markdown_text(sentence[:1].upper() + sentence[1:])}.**"
    yield markdown_text(answer.confidence_words())
    if section.warnings:
        yield "::: {.callout-warning}\n" + _list(section.warnings) + "\n:::"
    yield from (_figure(each) for each in drawn)
    yield "## What it hangs on"
    if answer.variance_shares:
        yield markdown_text(f"Its variance comes from: {share_words(answer.variance_shares)}.")
    found = choices(section)
    if len(found) > 1:
        rows = tuple((each.label, each.words, each.change) for each in found)
        yield Annex(
            "The answer without each source", ("without", "answer", "change"), rows
        ).to_markdown()
    if section.unasked:
        yield markdown_text(
            f"The answer without these sources was not computed: {'; '.join(section.unasked)}."
        )
    if steps := step_lines(section):
        headers = ("known on", "answer", "claims", "what came in")
        notes = (section.thinned,) if section.thinned else ()
        yield Annex("What was known when", headers, tuple(steps), notes).to_markdown()
    elif section.thinned:
        yield markdown_text(f"What was known when: {section.thinned}.")


def _figure(drawing: Drawing) -> str:
    alt = markdown_text(drawing.alt).replace('"', '\\"')
    name = f"#fig-{drawing.stem}" if drawing.stem.replace("-", "").isalnum() else ""
    return (
        f"![{markdown_text(drawing.caption)}](figures/{drawing.stem}.svg)"
        f'{{{name}{" " if name else ""}fig-alt="{alt}"}}'
    )


def _claims(contents: Contents) -> Annex:
    headers = (
        *("quantity", "source", "says", "read as", "about", "published", "where", "weight"),
        *("moves the answer", "note"),
    )
    rows = tuple(
        (
            *(line.quantity_label, line.source_label, line.phrase, line.reads, line.period),
            *(line.said, line.publisher, line.weight, line.influence, line.status),
        )
        for line in claim_lines(contents)
    )
    return Annex("Claims that bear on the answers, the weightiest first", headers, rows).lean()


def _findings(contents: Contents) -> str:
    found = contents.findings()
    if not found:
        return contents.no_findings()
    told = [f"{finding.conflict.text}." for finding in found[:_MOST_FINDINGS]]
    more = len(found) - _MOST_FINDINGS
    return _list(told + ([f"{more:,} more are in data/contradictions.csv."] if more > 0 else []))


def _list(texts: Iterable[str]) -> str:
    return "\n".join(f"- {markdown_text(text)}" for text in texts)


def _paragraph(text: str) -> str:
    """A paragraph; lines that begin with a dash are a list."""
    head, *rest = text.split("\n")
    listed = _list(line.removeprefix("- ") for line in rest)
    return f"{markdown_text(head)}\n\n{listed}" if rest else markdown_text(head)
