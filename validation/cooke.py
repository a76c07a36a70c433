"""Cooke's classical model: the scores of the worked examples, by mpmath from the definitions.

Cooke (1991), Experts in Uncertainty, ch. 12.
"""

from __future__ import annotations

from collections.abc import Iterator

from mpmath import gammainc, log, mpf

TEST = "tests/textbook/test_cooke.py"


def values() -> Iterator[tuple[str, str, str, float, float, float]]:
    """Each value: where it stands, what it is, the call, as computed, as it stands, tolerance."""
    expected = [mpf(p) / 100 for p in (5, 45, 45, 5)]
    hits = [mpf(n) / 10 for n in (1, 4, 4, 1)]
    statistic = 20 * sum(s * log(s / p) for s, p in zip(hits, expected, strict=True))
    yield TEST, "2 N I(s; p)", "mpmath.log", float(statistic), 0.8880602, 1e-7
    tail = gammainc(mpf(3) / 2, statistic / 2, regularized=True)
    by = "mpmath.gammainc(3/2, x/2, regularized=True)"
    yield TEST, "calibration", by, float(tail), 0.8283082, 1e-7
    widths = [mpf(w) for w in (20, 10, 10, 80)]
    parts = [p * log(p * 120 / w) for p, w in zip(expected, widths, strict=True)]
    yield TEST, "information", "mpmath.log", float(sum(parts)), 1.3280471, 1e-7
