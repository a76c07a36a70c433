"""The column names that are understood, in one table: ours, and what others call them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from reconcile.ledger.tables.header_units import header_unit


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """A column of a ledger table: its name, what its cells say, and other names taken for it."""

    name: str
    says: str
    also: tuple[str, ...] = ()
    group: str = "claim"


def _m(name: str, says: str, also: str = "", group: str = "claim") -> ColumnMeaning:
    return ColumnMeaning(name, says, tuple(also.split()), group)


MEANINGS: tuple[ColumnMeaning, ...] = (
    _m("id", "a name of the claim of its own", "claim_id"),
    _m(
        "quantity",
        "what is counted",
        "indicator indicator_name metric measure variable series quantity_id",
    ),
    _m(
        "source",
        "who says it",
        "source_name claim_source speaker organisation organization model_id quelle fuente "
        "reported_by according_to who_says said_by claimed_by",
    ),
    _m("place", "where: each place makes quantities of its own"),
    _m("phrase", "the words ('at least 30')", "words quote wording claim_text reported_as"),
    _m(
        "value",
        "one number",
        "count number figure estimate best best_estimate point toll amount wert valor anzahl",
    ),
    _m(
        "lower",
        "the least",
        "low min lower_bound low_estimate low_est ci_low ci_lower lower_ci conf_low lcl lwr",
    ),
    _m(
        "upper",
        "the most",
        "high max upper_bound high_estimate high_est ci_high ci_upper upper_ci conf_high ucl upr",
    ),
    _m("level", "the probability that lower to upper holds", "confidence_level coverage"),
    _m(
        "se",
        "the standard error of the number: bounds 1.96 of them from it, level 0.95",
        "stderr std_err std_error standard_error se_mean sem",
    ),
    _m(
        "moe",
        "the margin of error: bounds that far from the number, level 0.95",
        "margin_of_error error_margin half_width ci_half_width",
    ),
    _m("ci_width", "the width of its interval: bounds half of it away", "interval_width"),
    _m(
        "on",
        "the day of a level, or by the end of which a total",
        "date day as_of as_of_date datum fecha year month jahr monat année annee mois año ano anno "
        "mes mês mese",
    ),
    _m("during", "the day or first/last of a flow", "on_day"),
    _m("during_start", "first day of a flow", "start_date date_start start date_from from_date"),
    _m("during_end", "last day of a flow", "end_date date_end end date_to to_date"),
    _m("days", "the length of a flow in days"),
    _m(
        "said",
        "when it became public",
        "published publication_date published_on published_at reported_on date_reported said_on",
    ),
    _m("report", "where it stands", "report_id article document url link citation"),
    _m("kind", "exact, range, approx, at_least, more_than, at_most, less_than, vague"),
    _m("minimum", "1 where the number is a minimum"),
    _m("maximum", "1 where the number is a maximum"),
    _m("credibility", "Admiralty digit, 1 to 6"),
    _m("credibility_reason", "why"),
    _m("unsupported", "true where no evidence was shown"),
    _m("scope", "whole or part"),
    _m("additional", "true for an increment"),
    _m("origin", "the id of the claim that it repeats"),
    _m("status", "active, retracted or superseded"),
    _m("retracted_on", "when it was taken back"),
    _m("superseded_by", "the id of the claim that replaces it"),
    _m(
        "note",
        "anything",
        "notes comment comments remark remarks description bemerkung bemerkungen anmerkung "
        "anmerkungen kommentar notiz remarque remarques commentaire commentaires observaciones "
        "observações opmerking comentario comentarios nota notas osservazioni",
    ),
    _m("closed", "of the interval: both, left, right, neither; a date: see quantity_closed"),
    _m("nominal", "the number that was said"),
    _m("unit", "the unit of the number"),
    _m("digits", "significant digits said"),
    _m("rule", "the rule that read the words"),
    _m("convention", "the lexicon they were read under"),
    _m("span", "where the words stand, start:end"),
    _m("quantity_kind", "cumulative (a total), stock (a level) or constant", "", "quantity"),
    _m("scale", "log (counts), linear (margins) or logit (shares)", "", "quantity"),
    _m("epoch", "the day on which counting begins", "", "quantity"),
    _m("quantity_closed", "the day after which nothing more happened", "", "quantity"),
    _m("delay", "the reporting delay in days", "", "quantity"),
    _m("parts", "the quantities that add up to it: a; b", "", "quantity"),
    _m("within", "the quantities that it can't exceed: a; b", "", "quantity"),
    _m("quantity_side", "whose losses or forces are counted", "", "quantity"),
    _m("quantity_label", "its name in full", "", "quantity"),
    _m(
        "reliability", "Admiralty letter, A to F", "grade source_grade source_reliability", "source"
    ),
    _m("parent", "the source above it", "", "source"),
    _m("side", "the side that it speaks for", "", "source"),
    _m("source_label", "its name in full", "", "source"),
)
"""Every column that a ledger table can have."""
ERRORS = ("se", "moe", "ci_width")
"""Columns of the error of the number beside them."""

_COUNTED = """
deaths dead death killed kills fatalities fatality casualties injured injuries wounded missing
hospitalised hospitalized displaced evacuated detained arrested rescued infected infections
cases recovered losses destroyed damaged captured refugees homeless affected people_affected
victims bodies survivors hostages strikes troops
"""
_ELSEWHERE = {
    "dead": "tote todesopfer morts muertos mortos morti tués tuées gefallene getötete doden",
    "deaths": "todesfälle sterbefälle décès muertes fallecidos fallecidas fallecimientos óbitos "
    "decessi deceduti defunciones mortes",
    "injured": "verletzte blessés heridos feridos feriti lesionados gewonden",
    "wounded": "verwundete",
    "missing": "vermisste vermißte disparus disparues desaparecidos desaparecidas dispersi "
    "vermisten",
    "cases": "fälle cas casos casi",
    "victims": "opfer victimes víctimas vítimas vittime",
    "displaced": "vertriebene geflüchtete déplacés desplazados deslocados sfollati",
    "homeless": "obdachlose damnificados desalojados desabrigados sinistrés",
    "evacuated": "evakuierte évacués evacuados evacuadas evacuati",
    "hospitalised": "hospitalisierte hospitalisiert hospitalisés hospitalisées hospitalizados "
    "hospitalizadas internados internadas ingresados ingresadas ricoverati",
    "infected": "infizierte infectés infectados contagiados infetti contagi",
    "recovered": "genesene guéris recuperados guariti",
    "detained": "festgenommene inhaftierte détenus arrêtés detenidos detenidas detidos arrestati",
    "rescued": "gerettete rescapés secourus rescatados resgatados salvati soccorsi",
    "affected": "betroffene affectés touchés afectados afectadas afetados",
    "refugees": "flüchtlinge réfugiés refugiados rifugiati",
}
_ENGLISH = {word: noun for noun, words in _ELSEWHERE.items() for word in words.split()}
COUNTED = frozenset((*_COUNTED.split(), *_ENGLISH))
"""Column names that say what is counted: a column of numbers under one is a quantity."""
NEW_WORDS = (
    "new|daily|neu|neue|täglich|nouveaux|nouvelles|quotidiens|nuevos|nuevas|diarios|novos|novas|"
    "nuovi|nuove"
)
"""Words of a column name whose numbers were added on the day."""
TOTAL_WORDS = (
    "total|cumulative|cumul|cum|gesamt|insgesamt|kumuliert|cumulé|cumulés|totaux|totales|acumulado|"
    "acumulados|totali"
)
"""Words of a column name whose numbers are running totals."""

_PLACES = """
place country country_name country_txt country_or_area countriesandterritories location
location_name entity territory geography region region_name state state_name province governorate
oblast country_region
province_state admin1 adm1 admin2 adm2
district county county_name city town municipality commune village area camp site station
hospital clinic facility trust
land bundesland kreis landkreis ort stadt gemeinde pays région département ville lieu país provincia
departamento municipio ciudad lugar estado município cidade paese regione comune città luogo
"""
PLACES = tuple(_PLACES.split())
"""Column names that say where; where they differ from row to row, so do the quantities."""
GROUPS = frozenset(
    """
sex gender age age_group agegroup age_band age_class ethnicity race victim_type victim_group
population_group nationality cause cause_of_death civilian combatant occupation income_group
altersgruppe geschlecht sexe groupe_d_âge sexo edad grupo_de_edad faixa_etária sesso
""".split()  # noqa: SIM905
)
"""Column names that say of which people; asked about where nothing reads them."""

_BEFORE = (
    *(
        "total",
        "number_of",
        "no_of",
        "no",
        "num",
        "n",
        "count_of",
        "cumulative",
        "cum",
        "confirmed",
    ),
    *(*NEW_WORDS.split("|"), *TOTAL_WORDS.split("|"), "min", "max", "low", "high", "best"),
)
_AFTER = (
    *("total", "count", "number", "best", "est", "estimate", "confirmed", "reported", "cumulative"),
    *("min", "max", "minimum", "maximum", "low", "high", "lower", "upper", "point", "per_day"),
    *(*NEW_WORDS.split("|"), *TOTAL_WORDS.split("|")),
)


@lru_cache(maxsize=4096)
def folded(name: str) -> str:
    """A column name without case, blanks, signs and words of a multiple ("in thousands").

    >>> folded(" Date (start) "), folded("Best Estimate")
    ('date_start', 'best_estimate')
    """
    unit = header_unit(name)
    plain = re.sub(r"\[[^\]]*\]", "", name if unit is None else unit.stem)
    return re.sub(r"[^\w]+", "_", plain.strip().casefold()).strip("_")


@lru_cache(maxsize=4096)
def counted_noun(name: str) -> str | None:
    """What a column name says is counted, by its noun in English; None where it says nothing.

    The last word says it: "probable cases" count, "case fatality" does not; in other languages
    also the first.

    >>> counted_noun("Killed"), counted_noun("casos confirmados"), counted_noun("Zahl der Vermißte")
    ('killed', 'cases', 'missing')
    """
    plain = re.sub(r"_(\[.*|\d+)$", "", folded(name))
    for part in _BEFORE:
        plain = plain.removeprefix(f"{part}_")
    for part in _AFTER:
        plain = plain.removesuffix(f"_{part}")
    plain = plain.removesuffix("_people").removesuffix("_persons")
    first, last = plain.partition("_")[0], plain.rpartition("_")[2]
    noun = next((w for w in (plain, last) if w in COUNTED), first if first in _ENGLISH else None)
    return None if noun is None else _ENGLISH.get(noun, noun)


def counted_name(name: str) -> bool:
    """Whether a column name says what is counted.

    >>> [counted_name(n) for n in ("Killed", "total_deaths", "Number of injured", "Notes")]
    [True, True, True, False]
    """
    return counted_noun(name) is not None


@cache
def _by_name() -> dict[str, str]:
    found = {also: meaning.name for meaning in MEANINGS for also in meaning.also}
    return found | {meaning.name: meaning.name for meaning in MEANINGS}


def meaning_of(name: str) -> str | None:
    """Our name for a column that others call `name`, or None.

    >>> meaning_of("Date"), meaning_of("Low estimate"), meaning_of("colour")
    ('on', 'lower', None)
    """
    return _by_name().get(folded(name))


@cache
def known_names() -> frozenset[str]:
    """Every name that tells a header from a row of cells."""
    places = ("entity", "location", "country", "country_name", "iso3", "code")
    hubs = ("event_date", "fatalities", "target", "horizon", "output_type")
    return frozenset((*_by_name(), *COUNTED, *places, *hubs))
