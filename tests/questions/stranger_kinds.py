"""Flows, levels, constants, parts, shares, plain numbers, several quantities, finished events."""

from __future__ import annotations

from datetime import date

from stranger_cases import Ask, Case, at_once, said

from reconcile import Quantity

STOCK = (("kind", "stock"),)
CONSTANT = (("kind", "constant"),)

FLOWS = (
    Case("40 a day", said("lost", "yard", [40] * 10, "2022-04-04", 1, "A", flow=True),
         tuple(Ask(f"2022-04-{d:02d}", rises=(28, 56)) for d in (6, 9, 13))),
    Case("250,000 a day", said("barrels", "terminal", [250_000] * 8, "2022-04-04", 1, "B",
                               flow=True),
         tuple(Ask(f"2022-04-{d:02d}", rises=(170_000, 360_000)) for d in (6, 11))),
    Case("700 a week", said("births", "county", [700] * 12, "2016-01-10", 7, "A", flow=True),
         tuple(Ask(day, rises=(70, 140)) for day in ("2016-01-20", "2016-02-18", "2016-03-20"))),
    Case("3, then 30 a week", said("births", "county", [21, 22, 20, 210, 214, 207], "2016-01-10",
                                   7, "A", flow=True),
         (Ask("2016-01-14", rises=(1.8, 5)), Ask("2016-02-10", rises=(20, 43)))),
    Case("a hundred a day since a known beginning",
         said("tons", "port", [100] * 5, "2020-01-01", 1, "A", flow=True),
         (Ask("2020-01-05", (440, 560), (500,), (0.05, 1.3)),
          Ask("2020-01-02", (175, 225), (200,))),
         about=(("epoch", date(2020, 1, 1)),)),
    Case("a total, then a week's flow",
         [*said("fled", "un", [10_000], "2013-05-01", grade="B"),
          *said("fled", "un", [3000], "2013-05-08", 7, "B", flow=True)],
         (Ask("2013-05-01", (9000, 11_000), (10_000,)),
          Ask("2013-05-08", (11_800, 14_200), (13_000,)))),
    Case("monthly flows of two sources that agree",
         [*said("sold", "a", [3000] * 6, "2019-01-30", 30, "B", flow=True),
          *said("sold", "b", [3060] * 6, "2019-01-30", 30, "B", flow=True)],
         (Ask("2019-03-20", rises=(75, 130)), Ask("2019-06-20", rises=(75, 130)))),
    Case("none a day for a week, then 5 a day",
         said("dead", "camp", [0] * 7 + [5] * 7, "2022-04-04", 1, "A", flow=True),
         (Ask("2022-04-08", rises=(0, 0.9)), Ask("2022-04-15", rises=(3, 8)))),
)  # fmt: skip

LEVELS = (
    Case("people in camps, then most go home",
         [*said("displaced", "un", [8200, 8150, 8200], "2018-02-01", 5, "B"),
          *said("displaced", "un", [3100], "2018-02-16", grade="B"),
          *said("displaced", "ngo", [3050], "2018-02-17", grade="B")],
         (Ask("2018-02-11", (7400, 9000), (8200,)), Ask("2018-02-17", (2800, 3450), (3080,))),
         STOCK),
    Case("houses without power, each day fewer",
         said("dark", "utility", [50_000, 32_000, 9000, 1200, 150], "2021-02-15", 1, "A"),
         (Ask("2021-02-16", (28_500, 35_500), (32_000,)),
          Ask("2021-02-18", (1050, 1360), (1200,)), Ask("2021-02-19", (130, 172), (150,))),
         STOCK),
    Case("a steady level, asked a month later",
         [*said("prisoners", "a", [1510, 1490, 1505], "2017-03-01", 7, "B"),
          *said("prisoners", "b", [1480, 1500, 1515], "2017-03-03", 7, "B")],
         (Ask("2017-03-15", (1450, 1560), (1503,), (0.02, 0.9)),
          Ask("2017-04-17", (1280, 1760), (1500,), (0.05, 2.2))), STOCK),
    Case("a level that leaps up, said by two",
         [*said("patients", "a", [20, 22, 21, 204], "2020-03-10", 2, "A"),
          *said("patients", "b", [20, 21, 22, 198], "2020-03-10", 2, "A")],
         (Ask("2020-03-14", (19, 24), (21,)), Ask("2020-03-16", (185, 217), (200,))), STOCK),
    Case("the missing are found", said("missing", "police", [44, 12, 3, 0], "2021-07-20", 4, "A"),
         (Ask("2021-07-20", (41, 47), (44,)), Ask("2021-07-24", (10.5, 13.5), (12,)),
          Ask("2021-08-01", (0, 0.9), (0,))), STOCK),
    Case("a level that rose is not carried on",
         said("occupied", "clinic", [60, 80, 100, 120, 140], "2022-01-03", 7, "A"),
         (Ask("2022-01-31", (130, 150), (140,)), Ask("2022-02-14", (100, 190), (140,),
                                                     (0.1, 2.6))), STOCK),
    Case("a level of 1950, 1980 and 2010",
         [r for v, d in ((900, "1950-06-01"), (2400, "1980-06-01"), (1300, "2010-06-01"))
          for r in said("herd", "park", [v], d, grade="A")],
         (Ask("1980-06-01", (2200, 2600), (2400,)), Ask("2010-06-01", (1200, 1420), (1300,))),
         STOCK, seconds=4),
    Case("a level said once", said("crew", "owner", [345], "2012-01-13"),
         (Ask("2012-01-13", (320, 372), (345,), (0.8, 3.8)),), STOCK),
    Case("a typo in a level",
         said("stranded", "port", [610, 615, 6200, 620, 618], "2019-12-20", 1, "B"),
         (Ask("2019-12-24", (580, 655), (618,)),), STOCK, warns="error|outlier"),
    Case("the height of a wall, said by four",
         at_once("wall", "2010-01-01", [12, 12, 13, 12.5], "C"),
         (Ask("2010-01-01", (11.7, 13), (12.3,)),), CONSTANT),
)  # fmt: skip


def _whole(name, *parts):
    return Quantity(name, name, parts=parts)


PARTS = (
    Case("parts add up to a whole nobody told",
         [*said("dead", "a", [30], "2005-07-07", grade="A"),
          *said("hurt", "a", [700], "2005-07-07", grade="A")],
         (Ask("2005-07-07", (680, 785), (730,), quantity="all"),
          Ask("2005-07-07", (28, 32.5), (30,), quantity="dead")),
         wholes=(_whole("all", "dead", "hurt"),)),
    Case("whole and parts that fit",
         [*said("dead", "a", [40], "2005-07-07", grade="B"),
          *said("hurt", "a", [160], "2005-07-07", grade="B"),
          *said("all", "b", [205], "2005-07-07", grade="B")],
         (Ask("2005-07-07", (188, 218), (203,), quantity="all"),
          Ask("2005-07-07", (35, 46), (40,), quantity="dead")),
         wholes=(_whole("all", "dead", "hurt"),)),
    Case("a series of a whole and one of a part",
         [*said("dead", "a", [10, 20, 30, 40], "2019-03-15", 2, "A"),
          *said("all", "a", [50, 100, 150, 200], "2019-03-15", 2, "A")],
         (Ask("2019-03-21", (186, 214), (200,), quantity="all"),
          Ask("2019-03-21", (36, 44), (40,), quantity="dead"),
          Ask("2019-03-21", (140, 180), (160,), quantity="hurt")),
         wholes=(_whole("all", "dead", "hurt"), Quantity("hurt", "hurt"))),
    Case("three parts, one never told",
         [*said("dead", "a", [5], "2019-03-15", grade="A"),
          *said("hurt", "a", [25], "2019-03-15", grade="A"),
          *said("all", "a", [90], "2019-03-15", grade="A")],
         (Ask("2019-03-15", (80, 100), (90,), quantity="all"),
          Ask("2019-03-15", (30, 85), (60,), quantity="ill")),
         wholes=(_whole("all", "dead", "hurt", "ill"), Quantity("ill", "ill"))),
)  # fmt: skip

SHARES = (
    Case("three polls of a share", at_once("turnout", "2019-05-26", [0.42, 0.45, 0.44], "B"),
         (Ask("2019-05-26", (0.415, 0.455), (0.44,)),), (("scale", "logit"), *STOCK)),
    Case("a share near one", at_once("coverage", "2019-05-26", [0.97, 0.975, 0.98, 0.972], "B"),
         (Ask("2019-05-26", (0.965, 0.981), (0.974,)),), (("scale", "logit"), *STOCK)),
    Case("a share over time",
         said("vacant", "office", [0.10, 0.12, 0.14, 0.16], "2020-01-01", 91, "A"),
         (Ask("2020-09-30", (0.145, 0.175), (0.16,)),), (("scale", "logit"), *STOCK)),
    Case("plain numbers around zero",
         at_once("frost", "2012-02-03", [-3.2, -2.9, -3.5, -3.0], "B"),
         (Ask("2012-02-03", (-3.5, -2.8), (-3.1,), (0.02, 3)),), (("scale", "linear"), *STOCK)),
    Case("a margin that crosses zero",
         said("margin", "poll", [4.0, 2.5, 1.0, -1.5], "2016-09-01", 10, "B"),
         (Ask("2016-10-01", (-3, 0.6), (-1.5,)),), (("scale", "linear"), *STOCK)),
    Case("plain numbers far from zero",
         at_once("kelvin", "2012-02-03", [1811.0, 1808.5, 1812.0, 1811.5, 1809.0], "B"),
         (Ask("2012-02-03", (1808.5, 1812), (1810.5,), (0.1, 12)),),
         (("scale", "linear"), *CONSTANT)),
)  # fmt: skip

EIGHT = (
    Case("eight series of one ungraded source, 3 to 5,000 a day",
         [r for k, pace in enumerate((3, 8, 20, 75, 200, 600, 1800, 5000))
          for r in said(f"q{k}", "ministry", [pace * i for i in range(1, 31)], "2020-03-01")],
         (*(Ask("2020-03-30", (27.6 * p, 32.4 * p), (30 * p,), (0.2, 3.8), quantity=f"q{k}")
            for k, p in ((0, 3), (3, 75), (7, 5000))),
          Ask("2020-03-10", (9.2 * 200, 10.8 * 200), (2000,), quantity="q4"))),
    Case("eight lone claims of one source",
         [r for k in range(8) for r in said(f"q{k}", "ministry", [37 * 4**k], "2020-03-01")],
         tuple(Ask("2020-03-01", (0.92 * 37 * 4**k, 1.08 * 37 * 4**k), (37 * 4**k,), (0.6, 3.8),
                   quantity=f"q{k}") for k in (0, 4, 7))),
    Case("one series stands still, one runs",
         [*said("still", "a", [50] * 20, "2020-03-01", 1, "A"),
          *said("runs", "a", [50 * i for i in range(1, 21)], "2020-03-01", 1, "A")],
         (Ask("2020-03-20", (47, 53), (50,), quantity="still"),
          Ask("2020-03-20", (950, 1050), (1000,), quantity="runs"))),
    Case("two small tables side by side, a factor of 100,000 apart",
         [*said("ships", "a", [3, 4, 6], "2020-03-01", 7, "B"),
          *said("tonnes", "a", [310_000, 402_000, 615_000], "2020-03-01", 7, "B")],
         (Ask("2020-03-15", (5.2, 6.8), (6,), quantity="ships"),
          Ask("2020-03-15", (575_000, 655_000), (615_000,), quantity="tonnes"))),
)  # fmt: skip

CLOSED = (
    Case("three days after an earthquake",
         [*said("dead", "agency", [300, 800, 1500], "2001-01-27", 1, "B")],
         (Ask("2001-01-29", (1600, 12_000), (1700, 5000), (0.5, 5)),),
         (("closed", date(2001, 1, 26)),)),
    Case("a month after a crash",
         said("dead", "airline", [60, 81, 83, 83, 83], "2009-06-02", 7, "A"),
         (Ask("2009-06-30", (81, 92), (84,), (0.02, 1.2)),), (("closed", date(2009, 6, 1)),)),
)  # fmt: skip

KINDS = (*FLOWS, *LEVELS, *PARTS, *SHARES, *EIGHT, *CLOSED)
