"""What is told of another event, and what was said at first, are no claims of today."""

from __future__ import annotations

import pytest

from reconcile.language.document.extraction import Reader

_PUBLISHED = "2024-05-16"


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Police said 14 people died in the blaze. In 2009, 156 people were killed at the same "
         "club.", [False, True]),
        ("The mayor said 9 had died. A similar accident in 1998 killed 20 people.", [False, True]),
        ("At least 40 people died, the worst crash since 2003, when 90 died.", [False, True]),
        ("The ministry reported 62 deaths. In the previous outbreak 2,200 people died.",
         [False, True]),
        ("Seven miners were killed. The last such explosion, in 2011, killed 29 men.",
         [False, True]),
        ("The ferry sank with 31 dead. Two years ago another ferry sank there, and 77 people "
         "drowned.", [False, True]),
        ("Floods killed 18 people. It is the deadliest flood since 1972, which left 118 people "
         "dead.", [False, True]),
        ("An earlier landslide on the same slope killed 8 people. This one has killed 15.",
         [True, False]),
        ("The stampede killed 11 people. During the 2015 pilgrimage, 700 people were crushed to "
         "death.", [False, True]),
        ("Three people died in the avalanche. In a similar avalanche, twelve skiers died.",
         [False, True]),
        ("The 1999 earthquake killed 17,000 people. Sunday's quake has killed 40.", [True, False]),
        ("In 2012, a collapse at the same mine killed 54 miners.", [True]),
        ("In 2011 another ferry sank and 40 people died. On Monday 12 people drowned.",
         [True, False]),
        # of this event, however long it has lasted
        ("Another attack on the same village killed 4 people on Tuesday.", [False]),
        ("Twelve people died in another fire on Monday.", [False]),
        ("The war has killed 30,000 people since 2019.", [False]),
        ("In 2024, 63 people were killed.", [False]),
        ("In April 2024, 63 people were killed in the raids.", [False]),
        ("In the same accident 12 people were hurt.", [False]),
        ("Last year 63 people died of cholera, and 12 this year.", [False, False]),
        ("Eight people died in the previous 24 hours.", [False]),
        ("The club, opened in 2009, burned down and 63 people were killed.", [False]),
    ],
)  # fmt: skip
def test_other_events(text: str, other: list[bool]) -> None:
    found = [
        "other event" in m.flags
        for m in Reader().extract(text, published=_PUBLISHED)
        if m.phrase.unit == "count"
    ]
    assert found == other


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Dr Lena Ott, who runs the hospital, said 31 had died. Officials had first spoken of a "
         "dozen dead.", ["Lena Ott", "Officials"]),
        ("The mayor said 14 people died. Police had initially reported nine deaths.",
         ["mayor", "Police"]),
        ("The coroner said 22 people were killed. The company had at first talked of five dead.",
         ["coroner", "company"]),
        ("The ministry said 45 were hurt. Rescuers had earlier put the number of injured at 20.",
         ["ministry", "Rescuers"]),
        ("A nurse said 17 people died. Early reports had spoken of eight dead.",
         ["nurse", "Early reports"]),
        ("The navy said 6 sailors drowned. The harbour master had originally said four drowned.",
         ["navy", "harbour master"]),
        ("The union said 33 miners were killed. The government first spoke of ten dead.",
         ["union", "government"]),
        ("The governor said 71 people died. The army had previously announced 50 deaths.",
         ["governor", "army"]),
        ("The bishop said 12 people died. Witnesses had first counted seven dead.",
         ["bishop", "Witnesses"]),
        ("The fire chief said 19 people were killed, after officials had at first spoken of "
         "eleven dead.", ["fire chief", "officials"]),
    ],
)  # fmt: skip
def test_what_was_said_at_first(text: str, speakers: list[str]) -> None:
    now, first = Reader().extract(text, published=_PUBLISHED)
    assert "earlier" not in now.flags
    assert "earlier" in first.flags
    assert first.period is None
    assert speakers[0] in now.source_text
    assert speakers[1] in first.source_text


@pytest.mark.parametrize(
    ("text", "earlier"),
    [
        ("Police, who had first said nine people died, said 14 were killed.", [True, False]),
        ("A first statement by the army spoke of 3 dead. The hospital counted 11 dead.",
         [True, False]),
        ("The doctor said 31 had died, up from a first count of 12.", [False, True]),
        ("The mayor first heard the blast at home. He said 8 people died.", [False]),
        ("The first rescuers found 9 people dead, police said.", [False]),
    ],
)  # fmt: skip
def test_first_accounts(text: str, earlier: list[bool]) -> None:
    found = Reader().extract(text, published=_PUBLISHED)
    assert ["earlier" in m.flags for m in found] == earlier
