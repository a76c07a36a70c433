"""Drafts of whole ledgers: floods, earthquakes, epidemics, elections, a march, a riot, a spill."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.extract import extract
from reconcile.questions.new_ledger import Article, draft_new_ledger
from reconcile.values import Days

_TEXTS = Path(__file__).parent / "draft_texts"
_FLOOD = Path(__file__).parents[2] / "examples" / "flood"

# What an analyst would write: words, quantity, source. Rows that the draft has otherwise are the
# corrections by hand; each text may need five.
_BY_HAND: dict[str, set[tuple[str, str, str]]] = {
    "2024-09-12-river-post": {
        ("14", "people_killed", "river_post"),
        ("hundreds", "people_evacuated", "river_post"),
        ("At least 14", "people_killed", "regional_government"),
        ("27", "people_missing", "regional_government"),
        ("nine", "people_killed_bellmouth", "river_post"),
        ("three", "children_killed_bellmouth", "river_post"),
        ("five", "people_killed_upper_orla", "fire_brigade"),
        ("Some 2,300", "civilians_evacuated", "red_cross"),
        ("640", "people_evacuated", "red_cross"),
        ("180", "houses_destroyed", "mayor_of_bellmouth"),
        ("1,250", "buildings_damaged", "regional_government"),
    },
    "2025-02-03-highland-times": {
        ("412", "people_killed", "interior_ministry"),
        ("1,870", "people_wounded", "interior_ministry"),
        ("290", "people_killed", "interior_ministry"),
        ("35", "people_killed", "tomas_reil"),
        ("about 60", "people_trapped", "tomas_reil"),
        ("530", "people_wounded_vado", "highland_times"),
        ("41", "children_wounded_vado", "highland_times"),
        ("96", "people_killed_mirna", "highland_times"),
        ("310", "houses_destroyed", "highland_times"),
        ("57", "people_killed_vado", "highland_times"),
        ("up to 12,000", "people_displaced", "blue_crescent"),
        ("More than 40", "aftershocks", "highland_times"),
        ("Two", "soldiers_killed", "highland_times"),
    },
    "2023-11-20-harbour-herald": {
        ("312", "cases", "health_ministry"),
        ("4,806", "cases", "health_ministry"),
        ("97", "people_killed", "health_ministry"),
        ("455", "people_hospitalised", "harbour_herald"),
        ("38", "people_hospitalised", "harbour_herald"),
        ("About 2,900", "people_recovered", "health_ministry"),
        ("1,940", "cases_port_lane", "harbour_herald"),
        ("1,120", "cases_northgate", "harbour_herald"),
        ("10,000 to 15,000", "people_infected", "world_health_office"),
        ("Some 60,000", "people_vaccinated", "harbour_herald"),
        ("seven", "medics_infected", "dr_lena_ott"),
        ("104", "people_killed", "health_ministry"),
        ("97", "people_killed", "health_ministry"),
    },
    "2022-10-09-capital-daily": {
        ("58", "seats_greens", "electoral_commission"),
        ("41", "seats_liberals", "electoral_commission"),
        ("33", "seats_workers_party", "electoral_commission"),
        ("About 3.1 million", "votes", "capital_daily"),
        ("67.4 percent", "turnout", "capital_daily"),
        ("61 percent", "turnout", "capital_daily"),
        ("70", "seats_greens", "state_radio"),
        ("24.5 percent", "vote_share_liberals", "exit_poll_of_2_100_voters"),
        ("23", "people_detained", "capital_daily"),
        ("four", "people_wounded", "capital_daily"),
    },
    "2024-08-02-valley-times": {
        ("218", "people_killed", "district_collector"),
        ("196", "people_missing", "district_collector"),
        ("Some 8,300", "people_evacuated", "district_collector"),
        ("At least 27", "children_killed", "valley_times"),
        ("64", "people_killed", "valley_times"),
        ("31", "people_killed", "valley_times"),
        ("1,500", "jawans_deployed", "army"),
        ("6", "aircraft_deployed", "army"),
        ("more than 350", "people_killed", "opposition_leader"),
        ("Rs 120 crore", "cost", "state_government"),
        ("About 348", "houses_destroyed", "valley_times"),
    },
    "2023-02-11-manila-wire": {
        ("47", "people_killed", "disaster_council_ndrrmc"),
        ("318", "people_wounded", "disaster_council_ndrrmc"),
        ("12", "people_missing", "disaster_council_ndrrmc"),
        ("4,120", "houses_destroyed", "disaster_council_ndrrmc"),
        ("11,306", "houses_damaged", "disaster_council_ndrrmc"),
        ("Some 52,000", "people_displaced", "disaster_council_ndrrmc"),
        ("22", "people_killed", "mayor_flor_garcia"),
        ("9", "rescuers_wounded", "red_cross"),
        ("P1.3 billion", "cost", "manila_wire"),
        ("Two", "bridges_destroyed", "manila_wire"),
    },
    "2024-11-25-health-desk": {
        ("21,650", "cases", "health_desk"),
        ("412", "people_killed", "health_desk"),
        ("512", "cases", "north_district"),
        ("207", "cases", "hill_district"),
        ("963", "patients", "health_desk"),
        ("More than 1.1 million", "people_vaccinated", "health_desk"),
    },
    "2024-05-13-evening-star": {
        ("412", "stations", "election_board"),
        ("38.4 per cent", "vote_share_unity_party", "election_board"),
        ("33.1 per cent", "vote_share_democrats", "election_board"),
        ("12.9 per cent", "vote_share_farmers_league", "election_board"),
        ("61", "seats_unity", "evening_star"),
        ("49", "seats_democrats", "evening_star"),
        ("71 per cent", "turnout", "evening_star"),
        ("About 2.6 million", "votes", "evening_star"),
        ("64", "seats_unity", "exit_poll_by_quant"),
        ("Nine", "candidates_attacked", "watchdog_fair_vote"),
        ("one", "people_killed", "watchdog_fair_vote"),
    },
    "2024-06-19-lakeside-post": {
        ("3", "people_killed", "lakeside_post"),
        ("Between 30,000 and 40,000", "protesters", "police"),
        ("120,000", "protesters", "organisers"),
        ("about 6,000", "protesters", "lakeside_post"),
        ("At least three", "protesters_killed", "doctors_union"),
        ("41", "people_wounded", "doctors_union"),
        ("one", "people_killed", "police"),
        ("Fourteen", "police_wounded", "police_spokesman"),
        ("287", "people_arrested", "lakeside_post"),
        ("53", "children_arrested", "lakeside_post"),
        ("410", "people_detained", "open_cells"),
        ("9", "vehicles_destroyed", "lakeside_post"),
        ("22", "shops_damaged", "lakeside_post"),
    },
    "2024-03-14-sun-tribune": {
        ("Eleven", "prisoners_killed", "prison_service"),
        ("37", "people_wounded", "prison_service"),
        ("1,912", "prisoners", "prison_service"),
        ("two", "police_captured", "sun_tribune"),
        ("One", "people_rescued", "sun_tribune"),
        ("19", "prisoners_killed", "families_committee"),
        ("11", "people_killed", "justice_ministry"),
        ("8", "people_killed", "justice_ministry"),
        ("23", "prisoners_hospitalised", "justice_ministry"),
        ("Twenty-six", "prisoners_escaped", "police"),
        ("17", "people_recaptured", "police"),
        ("2,100", "guards_striking", "guards_union"),
        ("900", "guards_striking", "justice_ministry"),
    },
    "2023-08-05-coast-gazette": {
        ("about 4,200 tonnes", "spilled", "coast_guard"),
        ("2,500 tonnes", "spilled", "halvor_shipping"),
        ("All 24", "people_rescued", "coast_gazette"),
        ("two", "people_wounded", "coast_gazette"),
        ("130 square kilometres", "area", "coast_gazette"),
        ("640", "birds_killed", "group_clean_coast"),
        ("12", "animals_killed", "group_clean_coast"),
        ("1,150", "birds_killed", "wildlife_agency"),
        ("9", "ships_sent", "coast_gazette"),
        ("400", "people_sent", "coast_gazette"),
    },
    "2024-05-02-nyanza-daily": {
        ("38", "people_killed", "county_commissioner_beatrice_anyango"),
        ("more than 12,400", "households_displaced", "county_commissioner_beatrice_anyango"),
        ("11", "people_missing", "county_commissioner_beatrice_anyango"),
        ("four", "children_missing", "county_commissioner_beatrice_anyango"),
        ("112", "people_rescued", "county_commissioner_beatrice_anyango"),
        ("45", "people_killed", "kenya_red_cross"),
        ("Some 2,600 acres", "area", "nyanza_daily"),
        ("at least 700", "animals_destroyed", "nyanza_daily"),
        ("64", "patients", "nyanza_daily"),
        ("Two", "people_killed", "nyanza_daily"),
    },
    "2023-09-12-atlas-bulletin": {
        ("2,862", "people_killed", "interior_ministry"),
        ("2,562", "people_wounded", "interior_ministry"),
        ("1,604", "people_killed", "atlas_bulletin"),
        ("976", "people_killed", "atlas_bulletin"),
        ("90", "people_trapped", "atlas_bulletin"),
        ("More than 300,000", "people_affected", "united_nations"),
        ("About 2,930", "houses_destroyed", "survey_by_group_toit_pour_tous"),
        ("59", "schools_damaged", "survey_by_group_toit_pour_tous"),
        ("86", "rescuers_sent", "atlas_bulletin"),
        ("eight", "animals_sent", "atlas_bulletin"),
        ("four", "animals_sent", "atlas_bulletin"),
        ("60", "rescuers_sent", "atlas_bulletin"),
        ("nobody", "people_wounded", "atlas_bulletin"),
    },
    "2024-08-30-equator-post": {
        ("18,910", "cases", "health_ministry"),
        ("629", "people_killed", "health_ministry"),
        ("1,040", "cases", "equator_post"),
        ("8,212", "cases", "equator_post"),
        ("4,976", "cases", "equator_post"),
        ("1,303", "cases", "equator_post"),
        ("54", "people_hospitalised", "dr_jeanne_mbuyi"),
        ("three", "children_killed", "dr_jeanne_mbuyi"),
        ("796", "cases", "equator_post"),
        ("no deaths", "people_killed", "equator_post"),
        ("30,000 to 40,000", "cases", "medecins_du_monde"),
    },
    "2024-06-03-cape-evening": {
        ("40.2%", "vote_share_national_front", "electoral_commission"),
        ("21.8%", "vote_share_alliance", "electoral_commission"),
        ("14.6%", "vote_share_spear_party", "electoral_commission"),
        ("159", "seats_front", "cape_evening"),
        ("87", "seats_alliance", "cape_evening"),
        ("58", "seats_spear_party", "cape_evening"),
        ("230", "seats_front", "cape_evening"),
        ("58.6 per cent", "turnout", "cape_evening"),
        ("66 per cent", "turnout", "cape_evening"),
        ("Some 16.2 million", "votes", "cape_evening"),
        ("218,000", "ballots_spoilt", "cape_evening"),
        ("all 23,292", "stations", "electoral_commission"),
        ("579", "objections", "cape_evening"),
        ("9.3 million", "votes_missing", "lawyers_of_spear_party"),
        ("two", "men_killed", "hospital_sources"),
        ("17", "people_wounded", "hospital_sources"),
        ("one", "men_killed", "police_minister_bheki_nkosi"),
        ("31", "people_arrested", "police_minister_bheki_nkosi"),
    },
    "2025-01-21-ridge-courier": {
        ("41,200 acres", "area", "state_fire_agency"),
        ("Nine", "people_killed", "county_sheriff"),
        ("four", "people_missing", "county_sheriff"),
        ("More than 2,150", "houses_destroyed", "ridge_courier"),
        ("84", "businesses_destroyed", "ridge_courier"),
        ("Some 31,000", "civilians_evacuated", "ridge_courier"),
        ("about 9,000", "people_returned", "ridge_courier"),
        ("1,870", "rescuers", "fire_chief_dana_ortega"),
        ("212", "vehicles_sent", "fire_chief_dana_ortega"),
        ("14", "aircraft_sent", "fire_chief_dana_ortega"),
        ("Sixteen", "rescuers_wounded", "fire_chief_dana_ortega"),
        ("118,000", "without_power", "ridge_courier"),
        ("$3.2 billion to $4.1 billion", "cost", "calder_re"),
        ("at least $6 billion", "cost", "governor"),
        ("six", "people_killed", "officials"),
    },
    "2024-10-08-savanna-times": {
        ("138", "children_captured", "state_governor"),
        ("187", "children_missing", "school_s_principal"),
        ("Twenty-five", "people_escaped", "parents_group"),
        ("Two", "people_killed", "police"),
        ("275", "people_captured", "rights_group_safe_desks"),
        ("600", "soldiers_sent", "savanna_times"),
        ("two", "aircraft_sent", "savanna_times"),
        ("30", "people_killed", "army"),
    },
    "2024-04-17-steel-city-news": {
        ("4,300", "workers_striking", "gmw_union"),
        ("2,900", "workers_striking", "company"),
        ("five", "people_arrested", "police"),
        ("214 million euros", "cost", "steel_city_news"),
        ("12,000", "protesters", "organisers"),
        ("7,500", "protesters", "police"),
    },
    "2023-06-16-straits-monitor": {
        ("At least 79", "people_killed", "coast_guard"),
        ("104", "people_rescued", "coast_guard"),
        ("30", "people_hospitalised", "coast_guard"),
        ("more than 500", "people_missing", "un_migration_agency"),
        ("Nine", "men_arrested", "straits_monitor"),
        ("Six", "ships_sent", "straits_monitor"),
        ("three", "aircraft_sent", "straits_monitor"),
        ("1,166", "people_killed", "un"),
        ("2,411", "people_killed", "un"),
    },
    "2025-03-11-harbour-post": {
        ("31", "people_killed", "harbour_post"),
        ("At least 31", "people_killed", "coastguard"),
        ("dozens", "people_missing", "coastguard"),
        ("31", "people_killed", "coastguard_commander_ida_brandt"),
        ("142", "people_rescued", "coastguard_commander_ida_brandt"),
        ("some 70", "people_missing", "coastguard_commander_ida_brandt"),
        ("Fourteen", "people_killed", "coastguard_commander_ida_brandt"),
        ("85", "people_missing", "red_cross"),
        ("Twenty-six", "people_hospitalised", "st_anne_s_director"),
        ("four", "people_hospitalised", "st_anne_s_director"),
        ("two", "people_arrested", "harbour_post"),
        ("240", "passengers", "harbour_post"),
    },
    "2025-02-06-daily-register": {
        ("48,000", "workers_striking", "daily_register"),
        ("Some 48,000", "workers_striking", "transport_federation"),
        ("31,000", "workers_striking", "employers_association"),
        ("35,000", "workers_striking", "transport_federation"),
        ("620", "trains_cancelled", "daily_register"),
        ("14", "people_arrested", "labour_ministry"),
        ("Nine", "police_wounded", "labour_ministry"),
        ("two", "police_wounded", "labour_ministry"),
        ("about 150 million euros", "cost", "central_bank"),
    },
    "2025-08-21-river-herald": {
        ("119", "people_killed_tamba", "river_herald"),
        ("119", "people_killed_tamba", "health_ministry"),
        ("102", "people_killed_tamba", "health_ministry"),
        ("214", "cases", "health_ministry"),
        ("5,630", "cases", "health_ministry"),
        ("About 380", "people_hospitalised", "health_ministry"),
        ("4,870", "people_recovered", "health_ministry"),
        ("at least 160", "people_killed_tamba", "joan_akello"),
        ("40", "people_killed_tamba", "joan_akello"),
        ("23", "people_killed_miri", "joan_akello"),
        ("12", "people_killed_miri", "ministry"),
        ("90,000", "doses_sent", "river_herald"),
        ("15", "experts_sent", "river_herald"),
    },
    "2025-05-02-marsh-gazette": {
        ("12,804", "votes_liberals", "returning_officer"),
        ("12,393", "votes_labour", "marsh_gazette"),
        ("4,120", "votes_conservatives", "marsh_gazette"),
        ("1,988", "votes_greens", "marsh_gazette"),
        ("46.2%", "turnout", "marsh_gazette"),
        ("A total of 131", "ballots_spoilt", "marsh_gazette"),
        ("73", "seats", "marsh_gazette"),
        ("six", "people_arrested", "police"),
        ("around 300", "protesters", "police"),
        ("1,000", "protesters", "organisers_of_protest"),
        ("One", "police_wounded", "police"),
    },
    "2025-04-22-plateau-mail": {
        ("19", "prisoners_killed", "plateau_mail"),
        ("At least 19", "prisoners_killed", "prisons_service"),
        ("two", "guards_killed", "prisons_service"),
        ("2,640", "prisoners", "plateau_mail"),
        ("310", "prisoners", "plateau_mail"),
        ("14", "guards_captured", "plateau_mail"),
        ("67", "people_wounded", "alma_reyes"),
        ("11", "people_wounded", "alma_reyes"),
        ("43", "people_hospitalised", "garro_general_hospital"),
        ("three", "people_killed", "garro_general_hospital"),
        ("no fewer than 34", "people_killed", "free_bench"),
        ("28", "people_killed", "free_bench"),
        ("Some 46", "prisoners_escaped", "plateau_mail"),
        ("29", "prisoners_recaptured", "police"),
        ("About 500", "soldiers_sent", "plateau_mail"),
    },
    "2025-08-14-island-courier": {
        ("thousands", "people_displaced", "island_courier"),
        ("21,400 hectares", "area", "civil_protection_agency"),
        ("four", "people_killed", "civil_protection_agency"),
        ("Some 8,300", "people_evacuated", "civil_protection_agency"),
        ("5,100", "people_evacuated", "civil_protection_agency"),
        ("1,900", "people_displaced", "red_cross"),
        ("At least 260", "houses_destroyed", "island_courier"),
        ("600", "houses_damaged", "island_courier"),
        ("More than 1,100", "rescuers", "island_courier"),
        ("85", "engines", "island_courier"),
        ("14", "aircraft", "island_courier"),
        ("140", "houses_destroyed", "mayor_of_sant_orel"),
        ("23,000", "without_power", "power_company_ilum"),
        ("two", "men_arrested", "island_courier"),
        ("76", "people_hospitalised", "island_courier"),
        ("nine", "people_hospitalised", "island_courier"),
    },
    "2024-11-29-gulf-monitor": {
        ("2,140", "people_sanctioned", "council"),
        ("430", "entities_sanctioned", "council"),
        ("24.9 billion euros", "assets", "commission"),
        ("no more than 18 billion", "assets", "watchdog_open_ledger"),
        ("1,780", "people_sanctioned", "officials"),
        ("1'412", "people_sanctioned", "officials"),
        ("17", "vehicles_captured", "gulf_monitor"),
        ("96", "cases", "gulf_monitor"),
        ("54", "cases", "gulf_monitor"),
    },
    "2025-06-09-northern-star": {
        ("more than 60", "people_killed", "northern_star"),
        ("at least 63", "people_killed", "disaster_authority"),
        ("410", "people_wounded", "disaster_authority"),
        ("71", "people_killed", "harun_bel"),
        ("27", "people_missing", "harun_bel"),
        ("38", "people_killed_upper_karsa", "northern_star"),
        ("190", "people_wounded", "doctors_at_district_hospital"),
        ("nine", "children_killed", "mayor_sena_ota"),
        ("94", "aftershocks", "northern_star"),
        ("3,900", "houses_damaged", "first_survey"),
        ("about 14,000", "people_displaced", "first_survey"),
        ("120", "rescuers_sent", "northern_star"),
        ("six", "animals_sent", "northern_star"),
        ("$45 million", "aid", "northern_star"),
    },
}


def _extract(*args: str) -> None:
    result = CliRunner().invoke(main, ["extract", *args])
    assert result.exit_code == 0, result.output


def _drafted(name: str, tmp_path: Path) -> Ledger:
    _extract(str(_TEXTS / f"{name}.txt"), "--new", str(tmp_path / "ledger"))
    return read_ledger(tmp_path / "ledger")


@pytest.mark.parametrize("name", _BY_HAND)
def test_a_text_becomes_a_ledger_with_few_corrections(name: str, tmp_path: Path) -> None:
    ledger = _drafted(name, tmp_path)
    drafted = {(c.phrase.text, c.quantity, c.source.removeprefix("the_")) for c in ledger}
    corrections = (drafted - _BY_HAND[name]) | (_BY_HAND[name] - drafted)
    changed = {words for words, *_ in corrections}
    assert len(changed) <= 5, corrections
    assert len(ledger.reports[next(iter(ledger)).report or ""].publisher) > 4


@pytest.mark.parametrize("name", _BY_HAND)
def test_the_review_has_a_row_for_every_number(name: str, tmp_path: Path) -> None:
    ledger = _drafted(name, tmp_path)
    with (tmp_path / "ledger" / "review.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = (_TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    assert {row["claim"] for row in rows if row["claim"]} == {claim.id for claim in ledger}
    aside = [row for row in rows if not row["claim"]]
    assert aside
    assert all(row["status"].startswith(("set aside: ", "unread: ")) for row in aside)
    assert all(f"[[{' '.join(row['words'].split())}]]" in row["context"] for row in rows)
    found = extract(text, published=name[:10])
    assert len(rows) == len(found) + len(found.unread)


def test_a_correction_supersedes_and_places_lie_within_the_whole(tmp_path: Path) -> None:
    ledger = _drafted("2023-11-20-harbour-herald", tmp_path)
    (old,) = [claim for claim in ledger if claim.status == "superseded"]
    assert old.phrase.text == "104"
    assert ledger[old.superseded_by or ""].phrase.text == "97"
    flood = _drafted_text("In Arden 12 people died. In Bell Town 8 people died.")
    assert 'within = ["people_killed"]' in flood
    assert 'id = "people_killed_bell_town"' in flood


def _drafted_text(text: str) -> str:
    article = Article("a.txt", text, Days.of("2024-05-02"), "The Sun")
    return draft_new_ledger([article]).files["quantities.toml"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It is not true that 400 died.", "denied or disputed"),
        ("Up to 1,000 could die.", "only to be possible"),
        ("He will send 500 men in May.", "future"),
        ("If 20 die, he goes.", "condition"),
        ("Deaths rose by 30.", "increment"),
        ("The march took 3 hours and 20 people died.", "span of time"),
        ("Some 70 lamps.", "does not say what happened"),
    ],
)
def test_what_is_no_plain_claim_is_set_aside_with_the_reason(text: str, reason: str) -> None:
    article = Article("a.txt", text, Days.of("2024-03-01"), "The Sun")
    draft = draft_new_ledger([article])
    assert draft.set_aside == 1
    assert reason in draft.files["2024-03-01-sun.toml"]


def test_levels_are_stocks_and_the_dead_are_totals() -> None:
    article = Article(
        "a.txt",
        "12 people were killed, 30 were injured, 9 are missing, 400 are displaced, "
        "50 are evacuated, 7 were detained, and 3 houses were destroyed.",
        Days.of("2024-05-02"),
        "The Sun",
    )
    kinds = {q.id: q.kind for q in draft_new_ledger([article]).quantities}
    assert kinds == {
        "people_killed": "cumulative",
        "people_wounded": "cumulative",
        "people_missing": "stock",
        "people_displaced": "stock",
        "people_evacuated": "stock",
        "people_detained": "stock",
        "houses_destroyed": "cumulative",
        "buildings_destroyed": "cumulative",
    }


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("Officials reported 63 measles cases in Norrland.", "cases"),
        ("Officials have confirmed 63 measles cases since the outbreak began.", "cases"),
        ("The number of cases rose to 1,200.", "cases"),
        ("The office reported 34 new cases last week.", "cases"),
        ("It had recorded 1,200 infections.", "cases"),
        ("There are 120 active cases, the ministry said.", "people_infected"),
        ("Some 300 people are infected, the ministry said.", "people_infected"),
    ],
)
def test_cases_are_a_total_and_who_is_infected_a_level(text: str, quantity: str) -> None:
    article = Article("a.txt", text, Days.of("2024-05-02"), "The Sun")
    (found,) = draft_new_ledger([article]).quantities
    assert (found.id, found.kind) == (quantity, "cumulative" if quantity == "cases" else "stock")
    assert "confirmed" not in found.label


def test_a_users_own_quantities_win_over_bundled_ones() -> None:
    text = "The mayor said four people died and 11 bodies were found; the death toll is 31."
    found = extract(text, published="2023-06-09", ledger=_FLOOD)
    assert [m.quantity for m in found] == ["flood_dead"] * 3
    draft = draft_new_ledger(
        [Article("a.txt", text, Days.of("2023-06-09"), "Daily")], ledger=read_ledger(_FLOOD)
    )
    assert 'quantity = "flood_dead"' in draft.files["2023-06-09-daily.toml"]


def test_a_draft_in_a_ledgers_folder_is_validated_there(tmp_path: Path) -> None:
    folder = tmp_path / "flood"
    folder.mkdir()
    for file in _FLOOD.glob("*.toml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = tmp_path / "news.txt"
    text.write_text("Police said four people died.", encoding="utf-8")
    before = len(read_ledger(folder))
    _extract(str(text), "--published", "2023-06-09", "--ledger", str(folder), "-o",
             str(folder / "draft.toml"))  # fmt: skip
    assert len(read_ledger(folder)) == before + 1


def test_a_text_without_a_day_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    text = tmp_path / "news.txt"
    text.write_text("Police said four people died.", encoding="utf-8")
    result = CliRunner().invoke(main, ["extract", str(text), "--new", str(tmp_path / "x")])
    assert result.exit_code != 0
    assert "--published" in str(result.exception) + result.output
    assert not (tmp_path / "x").exists()


def test_a_folder_with_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "keep.toml").write_text("", encoding="utf-8")
    text = str(_TEXTS / "2024-09-12-river-post.txt")
    result = CliRunner().invoke(main, ["extract", text, "--new", str(tmp_path / "x")])
    assert result.exit_code != 0
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["keep.toml"]


def test_a_draft_keeps_no_denied_or_possible_number_as_a_claim(tmp_path: Path) -> None:
    folder = tmp_path / "flood"
    folder.mkdir()
    for file in _FLOOD.glob("*.toml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    text = tmp_path / "news.txt"
    text.write_text(
        "At least 14 people died in the flood. The mayor denies that 30 died. Up to 900 could die. "
        "12 of the 40 dead were children. The toll was revised from 14 to 13.",
        encoding="utf-8",
    )
    _extract(str(text), "--published", "2023-06-09", "--ledger", str(folder), "-o",
             str(folder / "draft.toml"))  # fmt: skip
    drafted = [c for c in read_ledger(folder) if c.id.startswith("news")]
    told = [(c.phrase.text, c.scope, c.status) for c in drafted]
    assert told == [
        ("At least 14", "whole", "active"),
        ("12", "part", "active"),
        ("40", "whole", "active"),
        ("14", "whole", "superseded"),
        ("13", "whole", "active"),
    ]
    left = (folder / "draft.toml").read_text(encoding="utf-8")
    assert "# Left out: it is denied." in left
    assert "# Left out: it is said only to be possible." in left


@pytest.mark.parametrize(
    ("text", "drafted"),
    [
        ("Some 80,000 teachers took part in the strike on Tuesday, the union said. The ministry "
         "counted 31,000.", [("80,000", "striking"), ("31,000", "striking")]),
        ("The union said 5,000 dockers walked out. The port put the number at 2,100.",
         [("5,000", "striking"), ("2,100", "striking")]),
        ("Organisers said 200,000 people attended the vigil; police spoke of 70,000.",
         [("200,000", "attended"), ("70,000", "attended")]),
        ("The police put attendance at 12,000.", [("12,000", "attended")]),
        ("About 900 strikers picketed the mill.", [("900", "strikers")]),
        ("Some 6,000 people joined the march through the city.", [("6,000", "protesters")]),
        ("The number of prisoners in Harl stood at 1,150 on Friday.", [("1,150", "prisoners")]),
        ("The population of the camp has grown to 15,000.", [("15,000", "population")]),
        ("Some 700 migrants left the island. About 2,500 remain.", [("2,500", "migrants")]),
        ("Two hundred refugees were bused to the coast.", []),
        ("The fire killed 14 people, the mayor said. In 2009, 156 people were killed there.",
         [("14", "killed")]),
    ],
)  # fmt: skip
def test_crowds_and_levels(text: str, drafted: list[tuple[str, str]]) -> None:
    draft = draft_new_ledger([Article("a.txt", text, Days.of("2024-05-16"), "Daily")])
    rows = list(csv.DictReader(draft.files["review.csv"].splitlines()))
    claims = [r for r in rows if r["status"] == "claim"]
    assert len(claims) == draft.claims == len(drafted)
    for row, (number, quantity) in zip(claims, drafted, strict=True):
        assert number in row["words"]
        assert quantity in row["quantity"]
