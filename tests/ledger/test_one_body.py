"""One body under several names is asked about; two bodies with names that look alike are not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import reconcile
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.audit.one_body import one_bodies
from reconcile.values import Source

ONE = [
    ("WHO", "World Health Organization"),
    ("who", "world_health_organization"),
    ("W.H.O.", "The World Health Organisation"),
    ("WHO", "World Health Organization (WHO)"),
    ("MoH", "Ministry of Health"),
    ("the ministry", "Ministry of Health"),
    ("the ministry", "MoH"),
    ("MoH", "The health ministry"),
    ("Gaza MoH", "Gaza health ministry"),
    ("DoD", "the defence department"),
    ("ministry", "mod"),
    ("Health Ministry", "Ministry of Health"),
    ("Min. of Health", "The Ministry of Health"),
    ("Gaza MoH", "Gaza Ministry of Health"),
    ("Ministry of Health", "Gaza Ministry of Health"),
    ("Ministry of Health", "Ministry of Health (Gaza)"),
    ("UN OCHA", "OCHA"),
    ("UNOCHA", "OCHA"),
    ("U.N. OCHA", "UNOCHA"),
    ("OCHA", "Office for the Coordination of Humanitarian Affairs"),
    ("AFP", "Agence France-Presse"),
    ("AP", "Associated Press"),
    ("ap", "the_associated_press"),
    ("UNHCR", "UN High Commissioner for Refugees"),
    ("UNHCR", "UN Refugee Agency"),
    ("UNICEF", "United Nations Children's Fund"),
    ("IFRC", "International Federation of Red Cross and Red Crescent Societies"),
    ("CDC", "Centers for Disease Control and Prevention"),
    ("USGS", "United States Geological Survey"),
    ("USGS", "U.S. Geological Survey"),
    ("MSF", "Médecins Sans Frontières"),
    ("Médecins sans frontières", "MEDECINS SANS FRONTIERES"),
    ("Reuters", "REUTERS"),
    ("Al Jazeera", "Al-Jazeera"),
    ("Guardian", "The Guardian"),
    ("New York Times", "the new york times"),
    ("Xinhua", "Xinhua News Agency"),
    ("BBC", "BBC News"),
    ("Ministry of Health", "Ministry of Health spokesperson"),
    ("OCHA", "OCHA Flash Update 3"),
    ("OCHA Situation Report 11", "OCHA Situation Report 12"),
    ("President Zelensky", "Zelensky"),
    ("MoD", "Ministry of Defense"),
    ("Defence Ministry", "Ministry of Defense"),
    ("General Assembly of the U.N.", "United Nations General Assembly"),
    ("EIA", "Energy Information Administration"),
    ("Bank of England", "the Bank of England"),
]

TWO = [
    ("Ministry of Health", "Ministry of Defence"),
    ("MoH", "Ministry of Defence"),
    ("north", "south"),
    ("north", "north army"),
    ("Reuters", "Reuters Health"),
    ("source_1", "source_2"),
    ("source_1", "source_11"),
    ("source 1 1", "source 11"),
    ("region 1 group 2", "region 2 group 1"),
    ("A", "B"),
    ("Team A", "Team B"),
    ("Team A", "Team"),
    ("Sana", "SANAA"),
    ("Sana A", "Sanaa"),
    ("WHO", "WTO"),
    ("AP", "AFP"),
    ("MoH", "MoD"),
    ("MoH", "defence ministry"),
    ("MoH", "housing department"),
    ("the ministry", "MSF"),
    ("ICRC", "IFRC"),
    ("Red Cross", "Red Crescent"),
    ("government", "regional_government"),
    ("police", "traffic police"),
    ("hospital", "field hospital"),
    ("Ministry of Health", "Regional Ministry of Health"),
    ("Ministry of Defence", "Ministry of Defence Intelligence Directorate"),
    ("Ministry of Health (Gaza)", "Ministry of Health (Israel)"),
    ("WHO Syria", "WHO Yemen"),
    ("UN Women", "UN Habitat"),
    ("UN Women", "Women"),
    ("UN", "UNICEF"),
    ("UN Syria", "Syria"),
    ("CDC", "Africa CDC"),
    ("Guardian", "Guardian Nigeria"),
    ("Kyiv Post", "Kyiv Independent"),
    ("Smith 2019", "Smith 2020"),
    ("Poll 1", "Poll 2"),
    ("Report 1", "Report 2"),
    ("Field report 1", "Field report 2"),
    ("expert_07", "expert_7b"),
    ("US official", "US"),
    ("Art", "Agence Radio Télé"),
    ("US", "Ukrainian Staff"),
    ("Department of Health", "Department of Housing"),
    ("East Coast Radio", "West Coast Radio"),
    ("Volodymyr Zelensky", "Olena Zelenska"),
    ("council", "Council of Ministers Hospital"),
    ("Texas", "Governor of Texas"),
    ("4th Brigade", "14th Brigade"),
    ("sensor-a", "sensor-b"),
    ("ministry of interior", "ministry of the interior forces unit"),
]


def bodies(*names: str) -> list[tuple[str, ...]]:
    return [found.sources for found in one_bodies([Source(name, label=name) for name in names])]


@pytest.mark.parametrize(("one", "other"), ONE)
def test_one_body_is_asked_about(one: str, other: str) -> None:
    assert bodies(one, other) == [(one, other)]
    assert bodies(other, "Red Crescent", "north", one) == [(other, one)]


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_bodies_are_not(one: str, other: str) -> None:
    assert bodies(one, other) == []
    assert bodies(other, one) == []


def test_three_names_are_one_question() -> None:
    (found,) = bodies("WHO", "Red Cross", "World Health Organization", "W.H.O.")
    assert found == ("WHO", "World Health Organization", "W.H.O.")


def test_a_name_that_may_be_either_is_asked_once_and_proposes_nothing() -> None:
    names = ("MoD", "Ministry of Defence", "Ministry of Development")
    (found,) = one_bodies([Source(name, label=name) for name in names])
    assert found.sources == names
    assert found.either
    assert "or" in str(found)


@pytest.mark.parametrize(
    "more",
    [
        ({"differs_from": ("World Health Organization",)}, {}),
        ({}, {"differs_from": ("WHO",)}),
        ({"parent": "World Health Organization"}, {}),
        ({"parent": "UN"}, {"parent": "UN"}),
        ({"side": "north"}, {"side": "south"}),
    ],
)
def test_what_the_registry_says_settles_it(more: tuple[dict, dict]) -> None:  # type: ignore[type-arg]
    one, other = Source("WHO", **more[0]), Source("World Health Organization", **more[1])
    assert one_bodies([one, other]) == []


def test_an_id_is_a_handle_where_there_is_a_label() -> None:
    ministry = Source("ministry", label="Ministry of Health")
    assert one_bodies([ministry, Source("moi", label="Interior Ministry")]) == []
    assert one_bodies([ministry, Source("health", label="Health Ministry")]) != []


def test_a_synonym_that_another_source_is_called_by() -> None:
    agency = Source("agency", label="Civil protection", synonyms=("Protezione Civile",))
    assert one_bodies([agency, Source("protezione_civile")]) != []


def test_the_cost_is_linear() -> None:
    def seconds(count: int) -> float:
        words = [
            "north",
            "delta",
            "river",
            "health",
            "relief",
            "press",
            "water",
            "union",
            "front",
            "trade",
        ]
        names = [
            f"{words[i % 10]} {words[i // 10 % 10]} {words[i // 100 % 10]} ministry {i}"
            for i in range(count)
        ]
        listed = [Source(name, label=name) for name in names]
        started = time.perf_counter()
        one_bodies(listed)
        return time.perf_counter() - started

    seconds(100)
    assert seconds(10_000) < 40 * max(seconds(1000), 0.005)


def rows(*sources: str) -> list[dict[str, object]]:
    return [
        {"quantity": "dead", "source": s, "value": 50 + i, "on": f"2024-03-0{i + 1}"}
        for i, s in enumerate(sources)
    ]


def about(ledger: Ledger) -> list[str]:
    return [text for text in ledger.warnings if "one body" in text]


def test_the_ledger_the_audit_and_the_answer_ask() -> None:
    ledger = read_ledger(rows("WHO", "World Health Organization", "Reuters"))
    (text,) = about(ledger)
    assert "'WHO' and 'World Health Organization'" in text
    assert "2 independent origins" in text
    (finding,) = [f for f in reconcile.audit(ledger) if f.check == "one body"]
    assert finding.edit is not None
    assert finding.edit.what == "source"
    merged = reconcile.audit(ledger).apply(ledger)
    assert {claim.source for claim in merged} == {"WHO", "Reuters"}
    assert about(merged) == []
    assert "audit: source was 'World Health Organization'" in merged[1].note
    assert "World Health Organization" not in merged.sources
    assert "World Health Organization" in merged.sources["WHO"].synonyms
    answer = reconcile.fit(ledger).estimate("dead", "2024-03-03")
    assert [w for w in answer.warnings if "one body" in w] == [text]
    assert not [w for w in reconcile.fit(merged).estimate("dead", "2024-03-03").warnings
                if "one body" in w]  # fmt: skip


def test_an_answer_asks_of_those_behind_it_alone() -> None:
    other = [row | {"quantity": "boats"} for row in rows("World Health Organization")]
    answer = reconcile.fit(read_ledger([*rows("WHO", "Reuters"), *other])).estimate(
        "dead", "2024-03-03"
    )
    assert not [w for w in answer.warnings if "one body" in w]


def test_all_claims_of_the_name_that_goes_are_edited() -> None:
    ledger = read_ledger(rows("Ministry of Health", "MoH", "MoH", "MoH"))
    (edit,) = reconcile.audit(ledger).edits
    assert (edit.claim, edit.old, edit.new) == ("", "Ministry of Health", "MoH")  # has most claims
    assert {claim.source for claim in reconcile.audit(ledger).apply(ledger)} == {"MoH"}


def test_two_names_give_way_to_a_third_and_other_edits_are_made_too() -> None:
    numbered = rows("WHO", "WHO", "World Health Organization", "W.H.O.", "WHO")
    numbered[1]["value"] = 5151  # pasted twice
    ledger = read_ledger(numbered)
    found = reconcile.audit(ledger)
    assert len([f for f in found if f.check == "one body"]) == 2
    mended = found.apply(ledger)
    assert {claim.source for claim in mended} == {"WHO"}
    assert mended["row-2"].phrase.text == "51"


def test_a_synonym_in_the_registry_merges_and_says_so(tmp_path: Path) -> None:
    table = tmp_path / "counts.csv"
    table.write_text(
        "source,quantity,value,date\nWHO,dead,5,2024-03-01\nW. Health,dead,6,2024-03-02\n"
    )
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "WHO"\nsynonyms = ["W. Health"]\n')
    ledger = read_ledger(table)
    assert {claim.source for claim in ledger} == {"WHO"}
    assert any("'W. Health' is read as 'WHO'" in text for text in ledger.warnings)


def test_that_they_differ_is_kept_in_a_file(tmp_path: Path) -> None:
    table = tmp_path / "counts.csv"
    table.write_text("source,quantity,value,date\nMoH,dead,5,2024-03-01\n"
                     "Ministry of Health,dead,6,2024-03-02\n")  # fmt: skip
    assert about(read_ledger(table))
    entry = '[[source]]\nid = "MoH"\ndiffers_from = ["Ministry of Health"]\n'
    (tmp_path / "sources.toml").write_text(entry)
    ledger = read_ledger(table)
    assert about(ledger) == []
    reconcile.write_ledger(ledger, tmp_path / "again.toml")
    assert about(read_ledger(tmp_path / "again.toml")) == []
    assert read_ledger(tmp_path / "again.toml") == ledger


def test_the_bundled_ledger_asks_nothing() -> None:
    assert about(read_ledger()) == []


def test_another_name_of_a_source_is_told_where_a_folder_says_it(tmp_path: Path) -> None:
    merged = reconcile.audit(read_ledger(rows("WHO", "World Health Organization")))
    ledger = merged.apply(read_ledger(rows("WHO", "World Health Organization")))
    reconcile.write_ledger(ledger, tmp_path / "case")
    (tmp_path / "case" / "more.toml").write_text(
        '[[claim]]\nid = "x"\nquantity = "dead"\nsource = "world health organization"\n'
        'phrase = "40"\non = 2024-03-03\n',
        encoding="utf-8",
    )
    with pytest.raises(reconcile.errors.LedgerError, match="is a name of 'WHO'"):
        read_ledger(tmp_path / "case")
