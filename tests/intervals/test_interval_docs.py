"""What docs/intervals.md shows is what happens."""

from __future__ import annotations

import doctest
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs" / "intervals.md"


def test_the_examples_of_the_page_run():
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL
    result = doctest.testfile(str(DOCS), module_relative=False, optionflags=options)
    assert result.failed == 0
    assert result.attempted >= 15
