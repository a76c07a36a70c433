"""Tables as strangers bring them: the answer must be what anybody would say."""

from __future__ import annotations

import pytest
from stranger_agreement import AGREEMENT
from stranger_cases import Case, judge
from stranger_kinds import KINDS
from stranger_laws import LAWS, Law
from stranger_public import PUBLIC
from stranger_series import SERIES

CASES = (*SERIES, *AGREEMENT, *KINDS, *PUBLIC)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("case", [c for c in CASES if not c.slow], ids=lambda case: case.name)
def test_a_strangers_table(case: Case) -> None:
    if case.lacks:
        pytest.skip(f"quantities have no field {case.lacks!r} yet")
    assert judge(case).wrong == ()


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("law", [w for w in LAWS if not w.slow], ids=lambda law: law.name)
def test_a_law_of_tables(law: Law) -> None:
    assert law.check() == []


def test_no_two_cases_have_one_name() -> None:
    names = [case.name for case in CASES] + [law.name for law in LAWS]
    assert len(names) == len(set(names))
    assert len(CASES) >= 60
