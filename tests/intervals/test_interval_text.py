"""Text: literals read exactly, printed intervals enclose and read back."""

from __future__ import annotations

import struct
from fractions import Fraction
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interval_oracles import ceiling, floor

from reconcile import strategies
from reconcile.errors import IntervalError
from reconcile.intervals import Interval, text_to_interval

MAX = 1.7976931348623157e308


def _around(low: str, high: str) -> Interval:
    return Interval(floor(Fraction(low)), ceiling(Fraction(high)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[0.1, 0.2]", _around("0.1", "0.2")),
        ("[ 1e-3 , 2.E2 ]", _around("0.001", "200")),
        ("[.5]", Interval(0.5, 0.5)),
        ("[1/3, 2/3]", _around("1/3", "2/3")),
        ("[-10/4,+7/02]", Interval(-2.5, 3.5)),
        ("[0x1.8p1, 0XFp-2]", Interval(3.0, 3.75)),
        ("[0x1.00000000000001p0]", Interval(1.0, nextafter(1.0, 2.0))),
        ("[-Infinity, 3]", Interval(-inf, 3)),
        ("[1,]", Interval(1, inf)),
        ("[,1]", Interval(-inf, 1)),
        ("[,]", Interval.entire()),
        ("[ENTIRE]", Interval.entire()),
        ("[ Empty ]", Interval.empty()),
        ("[]", Interval.empty()),
        ("12.34?", _around("12.335", "12.345")),
        ("12.34?5", _around("12.29", "12.39")),
        ("12.34?5e1", _around("122.9", "123.9")),
        ("-0.5?2u", _around("-0.5", "-0.3")),
        ("-0.5?2d", _around("-0.7", "-0.5")),
        ("3??", Interval.entire()),
        ("3??u", Interval(3, inf)),
        ("3??de2", Interval(-inf, 300)),
        ("[1e400, 1e500]", Interval(MAX, inf)),
        ("[1e-400]", Interval(0, 5e-324)),
        ("[1e99999999999999999999]", Interval(MAX, inf)),
        ("[-1e-99999999999999999999]", Interval(-5e-324, 0)),
        ("[" + "9" * 5000 + "]", Interval(MAX, inf)),
        ("[0." + "0" * 5000 + "1]", Interval(0, 5e-324)),
        ("[" + "3" * 5000 + "/" + "9" * 5000 + "]", _around("1/3", "1/3")),
    ],
)
def test_literals_are_read_exactly(text, expected):
    assert text_to_interval(text) == expected
    assert Interval.from_text(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "[", "1", "1, 2", "[1, 2", "1, 2]", "[1; 2]", "[1, 2, 3]", "[a, b]", "[1 2]"),
        *("[2, 1]", "[inf]", "[-inf, -inf]", "[inf, 2]", "[1, -inf]", "[nan, 1]", "[1/0, 2]"),
        *("[1/-2, 2]", "[1.5/2, 2]", "[- 1, 2]", "[1e, 2]", "[0x1, 2]", "[0x1.8, 2]", "[.]"),
        *("[1,2]_com", "[empty]_trv", "[nai]", "3?x", "3?-1", "0x3?1", "3.56? 1", "[1?2]"),
        *("[١, ٢]", "[1_000, 2]", "about 3", "[--1]", "[1e5.5]", "+", "??"),
    ],
)
def test_garbage_is_empty_or_an_error(text):
    assert text_to_interval(text) == Interval.empty()
    with pytest.raises(IntervalError, match="expected"):
        Interval.from_text(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(1, 2]", Interval(1, 2, "right")),
        ("[1, inf)", Interval(1, inf, "left")),
        ("(,5)", Interval(-inf, 5, "neither")),
    ],
)
def test_open_ends_are_ours_and_not_the_standards(text, expected):
    read = Interval.from_text(text)
    assert (read, read.closed) == (expected, expected.closed)
    assert text_to_interval(text).is_empty


@pytest.mark.parametrize("text", ["[1.0000000000000002, 1.0000000000000001]", "(1, 1]", "[3, 2)"])
def test_wrong_order_is_an_error_when_strict(text):
    with pytest.raises(IntervalError, match="expected bounds"):
        Interval.from_text(text)


def test_the_standard_forgives_an_order_that_rounding_hides():
    expected = Interval(1.0, nextafter(1.0, 2.0))
    assert text_to_interval("[1.0000000000000002, 1.0000000000000001]") == expected


@given(strategies.intervals(closed=None))
def test_printed_intervals_enclose_and_read_back(x):
    again = Interval.from_text(str(x))
    assert x.issubset(again)
    assert again.closed == x.closed
    if not x.is_empty:
        lower, upper = str(x)[1:-1].split(", ")
        assert (float(lower), float(upper)) == (x.lower, x.upper)
        assert eval(repr(x)) == x


@given(
    st.binary(min_size=8, max_size=8).map(lambda b: struct.unpack("d", b)[0]),
    st.sampled_from([".0f", ".3f", ".1e", ".17e", ".2g", "+.4f", ",.2f", ".0%", ".3"]),
)
def test_formatted_bounds_enclose(number, spec):
    if number != number or abs(number) > 1e300:
        return
    text = format(Interval(number, number), spec)
    scale = 100 if "%" in spec else 1
    clean = text.replace("%", "").strip("[]")
    # a comma before a blank parts the bounds, the others group digits
    low, high = (Fraction(part.replace(",", "")) for part in clean.split(", "))
    assert low <= Fraction(number) * scale <= high


@pytest.mark.parametrize(
    ("x", "spec", "text"),
    [
        (Interval(1234.5, 9999.1, "left"), ",.0f", "[1,234, 10,000)"),
        (Interval(0.123, 0.456), ".0%", "[12%, 46%]"),
        (Interval(-1.25, inf, "neither"), ".1f", "(-1.3, inf)"),
        (Interval(2, 3), "", "[2, 3]"),
        (Interval(1e20, 1e23), "", "[1e+20, 1e+23]"),
        (Interval.empty(), ".3f", "[empty]"),
        (Interval(0.1, 0.3), "", "[0.1, 0.3]"),
    ],
)
def test_formats(x, spec, text):
    assert format(x, spec) == text


@pytest.mark.parametrize("spec", ["d", "s", ".3x", "hello"])
def test_a_format_that_is_none_is_refused(spec):
    with pytest.raises(IntervalError, match=r"\.3f"):
        format(Interval(1, 2), spec)
