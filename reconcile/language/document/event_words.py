"""Stage 7: the words that say what happened, to whom, and what ends the words for them."""

from __future__ import annotations

from reconcile.language.phrase.number_words import bag


def _inflections(text: str) -> dict[str, str]:
    rows = (row.partition(":") for row in text.strip().splitlines())
    return {word: name.strip() for name, _, words in rows for word in words.split()}


# What happened, and the words that say so.
EVENT_WORDS = _inflections("""
    killed: killed kill kills killing killings slain slaying dead died die dies dying death deaths
    killed: homicides homicide murders drownings suicides fatalities fatality perished perish
    killed: fatal fatally murdered executed massacred
    killed: toll tolls drowned drown drowns drowning lives kia claiming bodies corpses
    wounded: wounded wound wounds wounding injured injure injures injuring injuries injury hurt
    wounded: inj wded maimed wia hurting hurts maiming stabbed stabbing gored
    hospitalised: hospitalised hospitalized hospitalisations hospitalizations admitted admissions
    hospitalised: hospital intensive treated hosp
    infected: infected infect infects infecting infection infections cases sickened ill sick
    casualties: casualties casualty losses
    deployed: deployed deploy deploys deploying deployment stationed positioned present inside
    sent: sent send sends sending dispatched dispatch dispatching transferred shipped
    arrived: arrived arrive arrives arriving arrivals arrival came reached
    captured: captured capture captures capturing seized seize seizing occupied occupy occupying
    captured: taken pow pows kidnapped abducted
    killed: deceased starved suffocated asphyxiated electrocuted beheaded hanged lynched succumbed
    escaped: escaped escape escapes escaping
    recaptured: recaptured rearrested
    striking: striking strike struck walked walk walking
    attacked: attacked
    sanctioned: sanctioned sanctioning blacklisted
    spilled: spilled spilt leaked spilling
    missing: missing disappeared mia unaccounted unacc
    detained: held detained jailed imprisoned detain
    arrested: arrested arrest arrests arresting
    cancelled: cancelled canceled cancel cancels cancelling scrapped axed
    displaced: displaced displacing displace fled flee flees fleeing homeless sheltering sheltered
    evacuated: evacuated evacuate evacuating evacuation evacuations shifted relocated
    rescued: rescued rescue rescuing freed winched plucked saved
    trapped: trapped stranded marooned
    survived: survived survive survivors alive
    recovered: recovered recoveries discharged
    returned: returned
    vaccinated: vaccinated vaccinations vaccinate
    protested: protested marched rallied protesting
    attended: attended attend attending attendance participants participated participating
    voted: voted votes ballots
    dismissed: layoffs layoff redundant redundancies sacked
    withdrawn: withdrawn withdrew withdraw redeployed pulled
    trained: training trained
    destroyed: destroyed destroy destroying shot downed flattened razed collapsed wrecked torched
    destroyed: burned burnt burning gutted demolished
    affected: affected
    spoilt: spoilt spoiled
    damaged: unusable uninhabitable damaged damage damaging flooded looted vandalised vandalized
    lost: lost losing lose loss
    advanced: advance advanced advancing advances
""")
EVENT_CUES = bag("""
    joined told ordered drew attracted took rushed flown brought laid lay lays laying let lets
    stopped d take taking rejected
""")
"""Words that name an event only with those around them ("taken to hospital")."""
LOSSES = bag("killed wounded casualties")
LOSS_WORDS = frozenset(word for word, name in EVENT_WORDS.items() if name in LOSSES)
PERSONS = bag("""
    people person persons men man women woman troops soldiers soldier servicemen serviceman
    servicewomen fighters fighter personnel combatants recruits forces others dead wounded killed
    injured casualties bodies individuals members force army army's contingent
    guards guard conscripts marines paratroopers mercenaries militants pilots infantrymen commandos
    rebels captives infantry reservists volunteers
""")
STOPS = bag("""
    and or but nor of in on at to by from with for as than that which who whom whose when while
    where if so because since until before after during over under about into onto near through
    across against between among amid within without is was are were be been being has have had
    do does did will would can could may might must shall should not also then now still already
    yet it he she they we i you him her them us this there here how what why said says say told
    reported according who's it's have've per a an each apiece alone currently far just only ago
    including left went fought took made gave got won held met saw ran fell rose became began
    weren't wasn't aren't isn't haven't hasn't hadn't didn't don't doesn't won't can't couldn't
    weren’t wasn’t aren’t isn’t haven’t hasn’t hadn’t didn’t don’t doesn’t won’t can’t couldn’t
    remain remained led hit stood inside outside along alongside together every off up down out
    back away via overnight yesterday today nationwide countrywide gone let laid vs versus yoy y
    found cast long wide
""")
# What happens to persons happens in such places, not to them: "12 dead in two towns".
PLACE_NOUNS = bag("""
    towns town villages village districts district provinces province states state countries
    country cities city regions region counties county areas area communities municipalities
    municipality barangays barangay islands wards blocks sites locations places localities suburbs
    raids attacks incidents clashes operations blasts explosions shootings gates checkpoints
    roadblocks pickets neighbourhoods neighborhoods hamlets settlements prefectures departments
    governorates oblasts companies firms employers
    zones sectors parishes townships taluks tehsils mandals upazilas streets roads nations
""")
# What can be destroyed, lost or missing but has no body to be killed, hurt or infected.
THINGS = bag("""
    beds doses tents kits camps centres centers shelters schools hospitals clinics houses homes
    buildings bridges shops vehicles cars trucks buses lorries boats ships aircraft planes tanks
    helicopters drones missiles rockets seats ballots stations booths flights trains trips hectares
    barrels jails prisons rooms flats apartments tonnes tons
""")
OF_BODIES = bag("killed wounded hospitalised infected vaccinated recovered")
OF_PERSONS = bag("""
    killed wounded casualties hospitalised infected missing detained arrested trapped survived
    recovered
    vaccinated rescued sent deployed arrived escaped withdrawn dismissed
""")
