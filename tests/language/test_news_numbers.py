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
Revenue rose 8% to $3.2 billion in the quarter, the company said. | 8 percent; 3.2e9 USD
The pound fell to $1.2210 from $1.2345 late on Monday. | 1.221 USD; 1.2345 USD
Tesla cut the price of the Model Y by $2,000 to $42,990. | 2000 USD; 42990 USD
Samsung unveiled the Galaxy S23 Ultra, which has a 200-megapixel camera. | 200 megapixel
Oil slipped below $80 a barrel. | ..80 USD
The FTSE 250 added 0.7%, or 131 points. | 0.7 percent; 131 count
House prices were down 5.3 per cent year on year, the steepest drop since 2009. | 5.3 percent
Infosys shares slid 2.4 per cent to Rs 1,423.50. | 2.4 percent; 1423.5 INR
Reliance will invest Rs 75,000 crore in Gujarat over 10 years. | 7.5e11 INR; 10 year
The carrier ordered 20 Airbus A350-1000s and 12 A320neos. | 20 count; 12 count
Flight MH17 was flying at 33,000 feet when it was shot down. | 33000 foot
Nearly 3 million people watched the final on BBC One. | 2.7e6..3e6 count
The Nikkei 225 dropped 1.1 percent to 32,254.56. | 1.1 percent; 32254.56 count
He won 6-4, 7-5 in two hours and 12 minutes. | 2 hour; 12 minute
The 42-year-old quarterback threw for 312 yards and three touchdowns. | 312 yard; 3 count
Norway's fund lost 1.64 trillion kroner last year. | 1.64e12 NOK
The ECB lifted its deposit rate by 50 basis points to 2.5%. | 50 basis point; 2.5 percent
Intel plans to cut $3 billion in costs in 2023, rising to $10 billion by 2025. | 3e9 USD; 1e10 USD
BMW sold 2.4 million cars last year, 4.8% fewer than in 2021. | 2.4e6 count; 4.8 percent
More than 120 countries have signed the treaty. | 120.. count
The Xbox Series X and the PS5 both cost £449. | 449 GBP
A gallon of petrol now costs over $5 in California. | 5.. USD
Bitcoin was last at $27,450, up around 1.5%. | 27450 USD; 1.35..1.65 percent
The company employs between 5,000 and 6,000 people worldwide. | 5000..6000 count
Only about one in five voters approve of the plan. | 0.18..0.22 fraction
The drug, known as BNT162b2, was 95% effective. | 95 percent
The deal is worth up to €850 million, including €200m in debt. | ..8.5e8 EUR; 2e8 EUR
Temperatures reached 45.2C in Sicily on Wednesday. | 45.2 degree
The rocket can lift 63.8 tonnes to orbit. | 63.8 tonne
Amazon let go of 27,000 staff, roughly 8% of its workforce. | 27000 count; 7.2..8.8 percent
Profits halved to 12.3 million Swiss francs. | 1.23e7 CHF
The ship, the length of four football pitches, blocked the canal for six days. | 4 count; 6 day
Apple's iOS 17 and watchOS 10 arrive on Sept 18. |
Argentina's inflation hit 124.4% in the 12 months through August. | 124.4 percent; 12 month
The 1.5-litre engine produces 148 horsepower. | 1.5 litre; 148 horsepower
Gold inched up $3.40, or 0.2%, to $1,923.10 an ounce. | 3.4 USD; 0.2 percent; 1923.1 USD
The jobless rate edged up from 3.5% to 3.8%. | 3.5 percent; 3.8 percent
Route 66 is 2,448 miles long. | 2448 mile
It said it had about 1.3bn monthly users, twice as many as in 2019. | 1.17e9..1.43e9 count
Shares in the group closed 12p higher at 845p. | 12 penny; 845 penny
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
