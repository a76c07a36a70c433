"""What number words mean: one phrase (`parse`) and all claims of a text (`extract_mentions`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.language.document.cell_words import events_in as events_in
    from reconcile.language.document.cell_words import is_period_word as is_period_word
    from reconcile.language.document.cell_words import tells_other as tells_other
    from reconcile.language.document.cell_words import unread_in_cell as unread_in_cell
    from reconcile.language.document.cell_words import words_beside as words_beside
    from reconcile.language.document.extraction import extract_mentions as extract_mentions
    from reconcile.language.document.inventory import counted_by_name as counted_by_name
    from reconcile.language.document.table_cell import parse_cell as parse_cell
    from reconcile.language.document.table_cell import why_no_number as why_no_number
    from reconcile.language.phrase.convention import Convention as Convention
    from reconcile.language.phrase.convention import convention_names as convention_names
    from reconcile.language.phrase.convention import read_convention as read_convention
    from reconcile.language.phrase.other_languages import words_elsewhere as words_elsewhere
    from reconcile.language.phrase.parsing import parse as parse

lazy(__name__)
