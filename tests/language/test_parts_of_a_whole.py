"""A number of one place, unit, group or person beside the number of the whole."""

from __future__ import annotations

import csv
import re

import pytest

from reconcile.language.document.extraction import Reader
from reconcile.questions.new_ledger import Article, draft_new_ledger
from reconcile.values import Days

_PUBLISHED = "2024-05-16"


def _scopes(text: str) -> list[str]:
    """Of each number its scope, with a question mark where it is a guess."""
    return [
        m.scope + ("?" if "scope" in m.guesses else "")
        for m in Reader().extract(text, published=_PUBLISHED)
    ]


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        # the words beside the number say it
        ("Storm Ada injured 75 people. Ten of those hurt were sailors.", ["whole", "part"]),
        ("At least 90 people died in the fire. Among them were 14 nurses.", ["whole", "part"]),
        ("The cull killed 40,000 hens, 12,000 of them on an island.", ["whole", "part"]),
        # a site, a unit, a group, and the whole elsewhere
        ("Cholera has killed 60 people. 15 died in the treatment centre at Lower Quay.",
         ["whole", "part?"]),
        ("The epidemic has killed 210 people. In the northern camp 32 people died.",
         ["whole", "part?"]),
        ("Police arrested 140 protesters. At the port 30 protesters were arrested.",
         ["whole", "part?"]),
        ("A total of 212 houses were destroyed. In the village of Sarn 34 houses were destroyed.",
         ["whole", "part?"]),
        ("The heatwave killed 1,300 people, the ministry said. In Ward 7 of the city hospital, "
         "11 patients died.", ["whole", "part?"]),
        ("The floods displaced 12,000 people. Managers counted 900 displaced people in the "
         "Alder camp.", ["whole", "part?"]),
        ("The army has lost 400 men. The 3rd Battalion lost 12 men.", ["whole", "part?"]),
        ("The crash killed 24 people. Six Italians died.", ["whole", "part?"]),
        ("In the capital 45 people died, 200 nationwide.", ["part?", "whole"]),
        # a place alone: by the same speaker, or of nobody who is named
        ("The quake killed 2,100 people. 96 people died in Mirna.", ["whole", "part?"]),
        # nothing tells of the whole, or somebody else may dispute the number
        ("15 died in the treatment centre at Lower Quay.", ["whole?"]),
        ("Hospital sources said 12 people died in Kolda. The ministry put the death toll at 15.",
         ["whole?", "whole"]),
        ("In Arden 96 people died; 57 people died in Vado.", ["whole", "whole"]),
        ("The outbreak infected 812 passengers. 40 crew members were infected.",
         ["whole", "whole"]),
        ("The police said 31 people died. The ministry said 40 people died.", ["whole", "whole"]),
        ("Two of the 24 dead were French.", ["part", "whole"]),
    ],
)  # fmt: skip
def test_a_part_is_told_from_the_whole(text: str, scopes: list[str]) -> None:
    assert _scopes(text) == scopes


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("A woman, 62, was injured.", ["A woman wounded whole"]),
        ("An off-duty officer, 33, was shot dead.", ["An off-duty officer killed whole"]),
        ("Police arrested a 34-year-old man.", ["a 34-year-old man arrested whole"]),
        ("A boy of 12 drowned.", ["A boy killed whole"]),
        ("A nine-year-old girl is missing.", ["A nine-year-old girl missing whole"]),
        ("Woman, 62, injured in blast", ["Woman wounded whole"]),
        ("A man, 45, and a boy, 9, were killed.", ["A man killed part", "a boy killed part"]),
        ("Gales injured 12 people. A nurse, 28, was injured.",
         ["12 wounded whole", "A nurse wounded part"]),
        ("A teacher, 44, and 11 pupils were hurt.",
         ["A teacher wounded part", "11 wounded whole"]),
        ("An 8-year-old boy died and his sister, 6, was wounded.",
         ["An 8-year-old boy killed whole", "his sister wounded whole"]),
        ("A 19-year-old gunman killed two teachers.", ["two killed whole"]),
        ("A man, 45, killed two people.", ["two killed whole"]),
        ("Dr Lena Ott, 44, said seven nurses had been infected.", ["seven infected whole"]),
        ("A man, 45, said the road was closed.", []),
    ],
)  # fmt: skip
def test_a_person_described_by_age_is_one(text: str, persons: list[str]) -> None:
    found = Reader().extract(text, published=_PUBLISHED)
    assert [f"{m.phrase.text} {m.event} {m.scope}" for m in found] == persons
    assert all(m.phrase.upper == 1 for m in found if m.noun and m.phrase.text[0] in "Aa")


def test_a_draft_tells_parts_among_texts_and_marks_them() -> None:
    day = Days.of(_PUBLISHED)
    articles = [
        Article("a.txt", "Cholera has killed 60 people, the ministry said.", day, "The Post"),
        Article("b.txt", "15 people died in the treatment centre at Lower Quay.", day, "The Sun"),
        Article("c.txt", "In Arden 20 people died of cholera.", day, "The Star"),
    ]
    draft = draft_new_ledger(articles)
    rows = list(csv.DictReader(draft.files["review.csv"].splitlines()))
    told = {row["words"]: (row["quantity"], row["scope"], row["guessed"]) for row in rows}
    assert told["60"][:2] == ("people_killed", "whole")
    assert told["15"][0].startswith("people_killed")
    assert "scope" in told["15"][2]
    assert told["20"][1] == "whole"
    assert "scope" not in told["20"][2]


@pytest.mark.parametrize(
    "text",
    ["The death toll was revised from 31 to 38; 12 people are missing.",
     "12 people are missing. The death toll was revised to 38 from 31. In all 12 died in 1999."],
)  # fmt: skip
def test_in_a_draft_the_new_number_supersedes_the_old_one(text: str) -> None:
    day = Days.of(_PUBLISHED)
    draft = draft_new_ledger([Article("a.txt", text, day, "The Post")])
    (report,) = [text for name, text in draft.files.items() if name.startswith("2024")]
    claims = [dict(re.findall(r'^(\w+) = "(.*)"$', c, re.M)) for c in report.split("[[claim]]")]
    new = next(claim["id"] for claim in claims if claim.get("phrase", "").endswith("38"))
    old = next(claim for claim in claims if claim.get("phrase", "").endswith("31"))
    assert (old["status"], old["superseded_by"]) == ("superseded", new)
