"""What is counted and who asserts: quantities, sources and reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reconcile.errors import OptionError, one_of
from reconcile.values.period import Days

QuantityKind = Literal["cumulative", "stock", "constant"]
Scale = Literal["log", "linear", "logit"]
Grade = Literal["A", "B", "C", "D", "E", "F"]


@dataclass(frozen=True, slots=True)
class Prior:
    """A normal prior on the quantity's model scale (the log of a median for counts), and why.

    On the logit scale `median` and `log_sd` are log odds; on the linear scale a mean and an sd in
    the quantity's own unit.

    `name` says of what: ``rate`` and ``initial_rate`` (per day), ``level``, ``volatility`` (walk
    sd per sqrt(day)), ``reversion`` (days), ``initial_level``, ``retention`` and
    ``initial_retention`` (of a stock fed by arrivals, the share of them that stays), or ``ratio``
    (of a part to the first part of the same whole).
    """

    name: str
    median: float
    log_sd: float
    reason: str

    def __post_init__(self) -> None:
        if not math.isfinite(self.median):
            raise OptionError(f"expected a finite median of {self.name!r}, got {self.median!r}")
        if not (math.isfinite(self.log_sd) and self.log_sd > 0):
            raise OptionError(f"expected a log_sd above 0 of {self.name!r}, got {self.log_sd!r}")


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is counted.

    ``kind``: "cumulative" (a total since `epoch` that never falls), "stock" (a level, 0 before
    `epoch`) or "constant". ``closed``: the day after which nothing more happened (the flood, the
    crash), so that the truth is constant from there on. ``delay``: a stated reporting delay in
    days. ``parts``: an identity (casualties = killed + wounded). ``within``: quantities that this
    one can't exceed. ``arrivals``: for a stock, the cumulative quantity of which an *additional*
    claim is a flow. ``side``: whose losses or forces are counted (a source's
    stance follows from it). ``subjects``: the words for who is counted ("North Korean"); a number
    of anybody else is not about this quantity.
    """

    id: str
    label: str = ""
    unit: str = "count"
    kind: QuantityKind = "cumulative"
    scale: Scale = "log"
    epoch: date | None = None
    closed: date | None = None
    delay: float | None = None
    parts: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    arrivals: str | None = None
    side: str | None = None
    subjects: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    priors: tuple[Prior, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        one_of("kind", self.kind, ("cumulative", "stock", "constant"))
        one_of("scale", self.scale, ("log", "linear", "logit"))
        if self.id in (*self.parts, *self.within):
            raise OptionError(
                f"expected other quantities in parts and within, got {self.id!r} itself"
            )
        if self.delay is not None and not 0 <= self.delay < math.inf:
            raise OptionError(f"expected a delay of 0 days or more, got {self.delay!r}")
        for name, day in (("epoch", self.epoch), ("closed", self.closed)):
            if day is not None and not isinstance(day, date):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise OptionError(f"expected a datetime.date as {name}, got {day!r}")
        if self.closed is not None and self.epoch is not None and self.closed < self.epoch:
            raise OptionError(f"expected closed on or after {self.epoch}, got {self.closed}")

    def prior(self, name: str) -> Prior | None:
        """The registry's prior of that name, or None."""
        return next((prior for prior in self.priors if prior.name == name), None)


@dataclass(frozen=True, slots=True)
class Source:
    """Who asserts. `reliability` is an Admiralty letter; F can't be judged, which is not worst.

    `parent` groups agencies of one government; `side` is the belligerent it speaks for.
    `differs_from` are sources of like names that are other bodies.
    """

    id: str
    label: str = ""
    kind: str = ""
    parent: str | None = None
    side: str | None = None
    reliability: Grade = "F"
    synonyms: tuple[str, ...] = ()
    note: str = ""
    differs_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.reliability not in ("A", "B", "C", "D", "E", "F"):
            raise OptionError(f"expected an Admiralty letter A to F, got {self.reliability!r}")


@dataclass(frozen=True, slots=True)
class Report:
    """Where claims stand: a citation."""

    id: str
    publisher: str = ""
    title: str = ""
    date: Days | None = None
    link: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Resolution:
    """A truth that became known, on `known_on`; sources earn a track record from it."""

    quantity: str
    value: float
    on: date | None
    known_on: date
    note: str = ""
