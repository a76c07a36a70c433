"""Two hundred sentences from templates: at least 95 in 100 must be read wholly right."""

from __future__ import annotations

from math import inf, isclose

import pytest
from sentence_templates import Case, generate

from reconcile.language import extract_mentions
from reconcile.values import Mention

_WANTED = 0.95


def _is_right(mention: Mention, bounds: tuple[float, float], nominal: float | None) -> bool:
    phrase = mention.phrase
    ends = zip((phrase.lower, phrase.upper), bounds, strict=True)
    close = all(a == b or isclose(a, b, rel_tol=1e-4) for a, b in ends)
    said = nominal is None or phrase.nominal is None or isclose(phrase.nominal, nominal)
    return close and said


def _is_read(case: Case) -> bool:
    found = extract_mentions(case.text)
    return len(found) == len(case.bounds) and all(
        _is_right(m, bounds, nominal)
        for m, bounds, nominal in zip(found, case.bounds, case.nominals, strict=True)
    )


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_sentences_are_read_right(seed: int) -> None:
    cases = generate(200, seed)
    wrong = [case.text for case in cases if not _is_read(case)]
    assert len(wrong) <= (1 - _WANTED) * len(cases), wrong


def test_the_generator_varies_and_repeats_itself_for_one_seed() -> None:
    cases = generate(200, 11)
    assert cases == generate(200, 11) != generate(200, 12)
    assert len({case.template for case in cases}) >= 12
    assert len({case.text for case in cases}) >= 195
    assert any(hi == inf for case in cases for _, hi in case.bounds)
    assert sum(not case.bounds for case in cases) >= 10


def test_the_score_can_fail() -> None:
    """A sentence with a wrong expectation counts as wrong."""
    case = next(case for case in generate(50, 1) if case.template == "_floor")
    wrong = Case(case.text, ((case.bounds[0][0] + 1, inf),), case.nominals, case.template)
    assert _is_read(case)
    assert not _is_read(wrong)
