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
