"""The ledgers that a newcomer begins with: small files that validate as they are."""

from __future__ import annotations

from pathlib import Path

from reconcile._bundle import bundled
from reconcile.errors import OptionError, UnknownNameError
from reconcile.ledger.io.storing import new_folder


def write_starter(folder: Path) -> tuple[Path, ...]:
    """Write the starter ledger to a folder that is new or empty, and return its files.

    Raises `OptionError` where something is there already.
    """
    return _written(folder, {name: text.encode() for name, text in _FILES.items()})


def example_names() -> tuple[str, ...]:
    """The names of the example ledgers that come with the package.

    >>> example_names()
    ('flood', 'poll', 'war')
    """
    return tuple(sorted(path.name for path in (bundled("data") / "examples").iterdir()))


def write_example(folder: Path, name: str) -> tuple[Path, ...]:
    """Write the example ledger `name`, made up and complete, to a folder that is new or empty.

    Raises `UnknownNameError` for a name that is no example's, `OptionError` where something is
    there already.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     len([file for file in write_example(Path(parent) / "own", "poll")])
    3
    """
    if name not in example_names():
        raise UnknownNameError("example", name, example_names())
    home = bundled("data") / "examples" / name
    found = sorted(path for path in home.rglob("*") if path.is_file())
    return _written(
        folder, {path.relative_to(home).as_posix(): path.read_bytes() for path in found}
    )


def empty_folder(folder: Path) -> None:
    """Raise `OptionError` where a folder holds something, or is none."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OptionError(
            f"expected a new or empty folder, got {folder}, which holds files already"
        )


def _written(folder: Path, files: dict[str, bytes]) -> tuple[Path, ...]:
    empty_folder(folder)
    new_folder(folder, files)
    return tuple(folder / name for name in files)


_QUANTITIES = """\
# What is counted. These entries are laid over the ones that come with reconcile.
# kind: cumulative (a total since the epoch), stock (a level on a day), constant (no time).

[[quantity]]
id = "flood_dead"
label = "dead in the flood"
kind = "cumulative"
epoch = 2024-10-28        # counting begins on this day: nothing before it
within = ["flood_affected"]
synonyms = ["dead", "killed", "died", "deaths", "bodies"]

# A prior is what is thought before any claim is read, with its reason: a median and the standard
# deviation of its logarithm. Leave it out, and a wide one is used.
[quantity.priors.rate]
median = 5.0
log_sd = 1.5
reason = "A flood of this size kills from one in three days to sixty a day while it lasts."

[[quantity]]
id = "flood_affected"
label = "people in the flooded area"
kind = "stock"
epoch = 2024-10-28
"""

_SOURCES = """\
# Who asserts. reliability is an Admiralty letter: A completely, B usually, C fairly, D not
# usually reliable, E unreliable, F cannot be judged.

[[source]]
id = "civil_protection"
label = "Civil protection agency"
kind = "government"
reliability = "B"
synonyms = ["civil protection", "the agency"]
note = "B: counts bodies that were identified; late, seldom wrong."

[[source]]
id = "mayor"
label = "Mayor of the town"
kind = "official"
reliability = "C"
note = "C: on the spot, by word of mouth."
"""

_CLAIMS = """\
# One report, and the claims that stand in it. Copy the file for each further report.

[report]
id = "daily-2024-10-30"
publisher = "The Daily"
title = "Flood toll rises"
date = 2024-10-30

[[claim]]
id = "mayor-dozens"
quantity = "flood_dead"
source = "mayor"
phrase = "at least two dozen"      # the words; the numbers are read from them
on = 2024-10-29                    # a total by the end of that day
said = 2024-10-29                  # when it became public; without it, the report's date
scope = "part"                     # his town only: it bounds the whole from below
note = "One town of several."

[[claim]]
id = "agency-95"
quantity = "flood_dead"
source = "civil_protection"
phrase = "95"
on = 2024-10-30
credibility = 2                    # Admiralty digit, 6 = cannot be judged
note = "Bodies found by the evening."

[[claim]]
id = "agency-one-day"
quantity = "flood_dead"
source = "civil_protection"
phrase = "about 40"
during_start = 2024-10-30          # a flow: those of one day; both ends belong to it
during_end = 2024-10-30

[[claim]]
id = "mayor-repeats"
quantity = "flood_dead"
source = "mayor"
phrase = "95"
on = "2024-10-30/2024-10-31"       # which of the two days is not told
origin = "agency-95"               # he repeats the agency: one observation, not two

[[claim]]
id = "agency-affected"
quantity = "flood_affected"
source = "civil_protection"
phrase = "between 10,000 and 12,000"
on = 2024-10-30
"""

_FILES = {
    "quantities.toml": _QUANTITIES,
    "sources.toml": _SOURCES,
    "2024-10-30-the-daily.toml": _CLAIMS,
}
