"""Of a stock: what came and what went are changes, what is there is a level."""

from __future__ import annotations

import pytest

from reconcile.language.document.extraction import Reader
from reconcile.values import Quantity

_INMATES = Quantity(
    "inmates", "Inmates", kind="stock", synonyms=("inmates", "prisoners", "prison population")
)
_PATIENTS = Quantity("patients", "Patients", kind="stock", synonyms=("patients", "hospital beds"))
_STRIKERS = Quantity("strikers", "Strikers", kind="stock", synonyms=("strikers", "on strike"))
_SHELTERED = Quantity(
    "sheltered", "In shelters", kind="stock", synonyms=("evacuees", "shelter", "families")
)
_WATER = Quantity(
    "water", "Water level", unit="metre", kind="stock", synonyms=("river", "reservoir", "lake")
)


def _told(text: str, quantity: Quantity) -> list[str]:
    """Of each number about the quantity: a level, an arrival, a departure or an earlier level."""
    found: list[str] = []
    for m in Reader([quantity]).extract(text, published="2024-05-16"):
        if m.quantity is None:
            found.append("-")
        elif m.flags & {"decrease", "departure", "earlier"}:
            found.append("before" if "earlier" in m.flags else "gone")
        else:
            found.append("came" if m.additional else "level")
    return found


@pytest.mark.parametrize(
    ("text", "quantity", "told"),
    [
        # what left is no level, and what is left behind is one
        ("Some 340 inmates left Harl prison on Monday, and about 1,100 remain.", _INMATES,
         ["gone", "level"]),
        ("Over 90 prisoners have been moved out of Harl prison since Easter.", _INMATES, ["gone"]),
        ("Nine patients were discharged on Friday. Thirty-one remain in the ward.", _PATIENTS,
         ["gone", "level"]),
        ("Around 600 strikers have gone back to work since Tuesday; 4,500 strikers remain.",
         _STRIKERS, ["gone", "level"]),
        ("Nearly 700 evacuees went home on Sunday. More than 2,000 are still in the shelters.",
         _SHELTERED, ["gone", "level"]),
        ("About 50 families returned home this week.", _SHELTERED, ["gone"]),
        ("The prison released 212 inmates in April.", _INMATES, ["gone"]),
        ("Doctors sent home 12 patients.", _PATIENTS, ["gone"]),
        # what came
        ("About 150 new prisoners arrived at Harl prison last week.", _INMATES, ["came"]),
        ("The clinic admitted 12 patients overnight.", _PATIENTS, ["came"]),
        ("Some 85 evacuees were brought to the shelter overnight.", _SHELTERED, ["came"]),
        ("A further 1,200 strikers joined the pickets on Wednesday.", _STRIKERS, ["came"]),
        ("Sixty families have reached the shelter since dawn.", _SHELTERED, ["came"]),
        ("Two patients were moved to the capital.", _PATIENTS, ["gone"]),
        ("Four inmates died in the heat.", _INMATES, ["gone"]),
        # what is there
        ("The prison population has risen to between 2,400 and 2,600.", _INMATES, ["level"]),
        ("The prison population of Harl has fallen to 880.", _INMATES, ["level"]),
        ("The ministry put the number of prisoners in Harl at about 900.", _INMATES, ["level"]),
        ("The warden of Harl prison counts its inmates each night. There are well over ten "
         "hundred people there now.", _INMATES, ["level"]),
        ("The number of inmates stood at 1,500 on Friday.", _INMATES, ["level"]),
        ("Harl prison now holds 1,450 inmates.", _INMATES, ["level"]),
        ("About 300 evacuees who fled the valley are sleeping in a school.", _SHELTERED,
         ["level"]),
        ("The 410 patients who arrived last week are still in the wards.", _PATIENTS, ["level"]),
        ("About 5,000 strikers who walked out on Monday are on the picket lines.", _STRIKERS,
         ["level"]),
        ("The union said 20,000 dockers are on strike.", _STRIKERS, ["level"]),
        # in a measure
        ("The reservoir dropped 3 metres last week.", _WATER, ["gone"]),
        ("The river rose 2 metres overnight.", _WATER, ["came"]),
        ("The lake rose by 0.4 metres to 6.2 metres.", _WATER, ["came", "level"]),
        ("The river stood at 7 metres on Tuesday.", _WATER, ["level"]),
        ("The river rose to 7.4 metres on Tuesday.", _WATER, ["level"]),
        ("The lake fell from 9 metres to 8.1 metres.", _WATER, ["before", "level"]),
    ],
)  # fmt: skip
def test_changes_are_no_levels(text: str, quantity: Quantity, told: list[str]) -> None:
    assert _told(text, quantity) == told


@pytest.mark.parametrize(
    ("text", "quantity", "told"),
    [
        ("The jail holds 1,450.", _INMATES, ["level"]),
        ("Harl prison housed 980 on Friday.", _INMATES, ["level"]),
        ("The prison held 1,120 at the end of April, against a capacity of 900.", _INMATES,
         ["level", "-"]),
        ("The jail now accommodates just over 2,000.", _INMATES, ["level"]),
        ("The detention centre holds 312, twice what it was built for.", _INMATES, ["level"]),
        ("The jail, built for 900, holds 1,450.", _INMATES, ["-", "level"]),
        ("Harl jail had 870 in March and holds about 1,000 today.", _INMATES, ["level", "level"]),
        ("The hospital is treating 64.", _PATIENTS, ["level"]),
        ("The ward has 23.", _PATIENTS, ["level"]),
        ("The clinic is caring for 41.", _PATIENTS, ["level"]),
        ("The field hospital held 120 on Sunday.", _PATIENTS, ["level"]),
        ("The school shelters 640.", _SHELTERED, ["level"]),
        ("The sports hall is hosting 300.", _SHELTERED, ["level"]),
        ("The camp holds 12,000, the ministry said.", _SHELTERED, ["level"]),
        ("Some 1,450 are held in the jail.", _INMATES, ["level"]),
        ("There are 1,450 in the jail.", _INMATES, ["level"]),
        ("The capacity of the jail is 900; it holds 1,450.", _INMATES, ["-", "level"]),
        ("Inmates: 1,412", _INMATES, ["level"]),
        ("About 64 are being treated in hospital.", _PATIENTS, ["level"]),
        # what a place can hold, or holds besides
        ("The jail can hold 900.", _INMATES, ["-"]),
        ("The prison was built to hold 900.", _INMATES, ["-"]),
        ("The stadium holds 40,000.", _INMATES, ["-"]),
        ("The jail has 14 wings.", _INMATES, ["-"]),
        ("The hospital has 200 beds.", _PATIENTS, ["-"]),
    ],
)  # fmt: skip
def test_what_a_place_holds_is_a_level(text: str, quantity: Quantity, told: list[str]) -> None:
    assert _told(text, quantity) == told


_AREA = Quantity("area", "Area burnt", unit="hectare", synonyms=("burnt", "burned", "scorched"))
_PRICE = Quantity("price", "Price of petrol", unit="USD", kind="stock", synonyms=("petrol",))
_RAIN = Quantity("rain", "Rain", unit="millimetre", synonyms=("rain", "rainfall"))


@pytest.mark.parametrize(
    ("text", "quantity", "told", "numbers"),
    [
        ("The lake fell 30 centimetres.", _WATER, ["gone"], [0.3]),
        ("The river rose 85 cm to 3.2 metres.", _WATER, ["came", "level"], [0.85, 3.2]),
        ("The reservoir stood at 720 centimetres.", _WATER, ["level"], [7.2]),
        ("The river stood at 12 feet on Monday.", _WATER, ["level"], [3.6576]),
        ("The lake dropped by 45 cm overnight.", _WATER, ["gone"], [0.45]),
        ("The river was at 512 cm on Monday, down from 530 cm.", _WATER, ["level", "before"],
         [5.12, 5.3]),
        ("The reservoir rose two inches.", _WATER, ["came"], [0.0508]),
        ("The lake rose 300 millimetres in a day.", _WATER, ["came"], [0.3]),
        ("The reservoir has dropped 1.5 feet since June.", _WATER, ["gone"], [0.4572]),
        ("The river stood at 6.4 metres on Monday. The level has since fallen 30 centimetres.",
         _WATER, ["level", "gone"], [6.4, 0.3]),
        ("The lake stood at 9.1 metres. By Friday the water had risen another 20 cm.", _WATER,
         ["level", "came"], [9.1, 0.2]),
        ("The fire has burnt 3,000 acres.", _AREA, ["level"], [1214.05692672]),
        ("About 40 square kilometres were scorched.", _AREA, ["level"], [4000]),
        ("The price of petrol rose 40 cents to $1.90.", _PRICE, ["came", "level"], [0.4, 1.9]),
        ("The town had 12 cm of rain.", _RAIN, ["level"], [120]),
        ("Lake level: 912 cm", _WATER, ["level"], [9.12]),
        ("The river swelled 1.2 metres overnight.", _WATER, ["came"], [1.2]),
        ("The reservoir has gone down by 30 centimetres.", _WATER, ["gone"], [0.3]),
    ],
)  # fmt: skip
def test_a_measure_is_told_in_the_unit_of_its_quantity(
    text: str, quantity: Quantity, told: list[str], numbers: list[float]
) -> None:
    assert _told(text, quantity) == told
    found = Reader([quantity]).extract(text, published="2024-05-16")
    said = [m.phrase for m in found]
    assert {phrase.unit for phrase in said} == {quantity.unit}
    assert [phrase.nominal or phrase.interval.midpoint for phrase in said] == pytest.approx(numbers)


@pytest.mark.parametrize(
    "text",
    [
        "The river is 2 metres above its normal level.",
        "The lake weighs on 30 tonnes of nets.",
        "The reservoir lies 12 miles from Harl.",
        "The lake is 3 kilometres wide.",
        "The river warmed to 12 degrees.",
    ],
)
def test_another_measure_is_not_of_the_quantity(text: str) -> None:
    assert _told(text, _WATER) == ["-"]
