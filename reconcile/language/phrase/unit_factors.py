"""Measures of one kind in one unit: 30 centimetres of a level in metres are 0.3 metres."""

from __future__ import annotations

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading

# Exact by definition: the international yard and pound of 1959, the nautical mile of 1929.
_KINDS: tuple[dict[str, float], ...] = (
    {"millimetre": 0.001, "centimetre": 0.01, "metre": 1.0, "kilometre": 1000.0, "inch": 0.0254,
     "foot": 0.3048, "yard": 0.9144, "mile": 1609.344, "nautical mile": 1852.0},
    {"square metre": 1.0, "hectare": 1e4, "square kilometre": 1e6, "acre": 4046.8564224,
     "square mile": 2589988.110336, "square foot": 0.09290304},
    {"milligram": 1e-6, "gram": 0.001, "kilogram": 1.0, "tonne": 1000.0, "lb": 0.45359237,
     "ounce": 0.028349523125},
    {"millilitre": 0.001, "litre": 1.0, "cubic metre": 1000.0},
    {"watt": 1.0, "kilowatt": 1e3, "megawatt": 1e6, "gigawatt": 1e9},
    {"kilowatt hour": 1.0, "megawatt hour": 1e3},
    {"microsievert": 1e-6, "millisievert": 1e-3, "sievert": 1.0},
)  # fmt: skip
_FACTORS = {unit: (kind, size) for kind, units in enumerate(_KINDS) for unit, size in units.items()}
_OF_CENTS = bag("USD EUR AUD CAD NZD SGD HKD ZAR")
_DIGITS = 12  # of a converted number: what the two factors leave behind them is no statement


def factor(unit: str, other: str) -> float | None:
    """How many of the other unit one of a unit is; None if they measure different things.

    >>> factor("centimetre", "metre"), factor("cent", "EUR"), factor("metre", "hour")
    (0.01, 0.01, None)
    """
    if unit == other:
        return 1.0
    if unit == "cent" or unit == "penny":
        return 0.01 if other == "GBP" or (unit == "cent" and other in _OF_CENTS) else None
    if unit not in _FACTORS or other not in _FACTORS or _FACTORS[unit][0] != _FACTORS[other][0]:
        return None
    return _FACTORS[unit][1] / _FACTORS[other][1]


def in_unit(r: Reading, unit: str) -> Reading:
    """A reading in another unit of the same measure; as it is if there is no way to it."""
    by = factor(r.unit, unit)
    if by is None or r.unit == unit:
        return r
    return r._replace(
        lower=_scaled(r.lower, by),
        upper=_scaled(r.upper, by),
        nominal=None if r.nominal is None else _scaled(r.nominal, by),
        unit=unit,
        rule=f"{r.rule}, told in {r.unit}",
        shares=(),
    )


def _scaled(value: float, by: float) -> float:
    return float(f"{value * by:.{_DIGITS}g}")
