"""Who acts is nobody to whom it happened; numbers that went before others have their own day."""

from __future__ import annotations

import pytest

from reconcile.language.document.extraction import Reader
from reconcile.values import Mentions

_PUBLISHED = "2024-05-16"  # a Thursday


def _read(text: str) -> Mentions:
    return Reader().extract(text, published=_PUBLISHED)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("Three inmates killed a guard.", [""]),
        ("Two gunmen shot dead a mayor in Tolva.", [""]),
        ("Five soldiers wounded a farmer and stole his van.", [""]),
        ("Four rebels kidnapped a priest on Sunday.", [""]),
        ("Six poachers have killed the last rhino.", [""]),
        ("Some 20 officers arrested the ringleader.", [""]),
        ("Eight wolves killed a calf near Brenn.", [""]),
        ("Two dogs injured their owner.", [""]),
        ("Police said three men had stabbed him.", [""]),
        ("Two bombs killed a child.", [""]),
        ("The two drivers who injured a cyclist were arrested.", ["arrested"]),
        ("Three inmates killed a guard and were recaptured.", ["recaptured"]),
        ("Nine divers rescued the crew.", [""]),
        ("Twelve neighbours saved a toddler from the blaze.", [""]),
        ("Seven raiders captured some herdsmen.", [""]),
        ("Four masked men shot and killed Mayor Ines Duarte.", [""]),
        ("The three shot an officer.", [""]),
        ("Two men beat a shopkeeper to death on Friday.", [""]),
        ("Three inmates kill guard", [""]),
        ("Two men charged with killing a woman appeared in court.", [""]),
        ("12 people suspected of killing a ranger were arrested.", ["arrested"]),
        ("Three inmates, who killed a guard, were moved.", [""]),
        ("The two gunmen, both dressed in black, killed a policeman.", [""]),
        ("Five men robbed and wounded a jeweller.", [""]),
        ("Some 40 officers evicted the squatters.", [""]),
        ("Three inmates escaped after killing a guard.", ["escaped"]),
        ("Nine people were charged with murder.", [""]),
        ("Two police dogs attack burglar", [""]),
        # to these it happened
        ("Three inmates killed in a riot.", ["killed"]),
        ("Three inmates were killed by a guard.", ["killed"]),
        ("12 people killed a day earlier were buried on Sunday.", ["killed"]),
        ("Six men killed the previous night.", ["killed"]),
        ("30 people injured this week", ["wounded"]),
        ("Ten sailors rescued an hour later.", ["rescued"]),
        ("Four hikers killed, a guide hurt", ["killed"]),
        ("Nine miners killed as the roof fell", ["killed"]),
        ("8 demonstrators arrested the same evening", ["arrested"]),
        ("Over 300 people displaced the day after the dam burst", ["displaced"]),
        ("At least 40 killed, the ministry said.", ["killed"]),
        ("Two passengers injured their relatives said.", ["wounded"]),
        ("Five cyclists hurt a short way from the finish", ["wounded"]),
        ("Police killed three men.", ["killed"]),
        ("Two inmates were killed and a guard was wounded.", ["killed"]),
        ("Six fishermen, a day after the storm, were rescued.", ["rescued"]),
        ("The crash, by far the worst, killed 14 people.", ["killed"]),
        ("He was convicted of killing 12 people.", ["killed"]),
        ("Three rescue boats sank.", [""]),
        ("Judges signed 14 arrest warrants.", [""]),
        ("The court upheld 12 death sentences.", [""]),
        ("They opened six evacuation centres.", [""]),
        ("A gang of six kidnapped the mayor's son.", [""]),
        ("Seven hospital patients were killed.", ["killed"]),
    ],
)
def test_who_acts_is_no_victim(text: str, events: list[str]) -> None:
    assert [m.event for m in _read(text)] == events


@pytest.mark.parametrize(
    ("text", "number", "days"),
    [
        ("1,260 were in hospital on Tuesday, up from 1,210 a day earlier.", 1210, "on 2024-05-13"),
        ("The number of patients was 1,260 on Tuesday, up from 1,210 a day earlier.", 1210,
         "on 2024-05-13"),
        ("Cases rose to 88 on Monday, from 75 a week earlier.", 75, "on 2024-05-06"),
        ("Deaths stood at 44, compared with 31 the week before.", 31, "on 2024-05-09"),
        ("The toll stands at 19, up from 12 two days ago.", 12, "on 2024-05-14"),
        ("The camp holds 4,200 people, down from 4,900 a month ago.", 4900,
         "on 2024-04-01/2024-04-30"),
        ("Jobless: 31,400, up from 29,800 a year earlier", 29800, "on 2023-01-01/2023-12-31"),
        ("There were 52 patients on the wards on 12 May, up from 47 the previous day.", 47,
         "on 2024-05-11"),
        ("The death toll climbed to 310, from 280 on Monday.", 280, "on 2024-05-13"),
        ("The queue stood at 75 ships, against 62 a week ago.", 62, "on 2024-05-09"),
        ("Officials put the missing at 23, down from 40 the day before.", 40, "on 2024-05-15"),
        ("The shelters had 640 residents on 3 May, versus 900 three days earlier.", 900,
         "on 2024-04-30"),
        ("Turnout was 61 percent, up from 58 percent four years earlier.", 58,
         "on 2020-01-01/2020-12-31"),
        ("The herd numbers 410, compared to 380 five years ago.", 380,
         "on 2019-01-01/2019-12-31"),
        ("In hospital: 88, yesterday 91.", 91, "during 2024-05-15"),
        ("Patients: 64, last week: 71", 71, "during 2024-05-06/2024-05-12"),
        ("The clinic logged 120 new cases on Wednesday, up from 98 a day earlier.", 98,
         "during 2024-05-14"),
    ],
)  # fmt: skip
def test_what_a_number_rose_from_has_a_day_of_its_own(text: str, number: float, days: str) -> None:
    (m,) = (m for m in _read(text) if m.phrase.nominal == number)
    assert "earlier" in m.flags or days.startswith("during")
    assert all(other.period != m.period for other in _read(text) if other is not m and other != m)
    assert m.period is not None
    first, last = str(m.period.first), str(m.period.last)
    assert f"{m.period.kind} {first if first == last else f'{first}/{last}'}" == days


@pytest.mark.parametrize(
    "text",
    [
        "The prison holds 1,450, against a capacity of 900.",
        "The firm has 300 staff, compared with 900 at its rival.",
        "The team won 31 games and drew 12.",
    ],
)
def test_a_comparison_with_something_else_is_not_earlier(text: str) -> None:
    assert not any("earlier" in m.flags for m in _read(text))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Toll revised: 31 to 38", (31, 38)),
        ("Death toll corrected: 120 to 98", (120, 98)),
        ("Case count updated: 1,204 to 1,219", (1204, 1219)),
        ("Missing, revised: 17 to 9.", (17, 9)),
        ("Toll raised, 31 to 38", (31, 38)),
        ("Revised: 40 to 52 injured", (40, 52)),
        ("Ministry lowers death toll: 64 to 61", (64, 61)),
        ("Displaced (revised) 12,400 to 11,900", (12400, 11900)),
        ("Restated layoffs: 900 to 1,150", (900, 1150)),
        ("The agency amended its figure: 210 to 190.", (210, 190)),
        ("Confirmed deaths adjusted: 77 to 80", (77, 80)),
        ("Seats, corrected - 41 to 43", (41, 43)),
        ("Deaths: revised 19 → 23", (19, 23)),
        ("Correction: deaths 31 to 38", (31, 38)),
        ("Toll revised 31 to 38", (31, 38)),
        ("Toll revised down, 38 to 31", (38, 31)),
        ("Toll revised, was 31, now 38", (31, 38)),
        ("Deaths (corrected): 31 to 38", (31, 38)),
    ],
)
def test_a_revision_has_an_old_and_a_new_number(text: str, numbers: tuple[int, int]) -> None:
    old, new = _read(text)
    assert (old.phrase.nominal, new.phrase.nominal) == numbers
    assert "superseded" in old.flags
    assert not new.flags & {"superseded", "earlier"}


@pytest.mark.parametrize(
    "text",
    [
        "Toll estimated: 31 to 38",
        "The firm cut 31 to 38 jobs.",
        "They raised 31 to 38 euros each.",
        "Correction: the storm was expected to kill between 31 and 38 people.",
        "Expected deaths: 31 to 38",
        "The estimate was revised to 31 to 38.",
        "Wind today: 31 to 38 knots",
        "Ages of the injured: 31 to 38 victims a village",
    ],
)
def test_a_range_stays_a_range(text: str) -> None:
    (m,) = (m for m in _read(text) if m.phrase.upper == 38)
    assert m.phrase.lower == 31


@pytest.mark.parametrize("text", ["Toll up: 31 to 38", "Deaths rise: 31 to 38"])
def test_a_movement_behind_a_colon_has_an_earlier_number(text: str) -> None:
    old, new = _read(text)
    assert (old.phrase.nominal, new.phrase.nominal) == (31, 38)
    assert "earlier" in old.flags
