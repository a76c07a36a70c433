"""Sentences of business and general news: movements, money, shares, names and models."""

from __future__ import annotations

from math import inf

import pytest

from reconcile.language import extract_mentions

# Each sentence, and of every number its lower and upper bound and its unit.
_SENTENCES = """
Shares of Apex Corp rose 3.4% to $56.20 on Tuesday. | 3.4 percent; 56.2 USD
The company cut its forecast from $5.2 billion to $4.8 billion. | 5.2e9 USD; 4.8e9 USD
Revenue climbed 12 percent to 1.2 billion euros. | 12 percent; 1.2e9 EUR
Unemployment fell to 4.1% from 4.3% in May. | 4.1 percent; 4.3 percent
The S&P 500 gained 15.3 points, or 0.4 percent, to 4,105. | 15.3 count; 0.4 percent; 4105 count
The Nasdaq 100 and the FTSE 100 were flat. |
The Galaxy S21 has a 6.2-inch display and 8GB of RAM. | 6.2 inch; 8 gigabyte
The iPhone 12 starts at $799. | 799 USD
The Model 3 costs about $40,000. | 36000..44000 USD
He ran the 100m in 9.8 seconds. | 100 metre; 9.8 second
Brent crude was up 45 cents at $71.30 a barrel. | 45 cent; 71.3 USD
The bank raised rates by 25 basis points to 5.25%. | 25 basis point; 5.25 percent
The bank will lay off up to 1,500 workers, about 6% of its staff. | ..1500 count; 5.4..6.6 percent
Profit more than doubled to £340m. | 340e6 GBP
Sales of the 737 MAX fell by nearly half. | 0.45..0.5 fraction
More than two-thirds of the 1,200 employees voted. | 800..1200 count
A 2-1 win put them 5 points clear. | 5 count
The deal values the firm at between $3bn and $3.5bn. | 3e9..3.5e9 USD
At least 30 of the 50 states have such laws. | 30.. count; 50 count
The 30-year-old striker scored his 20th goal. |
The plant employs 2,300 people and makes 150,000 cars a year. | 2300 count; 150000 count
The rover weighs 1,025 kg and is 3 metres long. | 1025 kilogram; 3 metre
Windows 10 and PlayStation 5 sales fell. |
It has a 50-megapixel camera and a 4,500mAh battery. | 50 megapixel; 4500 milliampere hour
Boeing delivered 28 jets, down from 35 a year earlier. | 28 count; 35 count
The 10-year yield rose 2.5 basis points to 3.85%. | 10 year; 2.5 basis point; 3.85 percent
Net income was $1.45 per share, compared with $1.30. | 1.45 USD; 1.3 USD
Formula 1 returns in 2022 with 23 races. | 23 count
Toyota sold 10.5 million vehicles in 2021, up 10.1% from 2020. | 10.5e6 count; 10.1 percent
Around 90% of the 65,000 voters backed it. | 52650..64350 count
The truck can tow up to 10,000 pounds. | ..10000 lb
The A380 can seat 853 passengers. | 853 count
The ringgit was worth RM4.65 to the dollar. | 4.65 MYR
The rand fund holds R2.5m and HK$1.2bn. | 2.5e6 ZAR; 1.2e9 HKD
Shares slipped 164p to 2,310p. | 164 penny; 2310 penny
"""


def _wanted(cell: str) -> tuple[float, float, str]:
    number, _, unit = cell.strip().partition(" ")
    lower, dots, upper = number.partition("..")
    if not dots:
        return float(number), float(number), unit
    return float(lower) if lower else -inf, float(upper) if upper else inf, unit


@pytest.mark.parametrize("row", _SENTENCES.strip().splitlines())
def test_sentence(row: str) -> None:
    text, _, cells = row.partition(" |")
    found = [(m.phrase.lower, m.phrase.upper, m.phrase.unit) for m in extract_mentions(text)]
    wanted = [_wanted(cell) for cell in cells.split(";") if cell.strip()]
    assert [unit for *_, unit in found] == [unit for *_, unit in wanted]
    for said, told in zip(found, wanted, strict=True):
        assert said[:2] == pytest.approx(told[:2], rel=1e-9)
