"""Colours: seen with any eyes, readable, and the same for the same source."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb

from reconcile.plot.parts.colouring import (
    ALARM,
    BAND_COLOURS,
    COLOURS,
    INK,
    MARKERS,
    MEDIAN,
    QUIET,
    palette,
)
from reconcile.plot.parts.fan import PALE, band_shades

# Machado, Oliveira & Fernandes 2009, table 1, severity 1.0
SEEN = {
    "all": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip
names = st.lists(st.text(min_size=1, max_size=12), max_size=40, unique=True)


def contrast(first: str, second: str = "#FFFFFF") -> float:
    """The WCAG 2.1 contrast ratio of two colours, from 1 to 21 (definition of "contrast ratio")."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def oklab(colour: str, seen) -> np.ndarray:
    """Ottosson 2020, from linear sRGB, as simulated eyes get it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(seen) @ linear, 0, 1)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return lab @ np.cbrt(cones @ linear)


@pytest.mark.parametrize("eyes", SEEN)
def test_sources_are_told_apart_by_all_eyes(eyes: str) -> None:
    seen = [oklab(colour, SEEN[eyes]) for colour in COLOURS]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 0.10


GREY = [[0.2126, 0.7152, 0.0722]] * 3  # luminance, as a black and white printer gives it


def test_in_grey_sources_are_told_apart_by_lightness_or_marker() -> None:
    """The first ten sources: another marker, or another lightness by a tenth at least."""
    looks = [(oklab(c, GREY)[0], MARKERS[k % len(MARKERS)]) for k, c in enumerate(COLOURS)]
    for (light, marker), (other, shape) in combinations(looks, 2):
        assert marker != shape or abs(light - other) > 0.1


@pytest.mark.parametrize("eyes", [*SEEN, "grey"])
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_bands_are_told_apart_by_all_eyes(eyes: str, count: int) -> None:
    """From each other and from white, where claims speak of the days; paler after the last one."""
    seen = GREY if eyes == "grey" else SEEN[eyes]
    sure, paler = band_shades(count), band_shades(count, PALE)
    few = count < 4  # more bands stand closer to each other
    for shades, least in ((sure, 0.045 if few else 0.035), (paler, 0.02 if few else 0.015)):
        lights = [oklab(each, seen)[0] for each in ("#FFFFFF", *shades)]
        assert min(-np.diff(lights)) > least
    for first, second in zip(sure, paler, strict=True):
        assert oklab(second, seen)[0] - oklab(first, seen)[0] > 0.03


def test_text_has_contrast_on_all_it_stands_on() -> None:
    for ground in ("#FFFFFF", "#F0F4F8", *BAND_COLOURS.values()):
        assert contrast(INK, ground) >= 4.5
    for ground in ("#FFFFFF", "#F0F4F8", BAND_COLOURS[95], BAND_COLOURS[80]):
        assert contrast(QUIET, ground) >= 4.5
    assert contrast(ALARM) >= 4.5
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)  # the WCAG textbook example


def test_marks_have_contrast_on_white_and_bands_differ_in_grey() -> None:
    assert min(contrast(colour) for colour in (*COLOURS, MEDIAN)) >= 3
    greys = [contrast(colour) for colour in BAND_COLOURS.values()]
    assert greys == sorted(greys)
    assert min(np.diff([1.0, *greys])) > 0.15


@given(names)
def test_ten_sources_have_ten_colours_whatever_the_order(found) -> None:
    looks = palette(found)
    assert looks == palette(reversed(found))
    assert set(looks) == set(found)
    few = palette(found[:10])
    assert len({look.colour for look in few.values()}) == len(few)


@given(names.filter(bool))
def test_colour_and_marker_together_are_never_shared(found) -> None:
    looks = palette(found).values()
    assert len({(look.colour, look.marker) for look in looks}) == len(found)
    assert {look.marker for look in looks} <= set(MARKERS)


@given(st.lists(st.text(min_size=1, max_size=9), min_size=2, max_size=10, unique=True))
def test_most_sources_keep_their_colour_when_one_comes(found) -> None:
    before, after = palette(found[:-1]), palette(found)
    moved = [name for name in before if before[name] != after[name]]
    assert len(moved) <= len(found) // 2 + 1


def test_colours_by_hand_win() -> None:
    looks = palette(["gur", "pentagon"], {"gur": "#112233"})
    assert looks["gur"].colour == "#112233"
    assert set(looks) == {"gur", "pentagon"}
