"""What a number is about, when, and by whose word, in sentences of our own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from reconcile.errors import DateError
from reconcile.language import extract_mentions
from reconcile.language.document.dateline import dateline_of
from reconcile.language.document.extraction import Reader
from reconcile.values import Days, Mention, Quantity, Source

_SUBJECTS = ("Ruritanian", "Ruritanians", "Ruritania")
_QUANTITIES = [
    Quantity("losses", parts=("dead", "hurt"), subjects=_SUBJECTS,
             synonyms=("casualties", "losses", "killed and wounded", "killed or wounded")),
    Quantity("dead", subjects=_SUBJECTS, synonyms=("killed", "deaths", "dead")),
    Quantity("hurt", subjects=_SUBJECTS, synonyms=("wounded", "injured")),
    Quantity("sent", subjects=_SUBJECTS, synonyms=("sent", "arrived")),
    Quantity("present", kind="stock", arrivals="sent", subjects=_SUBJECTS,
             synonyms=("deployed", "stationed", "troops", "soldiers", "in the valley")),
    Quantity("depots", kind="constant", synonyms=("ammunition depots", "depots")),
    Quantity("ground", unit="square kilometre", synonyms=("captured", "square kilometers")),
]  # fmt: skip
_SOURCES = [
    Source("ministry", kind="government", parent="zenda", synonyms=("Zenda's defence ministry",)),
    Source("zenda", kind="government", synonyms=("Zenda", "Zenda officials")),
    Source("colonel", kind="official", synonyms=("Colonel Sapt", "Sapt")),
    Source("official", kind="official", synonyms=("a senior Zenda official",)),
    Source("herald", kind="media", synonyms=("the Strelsau Herald", "Herald")),
    Source("medic", kind="witness", synonyms=("the medic", "a medic")),
]
_TIMES = ("hour", "day", "week", "month", "year")
_READER = Reader(_QUANTITIES, _SOURCES)
_PUBLISHED = "2024-05-16"  # a Thursday


def _read(text: str, published: str | None = _PUBLISHED) -> Sequence[Mention]:
    return _READER.extract(text, published=published)


def _only(text: str) -> Mention:
    (mention,) = [m for m in _read(text) if m.phrase.unit not in _TIMES]
    return mention


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("50 Ruritanian soldiers were killed and 47 more injured.", ["dead", "hurt"]),
        ("They killed 50 Ruritanian troops and wounded 30.", ["dead", "hurt"]),
        ("Some 300 Ruritanians were killed or wounded.", ["losses"]),
        ("Ruritania suffered hundreds of casualties.", ["losses"]),
        ("The raid resulted in the deaths of 20 Ruritanian guards.", ["dead"]),
        ("About 9,000 Ruritanian soldiers are stationed in the valley.", ["present"]),
        ("Ruritania has sent 2,000 men.", ["sent"]),
        ("Ruritania has sent another 2,000 soldiers.", ["present"]),
        ("Two ammunition depots burned.", ["depots"]),
        ("The army captured 60 square kilometers.", ["ground"]),
        ("Two British soldiers were killed.", [None]),
        ("Some 2,000 migrants arrived.", [None]),
        ("The plan costs 40 million euros.", [None]),
    ],
)
def test_quantity_by_synonyms_and_subject(text: str, quantities: list[str | None]) -> None:
    assert [m.quantity for m in _read(text)] == quantities


def test_a_bare_number_takes_its_quantity_from_the_sentence_before_and_says_so() -> None:
    found = _read("Wounded Ruritanian soldiers came by train. There were 40 on Monday.")
    assert [(m.quantity, "quantity" in m.guesses) for m in found] == [("hurt", True)]


def test_noun_and_event_are_the_words_of_the_text() -> None:
    mention = _only("At least 30 Ruritanian troops were killed and wounded in the valley.")
    assert (mention.noun, mention.event) == ("Ruritanian troops", "killed and wounded")
    assert _only("The 2,000 migrants left the coast on Sunday.").noun == "migrants"


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("on Tuesday", "2024-05-14 to 2024-05-14, 1 days"),
        ("yesterday", "2024-05-15 to 2024-05-15, 1 days"),
        ("on May 3", "2024-05-03 to 2024-05-03, 1 days"),
        ("on Nov. 26", "2023-11-26 to 2023-11-26, 1 days"),
        ("on 2 January 2024", "2024-01-02 to 2024-01-02, 1 days"),
        ("between April 3 and 5", "2024-04-03 to 2024-04-05"),
        ("this week", "2024-05-13 to 2024-05-16"),
        ("last week", "2024-05-06 to 2024-05-12"),
        ("over the past week", "2024-05-10 to 2024-05-16, 7 days"),
        ("in two days", "2024-05-14/2024-05-15 to 2024-05-15/2024-05-16, 2 days"),
        ("within 24 hours", "2024-05-15/2024-05-16 to 2024-05-15/2024-05-16, 1 days"),
        ("in just one week", "2024-05-09/2024-05-10 to 2024-05-15/2024-05-16, 7 days"),
        ("this month", "2024-05-01 to 2024-05-16"),
        ("last month", "2024-04-01 to 2024-04-30"),
        ("earlier this month", "2024-05-01/2024-05-15 to 2024-05-01/2024-05-15, 1 days"),
        ("in April", "2024-04-01 to 2024-04-30"),
        ("in late April", "2024-04-21/2024-04-30 to 2024-04-21/2024-04-30, 1 days"),
        ("in early December", "2023-12-01/2023-12-10 to 2023-12-01/2023-12-10, 1 days"),
        ("since January", "2024-01-01/2024-01-31 to 2024-05-16"),
        ("since Monday", "2024-05-13 to 2024-05-16"),
        ("so far in May", "2024-05-01 to 2024-05-16"),
        ("in May so far", "2024-05-01 to 2024-05-16"),
        ("in the first week of February", "2024-02-01 to 2024-02-07"),
        ("in 2022", "2022-01-01 to 2022-12-31"),
    ],
)
def test_times_are_resolved_against_publication(words: str, period: str) -> None:
    mention = _only(f"Some 50 Ruritanian soldiers were killed {words}.")
    assert str(mention.period) == period


def test_a_window_ends_when_it_was_said() -> None:
    mention = _only("On Wednesday, Sapt said 300 Ruritanian soldiers arrived this month.")
    assert str(mention.said) == "2024-05-15"
    assert str(mention.period) == "2024-05-01 to 2024-05-15"


def test_without_publication_only_full_dates_are_resolved() -> None:
    (a,) = _read("On 3 May 2024 50 Ruritanian guards were killed.", published=None)
    (b,) = _read("On Tuesday 50 Ruritanian guards were killed.", published=None)
    assert str(a.period) == "2024-05-03 to 2024-05-03, 1 days"
    assert b.period is None


def test_a_range_of_publication_days_makes_ranges() -> None:
    (mention,) = _read("Today 50 Ruritanian guards were killed.", published="2024-05-14/2024-05-16")
    assert mention.period is not None
    assert mention.period.start == Days(date(2024, 5, 14), date(2024, 5, 16))


def test_no_time_in_the_text_is_the_day_of_the_claim_and_a_guess() -> None:
    mention = _only("Sapt said on Monday that 50 Ruritanian soldiers had been killed.")
    assert (str(mention.period), mention.guesses) == ("2024-05-13", ("period",))


@pytest.mark.parametrize(
    ("text", "source", "via"),
    [
        ("Colonel Sapt said 50 Ruritanians were killed.", "colonel", ()),
        ("Some 50 Ruritanians were killed, Sapt said.", "colonel", ()),
        ('"Some 50 Ruritanians were killed," said Colonel Sapt.', "colonel", ()),
        ("According to Zenda officials, 50 Ruritanians were killed.", "zenda", ()),
        ("In a day, the medic said, 50 wounded Ruritanians came.", "medic", ()),
        ("Zenda's defence ministry this week reported 50 dead Ruritanians.", "ministry", ()),
        (
            "A senior Zenda official, meanwhile, told the Strelsau Herald that 50 Ruritanians "
            "were killed.",
            "official",
            ("herald",),
        ),
        (
            "Fifty Ruritanians were killed, the Strelsau Herald reported on Monday, citing a "
            "senior Zenda official.",
            "official",
            ("herald",),
        ),
        ("Sapt said 50 Ruritanians were killed, as reported by the Strelsau Herald.", "colonel",
         ("herald",)),
        ("A report in the Strelsau Herald that said 50 Ruritanians were killed is new.", "herald",
         ()),
        ("Ruritania has reportedly lost 50 men, all killed.", None, ()),
        ("A Zenda analyst said 50 Ruritanians were killed.", None, ()),
    ],
)  # fmt: skip
def test_who_says_so(text: str, source: str | None, via: tuple[str, ...]) -> None:
    mention = next(m for m in _read(text) if m.phrase.nominal == 50)
    assert (mention.source, mention.via) == (source, via)


def test_an_unknown_speaker_is_proposed() -> None:
    mention = _only("Mayor Rudolf Elphberg said 50 Ruritanians were killed.")
    assert (mention.source, mention.source_text) == (None, "Mayor Rudolf Elphberg")
    assert mention.proposed_source == "mayor_rudolf_elphberg"


def test_pronouns_and_quotations_lead_back_to_the_speaker() -> None:
    text = (
        "A medic told his wife that wounded Ruritanians keep coming. "
        '"Yesterday there were 100 people. Today there are 120," he says.'
    )
    found = _read(text)
    assert [(m.phrase.nominal, m.source) for m in found] == [(100, "medic"), (120, "medic")]
    assert all("source" in m.guesses for m in found)
    assert str(found[0].period) == "2024-05-14/2024-05-15 to 2024-05-14/2024-05-15, 1 days"


def test_part_additional_and_flags() -> None:
    part = _only("More than 200 wounded Ruritanians were brought to one of the hospitals.")
    assert part.scope == "part"
    assert _only("Sapt said that they had killed 50 Ruritanians.").scope == "part"
    assert _only("Sapt said 50 Ruritanians were killed.").scope == "whole"
    assert _only("Ruritania sent 3,000 additional troops.").additional
    assert not _only("Ruritania sent more than 3,000 troops.").additional
    doubted = _read("Sapt said 50 Ruritanians were killed. The Herald could not verify it.")
    assert doubted[0].flags == {"unverified"}
    disputed = _read("Sapt said 50 Ruritanians were killed. Zenda could not confirm the report.")
    assert disputed[0].flags == {"disputed"}
    heard = _read("In an intercepted phone call, a medic said 50 Ruritanians were wounded.")
    assert "intercepted" in heard[0].flags


def test_a_repeat_names_the_first_mention() -> None:
    text = (
        "Sapt said about 12,000 Ruritanian soldiers are deployed.\n\n"
        "The 12,000 figure is new. Zenda officials said 12,000 is too high.\n\n"
        "Colonel Sapt: about 12,000 Ruritanian soldiers deployed."
    )
    assert [m.repeats for m in _read(text)] == [None, 0, None, 0]


def test_publication_may_be_a_date_and_must_be_one() -> None:
    found = _READER.extract("Today 5 Ruritanians were killed.", published=date(2024, 5, 16))
    assert str(found[0].period) == "2024-05-16 to 2024-05-16, 1 days"
    with pytest.raises(DateError, match="2024-13-01"):
        _READER.extract("Today 5 men were killed.", published="2024-13-01")


@pytest.mark.parametrize("published", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_error(published: str) -> None:
    text = "Yesterday, last week, since January, in two days and this month 5 Ruritanians died."
    assert len(_READER.extract(text, published=published)) == 2


def _flagged(text: str) -> list[bool]:
    return [bool({"disputed", "unverified"} & m.flags) for m in Reader().extract(text)]


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("12 died. Five were hurt. A third blast killed 30; nobody has confirmed it.", [0, 0, 1]),
        ("12 died, but the army could not confirm that 30 were missing.", [0, 1]),
        ("Rebels claimed 40 dead. The army denied it.", [1]),
        ("Four died. Rebels said 40 had fled. This could not be verified.", [0, 1]),
        ("Four died and 9 were hurt. These figures could not be verified.", [1, 1]),
        ("The envoy denied that 12 had drowned, while 3 are missing.", [1, 0]),
        ("Forty died. The claim has not been confirmed.", [1]),
        ("Two fell ill; the firm said 7 had, which no doctor has confirmed.", [0, 1]),
    ],
)
def test_a_doubt_is_about_its_own_clause_or_the_one_before(text: str, flagged: list[int]) -> None:
    assert _flagged(text) == [bool(flag) for flag in flagged]


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("84 people were rescued and 60 are still missing.", ["rescued", "missing"]),
        ("Twelve were killed and 30 have since been wounded.", ["killed", "wounded"]),
        ("20 were arrested and 15 are still in hospital.", ["arrested", "hospitalised"]),
        ("Nine died and 14 are being treated for burns.", ["killed", "hospitalised"]),
        ("Six were hurt and 4 remain trapped.", ["wounded", "trapped"]),
        ("Another 9 remain unaccounted for.", ["missing"]),
        ("Fifty were killed and 12 were children.", ["killed", "killed"]),
    ],
)
def test_a_clause_of_its_own_has_its_own_event(text: str, events: list[str]) -> None:
    assert [mention.event for mention in _read(text)] == events


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("60 passengers were missing.", "missing"),
        ("Some 4,000 residents were displaced.", "displaced"),
        ("84 had been rescued by nightfall.", "rescued_people"),
        ("Two more fishermen drowned.", "dead"),
        ("40 buildings are missing.", None),
    ],
)
def test_a_quantity_without_synonyms_is_found_by_its_name(text: str, quantity: str | None) -> None:
    named = [Quantity(name) for name in ("missing", "displaced", "dead")]
    reader = Reader([*named, Quantity("rescued_people", label="rescued (alive)")], [])
    assert [m.quantity for m in reader.extract(text, published=_PUBLISHED)] == [quantity]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Cases jumped from 120 on Monday to 180 on Wednesday.", ["2024-05-13", "2024-05-15"]),
        ("The toll rose from 20 on Tuesday to 31 on Wednesday.", ["2024-05-14", "2024-05-15"]),
        ("The toll fell from 241 on Sunday to 219 on Monday.", ["2024-05-12", "2024-05-13"]),
    ],
)
def test_both_ends_of_a_movement_with_days_are_totals(text: str, days: list[str]) -> None:
    mentions = _read(text)
    assert [m.period.kind if m.period else None for m in mentions] == ["on", "on"]
    assert [str(m.period.last) for m in mentions if m.period] == days


# ---------------------------------------------------------------- openings, and months begun


@pytest.mark.parametrize(
    ("opening", "published"),
    [
        ("TAMBA, July 16, 2024 (Reuters) - ", "2024-07-16"),
        ("TAMBA, July 16 (Reuters) - ", None),
        ("PORT MORO, Lenn, 16 July 2024 — ", "2024-07-16"),
        ("GENEVA, 16 July (UN News) -- ", None),
    ],
)
def test_the_day_of_an_opening_is_that_of_the_report(opening: str, published: str | None) -> None:
    text = f"Cholera spreads\n\n{opening}At least 8 people have died of cholera, the mayor said."
    (mention,) = extract_mentions(text, published="2024-07-17")
    assert mention.phrase.text == "At least 8"
    assert mention.period is None or mention.period.last.isoformat() == "2024-07-17"
    assert mention.period is None or mention.period.kind == "on"
    told = dateline_of(text).published
    assert (None if told is None else str(told)) == published


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("On Sunday, May 5 (ABC) - 12 people died.", "2024-05-05"),
        ("Between May 5 - 12 people died.", "2024-05-05"),
        ("The flood came on May 5 - At least 12 people died.", "2024-05-05"),
    ],
)
def test_a_day_within_a_sentence_stays_its_day(text: str, day: str) -> None:
    (mention,) = extract_mentions(text, published="2024-05-06")
    assert mention.period is not None
    assert mention.period.last.isoformat() == day


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("since the start of the month", "2024-07-01"),
        ("since the beginning of the month", "2024-07-01"),
        ("since the start of the year", "2024-01-01"),
        ("since the beginning of the week", "2024-07-15"),
        ("since the beginning of July", "2024-07-01"),
    ],
)
def test_what_was_counted_since_a_month_began(words: str, first: str) -> None:
    (mention,) = extract_mentions(f"Some 8 people have drowned {words}.", published="2024-07-16")
    assert mention.period is not None
    assert mention.period.kind == "during"
    assert (mention.period.first.isoformat(), mention.period.last.isoformat()) == (
        first,
        "2024-07-16",
    )


def _days(text: str) -> list[tuple[float, str, str, bool]]:
    """Each count of a text: the number, its first and last day, whether the days are a guess."""
    return [
        (
            m.phrase.lower,
            f"{m.period.kind} {m.period.start}" if m.period else "",
            str(m.period.end) if m.period else "",
            "period" in m.guesses,
        )
        for m in Reader().extract(text, published=_PUBLISHED)
        if m.phrase.unit not in _TIMES
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [  # the report has the date: a total by then, as a guess
        ("The ministry reported 31 deaths on Monday.", ["on 2024-05-13 guessed"]),
        ("The hospital has confirmed 12 dead on Tuesday.", ["on 2024-05-14 guessed"]),
        ("Some 40 deaths were reported on Monday.", ["on 2024-05-13 guessed"]),
        ("On Monday, 31 deaths were registered.", ["on 2024-05-13 guessed"]),
        ("The council recorded a total of 212 infections on 3 May.", ["on 2024-05-03 guessed"]),
        ("The registry listed 1,204 missing on Sunday.", ["on 2024-05-12 guessed"]),
        ("Wardens recorded 320 dead seals as of 12 May.", ["on 2024-05-12"]),
        # what happened has the date: of that day
        ("Eight people were killed on Monday, the police said.", ["during 2024-05-13"]),
        ("Police said 22 people were arrested on Saturday.", ["during 2024-05-11"]),
        ("The army reported 14 soldiers killed on Tuesday.", ["during 2024-05-14 guessed"]),
        ("The army reported 120 drones shot down on Monday.", ["during 2024-05-13 guessed"]),
        # words for a flow
        ("The ministry reported 31 new deaths on Monday.", ["during 2024-05-13"]),
        ("Germany confirmed 3 further cases on Tuesday.", ["during 2024-05-14"]),
        ("The observatory recorded 40 landslides on Monday alone.", ["during 2024-05-13"]),
        ("The clinic logged 75 cases in the past 24 hours.", ["during 2024-05-16 guessed"]),
        (
            "Clinics reported 120 infections on Monday, 90 on Tuesday and 60 on Wednesday.",
            [f"during 2024-05-{day} guessed" for day in (13, 14, 15)],
        ),
        ("Officials reported 5 deaths today and 12 yesterday.",
         ["during 2024-05-16 guessed", "during 2024-05-15 guessed"]),
        ("The ministry reported 31 deaths last week.", ["during 2024-05-06 guessed"]),
    ],
)  # fmt: skip
def test_a_day_of_a_report_makes_a_total_and_a_day_of_an_event_a_flow(
    text: str, days: list[str]
) -> None:
    told = [
        f"{start} {'guessed' if guessed else ''}".strip() for _, start, _, guessed in _days(text)
    ]
    assert told == days


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("The toll rose from 1,210 to 1,450 within a day.", ["15", "16"]),
        ("Cases rose from 310 to 400 in the past 24 hours.", ["15", "16"]),
        ("The number of displaced rose from 5,000 to 8,200 in two days.", ["14", "16"]),
        ("Arrests went from 40 to 95 in 24 hours.", ["15", "16"]),
        ("Deaths climbed to 1,450 within a day.", ["16"]),
        ("The number of dead climbed from 12 on Monday to 31 by Tuesday.", ["13", "14"]),
    ],
)
def test_both_ends_of_a_movement_are_totals(text: str, ends: list[str]) -> None:
    assert [start for _, start, _, _ in _days(text)] == [f"on 2024-05-{day}" for day in ends]


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("The ministry said 31 people died. WHO said 31 people died.", [None, None]),
        ("WHO said 31 people died by Monday. WHO said 31 people died.", [None, 0]),
        (
            "The clinic said a total of 31 people had died by Monday. "
            "WHO said deaths rose from 31 people to 44 people within a day.",
            [None, None, None],
        ),
    ],
)
def test_speakers_unknown_to_the_ledger_repeat_only_themselves(
    text: str, repeats: list[int | None]
) -> None:
    assert [m.repeats for m in Reader().extract(text, published=_PUBLISHED)] == repeats


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("The toll was revised from 31 to 38.", ["31 superseded", "38"]),
        ("The toll was revised up to 38 from 31.", ["38", "31 superseded"]),
        ("The count was revised upward to 38 from 31.", ["38", "31 superseded"]),
        ("Officials corrected the number of dead from 31 to 38.", ["31 superseded", "38"]),
        ("The ministry raised the death toll from 31 to 38.", ["31 superseded", "38"]),
        ("The toll, revised from 31, now stands at 38.", ["31 superseded", "38"]),
        ("Deaths: 38 (revised from 31)", ["38", "31 superseded"]),
        ("The toll was lowered to 27 from 31.", ["27", "31 superseded"]),
        ("The count of missing was cut from 120 to 85.", ["120 superseded", "85"]),
        ("The number of dead was adjusted upwards from 31 to 38.", ["31 superseded", "38"]),
        ("Hotels took in up to 38 evacuees from 31 villages.", ["up to 38", "31"]),
    ],
)
def test_a_revision_supersedes(text: str, numbers: list[str]) -> None:
    found = Reader().extract(text, published=_PUBLISHED)
    told = [f"{m.phrase.text} {'superseded' * ('superseded' in m.flags)}".strip() for m in found]
    assert told == numbers
    assert {m.scope for m in found} == {"whole"}
