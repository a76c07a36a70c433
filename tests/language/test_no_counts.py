"""Numbers that count nothing yield no mention, and their look-alikes do."""

from __future__ import annotations

import pytest

from reconcile.language import extract_mentions

_TRAPS = """
The 61st brigade held the hill.
The law took effect in 2024.
Men aged 20 to 30 were called up.
Children aged between 5 and 12 were ill.
Curfew starts at 10:30 p.m. daily.
He arrived at 6 p.m. on Friday.
At 0600 GMT the raid began.
Gunners fired 155mm shells at dusk.
The 122-mm rockets fell near a .50-caliber gun.
The factory closed in the 1990s.
The mid-1990s brought change.
She had just recovered from COVID-19.
He spoke on Nov. 26 in Geneva, and again on 3-5 December.
The meeting on 26 November 2024 was cancelled.
The attack of Oct. 7 changed everything.
Photo taken on Sept. 9, 2018.
The event was on 2024-12-18, not on 18/12/2024 or 18.12.2024.
The page says May 23, 202...
The second minister resigned.
It was the third day in a row of shelling.
A third person arrived in the first half.
Sales slowed in the second quarter.
The F-16 and the Su-35 crashed; the T-72 burned.
The Group of Seven met in Italy, the G20 in Rome.
Channel 13 reported that Resolution 1701 was adopted.
They won 3-2 in extra time, after 1-1 at half-time.
The vote was 52-48.
Call 555-1234 or +1-222-2222-2222.
Version 3.11.4 runs on 192.168.1.1.
A Boeing 737 and flight MH17 are different things.
World War Two ended in 1945; Air Force One landed.
From 2019 to 2021 the factory was closed.
The winter of 2022-23 was cold.
The 9/11 attacks came first, and the shop is open 24/7.
One of the hospitals was hit, and no one knows why.
He is one who knows which one is right.
On the one hand it works, and few people complain.
Both the ministry and the mayor agreed.
The S&P 500 fell.
Article 5 and Section 230 were cited on page 12.
Write to kim99@example.com or see https://example.com/2024/12/18.
Under-18s may not enter.
The 5G network is down on Windows 11.
The KSL 5 TV studio is on Highway 1.
"""
_COUNTS = """
They killed 2000 people in 1944. | 2000
About 2000 returned home. | 2000
He fired 15-20 rounds. | 15
The force of 1,990 men left. | 1990
One soldier died. | 1
The seven sat down. | 7
In November 26 soldiers were killed. | 26
Casualties number 600-700 a day. | 600
They scored 28 points. | 28
The group of 20 migrants was rescued. | 20
It cost 9 percent more in 2015. | 9
A half-dozen boats came. | 6
Some 1,500 homes burned in 2019. | 1500
"""


@pytest.mark.parametrize("text", _TRAPS.strip().splitlines())
def test_trap(text: str) -> None:
    assert [m.phrase.text for m in extract_mentions(text)] == []


@pytest.mark.parametrize("row", _COUNTS.strip().splitlines())
def test_look_alike(row: str) -> None:
    text, _, value = row.rpartition(" | ")
    found = extract_mentions(text)
    said = [m.phrase.nominal or m.phrase.lower for m in found if m.phrase.unit != "year"]
    assert said == [float(value)]
