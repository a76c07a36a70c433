"""Series of running totals: one source, several, with typos, corrections and new beginnings."""

from __future__ import annotations

from stranger_cases import Ask, Case, by_grade, said

OUTLIER = "error|outlier"
CORRECTED = "correct|revised down|taken back"
RESTART = "restart|begins again|began again"


def _lone(name, values, start, step, grade, near=0.05, slow=False, thing="total"):
    """One source's totals: asked on the first, a middle and the last day."""
    rows = said(thing, "registry", values, start, step, grade)
    asks = tuple(
        by_grade(values[i], str(rows[i]["on"]), grade, near)
        for i in (0, len(values) // 2, len(values) - 1)
    )
    return Case(f"one source: {name}", rows, asks, slow=slow)


ONE_SOURCE = (
    _lone("bodies found in a mine, grade B", [12, 19, 31, 40], "2019-01-26", 1, "B", 0.06),
    _lone("refugees by week", [35_000 * i + 900 * (i % 3) for i in range(1, 21)],
          "2017-09-04", 7, None, 0.08),
    _lone("doses given, fewer at weekends",
          [sum(2500 if d % 7 < 5 else 600 for d in range(i + 1)) for i in range(90)],
          "2021-01-04", 1, "A", slow=True),
    _lone("hectares burnt, slow, fast, slow",
          [40, 90, 260, 900, 2400, 5100, 8000, 9900, 10_700, 11_000, 11_100, 11_120],
          "2022-07-02", 2, "A", 0.07),
    _lone("houses lost, hardly moving", [3, 3, 3, 4, 4, 5, 5], "2020-05-11", 1, "C", 0.2),
    _lone("cases doubling in four days",
          [11, 16, 22, 32, 45, 64, 90, 128, 181, 256], "2018-10-03", 2, "B", 0.09),
    _lone("grain in tonnes by month", [11_800_000 * i for i in range(1, 13)],
          "2015-01-31", 30, "A"),
    _lone("vehicles, ungraded, each day for 45 days", [7 * i for i in range(1, 46)],
          "2023-06-05", 1, None, 0.08),
    _lone("arrests, grade C, 61 days", [140 * i for i in range(1, 62)],
          "2011-02-01", 1, "C", 0.08),
    _lone("donations, a burst on day 9", [100, 210, 300, 420, 500, 610, 700, 820, 5200, 5300, 5410],
          "2016-08-25", 1, "A", 0.07),
    _lone("mosquito traps, 150 days of 2 a day", [2 * i for i in range(1, 151)],
          "2019-04-01", 1, "A", slow=True),
)  # fmt: skip

BETWEEN = (
    Case("asked between two totals",
         said("stolen", "insurer", [400, 600], "2022-06-01", 10, "A"),
         (Ask("2022-06-06", (430, 580), (500,), (0.05, 1.4)),)),
    Case("irregular days, asked in the long gap",
         [r for v, d in ((80, "2021-03-01"), (84, "2021-03-02"), (300, "2021-04-10"),
                         (304, "2021-04-11"), (610, "2021-06-09"))
          for r in said("sightings", "club", [v], d, grade="A")],
         (by_grade(84, "2021-03-02", "A"), Ask("2021-03-22", (90, 290), (190,)),
          Ask("2021-05-10", (310, 600), (457,)), by_grade(610, "2021-06-09", "A"))),
    Case("a steady pace, asked a week after the last claim",
         said("boats", "coast_guard", [50 * i for i in range(1, 31)], "2023-05-01", 1, "A"),
         (Ask("2023-06-06", (1600, 2100), (1850,), (0.05, 2.6)),)),
    Case("a count that stopped, asked a month later",
         said("dead", "county", [2, 9, 14, 15, 15, 15, 15, 15], "2018-11-09", 3, "A"),
         (Ask("2018-11-30", (14, 16), (15,)), Ask("2018-12-30", (14, 21), (15,)))),
    Case("words of a news agency",
         said("injured", "agency", ["dozens", "about 80", "more than 100", "about 130"],
              "2014-03-08", 1, "B"),
         (Ask("2014-03-09", (62, 105), (80,)), Ask("2014-03-11", (108, 160), (130,)))),
    Case("rounded to thousands",
         said("displaced", "office", [1000, 1000, 2000, 2000, 3000], "2010-08-02", 2, "C"),
         (Ask("2010-08-10", (2450, 3450), (3000,)),)),
)  # fmt: skip

SEVERAL = (
    Case("three good sources rise together by week",
         [r for i in range(3) for r in said("cases", f"s{i}", [210, 430, 655, 870, 1090],
                                            "2020-03-02", 7, "A")],
         (Ask("2020-03-02", (200, 221), (210,), (0.02, 0.5)),
          Ask("2020-03-30", (1040, 1140), (1090,), (0.02, 0.5)))),
    Case("two ungraded sources 4 % apart for 40 days",
         [*said("cases", "north", [1000 * i for i in range(1, 41)], "2021-10-01"),
          *said("cases", "south", [1040 * i for i in range(1, 41)], "2021-10-01")],
         (Ask("2021-10-20", (19_600, 21_200), (20_400,), (0.03, 2.2)),
          Ask("2021-11-09", (39_200, 42_400), (40_800,), (0.03, 2.2)))),
    Case("a second source joins late at the same numbers",
         [*said("seized", "customs", [20, 44, 61, 83, 102, 119], "2012-02-03", 7, "C"),
          *said("seized", "police", [101, 121], "2012-03-02", 7, "C")],
         (Ask("2012-03-09", (112, 129), (120,), (0.05, 1.9)),)),
    Case("one says half of what the other says, each steadily",
         [*said("protesters", "city", [500 * i for i in range(1, 9)], "2019-06-01", 3),
          *said("protesters", "union", [1000 * i for i in range(1, 9)], "2019-06-01", 3)],
         (Ask("2019-06-22", (4000, 8000), (4000, 8000), (0.6, 3.4)),)),
    Case("an old number is repeated until it is looked up again",
         [*said("dead", "radio", [55_909], "2023-03-01", grade="E"),
          *[r for v, d in ((20_138, "02"), (20_138, "03"), (20_138, "07"), (20_138, "17"))
            for r in said("dead", "paper", [v], f"2023-03-{d}", grade="C")],
          *said("dead", "paper", [35_784] * 3, "2023-04-08", grade="C")],
         (Ask("2023-03-20", (18_000, 90_000)), Ask("2023-04-10", (30_000, 90_000)),
          Ask("2023-04-24", (30_000, 140_000)))),
    Case("of two totals the old one does not vote",
         [*said("dead", "north", [150], "2017-10-01", grade="B"),
          *said("dead", "north", [590], "2017-10-20", grade="B"),
          *said("dead", "south", [604], "2017-10-20", grade="B")],
         (Ask("2017-10-20", (570, 625), (597,)),)),
)  # fmt: skip

TYPOS = (
    Case("ten times within a series",
         said("tests", "lab", [310, 325, 3400, 352, 366], "2020-03-20", 1, "A"),
         (Ask("2020-03-22", (315, 366), (340,)), Ask("2020-03-24", (345, 387), (366,))),
         warns=OUTLIER),
    Case("a digit lost within a series",
         said("dead", "province", [1210, 1275, 133, 1402, 1460], "2008-05-20", 2, "A"),
         (Ask("2008-05-24", (1270, 1410), (1335,)), Ask("2008-05-28", (1390, 1535), (1460,))),
         warns=OUTLIER),
    Case("an empty cell read as 0 within a series",
         said("rescued", "navy", [88, 95, 0, 107, 113], "2015-04-19", 1, "A"),
         (Ask("2015-04-21", (94, 108), (101,)), Ask("2015-04-23", (107, 119), (113,))),
         warns=OUTLIER),
    Case("ten times in the last claim of a long series",
         said("dead", "town", [580, 600, 621, 640, 660, 681, 699, 7200], "2013-07-08", 1, "B"),
         (Ask("2013-07-14", (650, 760), (699,)), Ask("2013-07-15", None, (720,))),
         warns=OUTLIER),
    Case("ten times once in one of two series",
         [*said("cases", "ward", [40, 55, 72, 90, 104], "2009-06-01", 2, "B"),
          *said("cases", "state", [41, 56, 710, 91, 106], "2009-06-01", 2, "B")],
         (Ask("2009-06-05", (66, 79), (72,)), Ask("2009-06-09", (98, 112), (105,))),
         warns=OUTLIER),
    Case("a slipped decimal among weekly numbers",
         said("litres", "plant", [2200, 4400, 6600, 8800, 1100, 13_200, 15_400, 17_600],
              "2018-01-01", 7, "A"),
         (Ask("2018-01-29", (9900, 12_100), (11_000,)),
          Ask("2018-02-19", (16_700, 18_500), (17_600,))),
         warns=OUTLIER),
)  # fmt: skip

CORRECTIONS = (
    Case("taken back and on from there",
         said("dead", "army", [2300, 2450, 2900, 2510, 2560, 2600], "2011-03-14", 1, "B"),
         (Ask("2011-03-19", (2420, 2780), (2600,)),), warns=CORRECTED),
    Case("halved and on from there",
         said("missing_cases", "police", [9000, 9400, 9800, 5100, 5150, 5230, 5300],
              "2011-03-20", 4, "B"),
         (Ask("2011-04-13", (4800, 5800), (5300,)),), warns=CORRECTED),
    Case("the last word takes back",
         said("cases", "clinic", [812, 830, 845, 700], "2014-08-01", 3, "B"),
         (Ask("2014-08-10", (640, 860), (700,)),), warns=CORRECTED + "|falls|fell"),
    Case("small dips are noise",
         said("votes", "office", [10_000, 10_120, 10_100, 10_250], "2022-11-09", 1, "A"),
         (Ask("2022-11-12", (9740, 10_770), (10_250,)),), quiet="begins again|restart"),
    Case("corrected twice",
         said("cases", "ministry", [400, 460, 520, 430, 470, 540, 600, 510, 530, 560],
              "2020-04-06", 2, "B"),
         (Ask("2020-04-24", (515, 610), (560,)),), warns=CORRECTED),
    Case("one source takes back, another never said it",
         [*said("dead", "mayor", [60, 66, 120, 71, 74], "2023-09-12", 1, "C"),
          *said("dead", "red_cross", [61, 65, 70, 70, 75], "2023-09-12", 1, "B")],
         (Ask("2023-09-14", (62, 82), (70,)), Ask("2023-09-16", (69, 81), (74,)))),
)  # fmt: skip

RESTARTS = (
    Case("a count that begins again each season",
         said("flu_deaths", "institute",
              [50 * i for i in range(1, 21)] + [60 * i for i in range(1, 11)],
              "2017-10-06", 7, "A"),
         (Ask("2018-04-27", (500, 1900)),), warns=RESTART),
    Case("year to date, month by month",
         said("accidents", "agency",
              [120, 251, 370, 484, 610, 733, 851, 980, 1100, 1222, 1340, 1450, 110, 230, 352],
              "2021-01-31", 30, "A"),
         (Ask("2022-03-27", (320, 1990)),), warns=RESTART),
)  # fmt: skip

LONG_SPANS = (
    Case("eight claims over sixty years",
         said("dam_deaths", "historian", [120, 310, 480, 800, 1100, 1400, 1720, 2000],
              "1960-01-01", 3100, "B"),
         (by_grade(120, "1960-01-01", "B", 0.1), by_grade(1100, "1993-12-12", "B", 0.1),
          by_grade(2000, "2019-05-31", "B", 0.1)), seconds=4),
    Case("five claims over a hundred years",
         [r for v, d in ((12, "1905-05-01"), (40, "1931-05-01"), (77, "1956-05-01"),
                         (160, "1984-05-01"), (201, "2005-05-01"))
          for r in said("eruptions", "survey", [v], d, grade="A")],
         (by_grade(40, "1931-05-01", "A", 0.08), by_grade(201, "2005-05-01", "A", 0.08)),
         seconds=4),
    Case("thirty yearly totals",
         said("wells", "bureau", [800 * i for i in range(1, 31)], "1990-12-31", 365, "A"),
         (by_grade(12_000, "2004-12-27", "A"), by_grade(24_000, "2019-12-24", "A")), seconds=5),
    Case("three recent claims and one of 1931",
         [*said("dives", "club", [9], "1931-07-01", grade="A"),
          *said("dives", "club", [5210, 5230, 5248], "2021-07-01", 7, "A")],
         (by_grade(9, "1931-07-01", "A", 0.12), by_grade(5248, "2021-07-15", "A")), seconds=4),
)  # fmt: skip

SERIES = (
    *ONE_SOURCE, *BETWEEN, *SEVERAL, *TYPOS, *CORRECTIONS, *RESTARTS, *LONG_SPANS,
)  # fmt: skip
