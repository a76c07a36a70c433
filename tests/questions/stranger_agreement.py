"""Several sources of one day: agreement, spread, camps, one far off, lone claims, words, zeros."""

from __future__ import annotations

from stranger_cases import Ask, Case, at_once, by_grade, said

OUTLIER = "error|outlier"


def _once(name, values, grade=None, day="2022-02-09", warns=None, **ask):
    return Case(name, at_once("people", day, values, grade), (Ask(day, **ask),), warns=warns)


AGREEING = (
    _once("four good ones say 5,240", [5240] * 4, "B",
          median=(5080, 5400), covers=(5240,), width=(0.02, 0.75)),
    _once("two say 73", [73, 73], median=(68, 78), covers=(73,), width=(0.1, 2.6)),
    _once("eight within 2 % of 40,000",
          [39_600, 40_100, 40_400, 39_900, 40_000, 40_350, 39_700, 40_200],
          median=(39_300, 40_800), width=(0.01, 0.25)),
    _once("three say a round 1,000", [1000] * 3,
          median=(940, 1060), covers=(1000,), width=(0.1, 1.9)),
    _once("five from 700 to 1,150", [700, 820, 900, 1000, 1150],
          median=(820, 980), covers=(900,), width=(0.15, 1.3)),
    _once("seven over a factor of 25", [100, 200, 400, 700, 1000, 1500, 2500],
          median=(350, 1100), width=(0.6, 3.2)),
    _once("twelve say about what the others say",
          [215, 230, 221, 240, 210, 226, 233, 219, 228, 224, 237, 222],
          median=(218, 232), covers=(225,), width=(0.02, 0.35)),
    _once("three small counts that agree", [4, 4, 5], "B", median=(3.5, 5.3), covers=(4,)),
    Case("five outlets carry one wire story",
         [{"id": f"w{i}", "quantity": "people", "source": f"paper{i}", "value": 310,
           "on": "2016-01-21", **({} if i == 0 else {"origin": "w0"})} for i in range(5)],
         (Ask("2016-01-21", (285, 335), (310,), (0.7, 3.9)),)),
)  # fmt: skip

FAR_OFF = (
    _once("one of four has a digit too many", [450, 451, 4510, 455],
          median=(432, 474), warns=OUTLIER),
    _once("a tenth beside three", [26_300, 26_450, 2640, 26_380], "B",
          median=(25_500, 27_300), warns=OUTLIER),
    _once("0 beside four", [912, 0, 905, 918, 911], median=(880, 942), warns=OUTLIER),
    _once("twenty thousand beside four near 3,000", [3000, 2950, 3080, 3010, 20_000],
          median=(2750, 3400), covers=(3010,)),
    Case("a good source against a bad one",
         [*said("people", "statistics", [2000], "2020-12-14", grade="A"),
          *said("people", "forum", [9000], "2020-12-14", grade="E")],
         (Ask("2020-12-14", (1650, 3200), (2000,), (0.1, 2.6)),)),
)  # fmt: skip

CAMPS = (
    _once("two against two, a factor of 12", [1100, 1150, 14_000, 13_200],
          covers=(1150, 13_200), width=(1.8, 5)),
    _once("three against three, a factor of 5", [61, 60, 64, 310, 300, 325],
          covers=(64, 300), width=(1.3, 4)),
    _once("four against four, a factor of 30",
          [205, 200, 210, 198, 6100, 6000, 6250, 5900], covers=(210, 5900), width=(3, 6.5)),
    _once("one against one, a factor of 8", [500, 4000],
          median=(700, 2900), covers=(600, 3300), width=(1.2, 5.5)),
    Case("two camps, each with a series",
         [*said("hurt", "gov", [100, 150, 200, 250], "2021-05-10", 2),
          *said("hurt", "ministry", [104, 153, 205, 255], "2021-05-10", 2),
          *said("hurt", "rebels", [1000, 1500, 2000, 2500], "2021-05-10", 2),
          *said("hurt", "radio", [1040, 1530, 2040, 2550], "2021-05-10", 2)],
         (Ask("2021-05-16", None, (265, 2400), (1.5, 5)),)),
)  # fmt: skip

LONE = (
    *(Case(f"a lone claim of {v:,}", said("people", "blog", [v], "2003-08-14"),
           (Ask("2003-08-14", (0.93 * v, 1.07 * v), (v,), (1, 3.8)),))
      for v in (17, 2600, 88_000_000)),
    Case("a lone claim of a register, grade A",
         said("people", "register", [2613], "2003-08-14", grade="A"),
         (by_grade(2613, "2003-08-14", "A"),)),
    Case("a lone claim of 1", said("people", "blog", [1], "2003-08-14"),
         (Ask("2003-08-14", (0.6, 1.7), (1,)),)),
    _once("one says dozens", ["dozens"], median=(22, 100), covers=(40,)),
    _once("one says more than 400", ["more than 400"], median=(400, 900), covers=(450,)),
    _once("one says nearly 90", ["nearly 90"], median=(75, 95), covers=(88,)),
    _once("one says between 30 and 50", ["between 30 and 50"], "B",
          median=(35, 43), covers=(40,), width=(0.2, 2.2)),
)  # fmt: skip

WORDS = (
    _once("at least 60 beside 85 and 90", ["at least 60", "85", "90"], median=(78, 96),
          covers=(86,)),
    _once("four ranges", ["10 to 20", "12 to 18", "between 10 and 25", "about 15"],
          median=(13.3, 17), width=(0.1, 1.2)),
    _once("all say fewer than", ["fewer than 200", "up to 200", "at most 180"],
          median=(35, 205), width=(0.4, 8)),
    _once("all say at least", ["at least 7", "at least 8", "at least 8"],
          median=(7.2, 20), covers=(9,)),
    _once("hundreds beside 240", ["hundreds", "240"], median=(200, 310), covers=(240,)),
)  # fmt: skip


def _lbh(*triples, day="2015-11-02"):
    return [
        {"quantity": "dead", "source": f"expert{i}", "low": low, "best": best, "high": high,
         "on": day}
        for i, (low, best, high) in enumerate(triples)
    ]  # fmt: skip


BEST = (
    Case("low 40, best 55, high 90", _lbh((40, 55, 90)), (Ask("2015-11-02", (46, 66), (55,)),)),
    Case("best near the low end", _lbh((1000, 1200, 6000)),
         (Ask("2015-11-02", (950, 1600), (1200,)),)),
    Case("best near the high end", _lbh((15, 118, 120)), (Ask("2015-11-02", (84, 135), (115,)),)),
    Case("three experts", _lbh((200, 400, 800), (300, 450, 700), (250, 380, 900)),
         (Ask("2015-11-02", (345, 480), (410,), (0.1, 1.7)),)),
    Case("low and high alone",
         [{"quantity": "dead", "source": "ngo", "lower": 500, "upper": 700, "on": "2015-11-02"}],
         (Ask("2015-11-02", (530, 660), (600,)),)),
)  # fmt: skip

ZEROS = (
    _once("four say none", [0] * 4, "B", median=(0, 0.5), covers=(0,)),
    Case("none for ten days, asked a week later", said("cases", "port", [0] * 10, "2020-02-01",
                                                       grade="A"),
         (Ask("2020-02-05", (0, 0.5), (0,)), Ask("2020-02-17", (0, 1.5), (0,)))),
    _once("two say none, one says 3", [0, 0, 3], median=(0, 3), covers=(0,)),
    Case("one ungraded claim of none", said("cases", "blog", [0], "2020-02-01"),
         (Ask("2020-02-01", (0, 1), (0,)),)),
)  # fmt: skip

OUTBREAKS = (
    Case("none for six weeks, then it spreads",
         said("cases", "province", [0, 0, 0, 0, 0, 0, 2, 9, 31, 80], "2019-12-02", 7, "A"),
         (Ask("2019-12-30", (0, 0.9), (0,)), Ask("2020-01-27", (27, 36), (31,)),
          Ask("2020-02-03", (72, 89), (80,)))),
    Case("none for three days, then a steady rise",
         said("dead", "island", [0, 0, 0, 12, 25, 40], "2018-09-27", 1, "A"),
         (Ask("2018-09-29", (0, 4), (0,)), Ask("2018-10-02", (36, 44), (40,)))),
    Case("none for twenty days, then 3,000 once",
         said("infected", "base", [0] * 20 + [3000], "2020-03-01", 1, "A"),
         (Ask("2020-03-21", None, (3000,)), Ask("2020-03-15", (0, 1), (0,))),
         warns="error|outlier|leap"),
    Case("none, then 900 said by three",
         [*said("dead", "a", [0, 0, 900], "2008-05-10", 1, "B"),
          *said("dead", "b", [0, 0, 930], "2008-05-10", 1, "B"),
          *said("dead", "c", [0, 0, 910], "2008-05-10", 1, "B")],
         (Ask("2008-05-12", (840, 990), (912,)), Ask("2008-05-11", (0, 60), (0,)))),
)  # fmt: skip

AGREEMENT = (*AGREEING, *FAR_OFF, *CAMPS, *LONE, *WORDS, *BEST, *ZEROS, *OUTBREAKS)
