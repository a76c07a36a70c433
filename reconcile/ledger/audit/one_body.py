"""Sources that look like one body under several names: asked about, never merged unasked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from reconcile.ledger.audit.source_names import (
    BEGUN,
    HEADS,
    OTHERS,
    How,
    Key,
    SourceName,
    key_of,
    names_of,
)
from reconcile.ledger.origins import first_sources, roots
from reconcile.values import Claim, Source
from reconcile.values.wording import counted

_MOST = 3  # bodies that a short name may stand for and still be asked about
_LONGEST = 6  # words of a name that stands within a longer one


@dataclass(frozen=True, slots=True)
class OneBody:
    """Ids of sources that may be one body; with `either` the first may be any one of the others."""

    sources: tuple[str, ...]
    either: bool = False

    def __str__(self) -> str:
        first, *rest = map(repr, self.sources)
        settled = f"or write differs_from or parent at {first} in sources.toml"
        if self.either:
            return (
                f"source {first} may be {' or '.join(rest)}, but counts as an independent origin: "
                f"give its claims that source, {settled}"
            )
        names = f"{', '.join([first, *rest][:-1])} and {rest[-1]}"
        return (
            f"sources {names} look like one body, but count as "
            f"{counted(len(self.sources), 'independent origin')}: merge them (`reconcile audit "
            f"--write`, in a copy), {settled}"
        )


def asked_of(
    claims: Sequence[Claim], sources: Mapping[str, Source], among: Set[str] | None = None
) -> list[OneBody]:
    """The groups among the sources with which the origins of `claims` begin (of these those in
    `among`): the graded first, then those of most claims."""
    if any(claim.origin for claim in claims):
        counts = Counter(first_sources(claims, roots(claims)).values())
    else:  # a table of a million claims is read
        counts = Counter(claim.source for claim in claims)
    known = [sources[name] for name in counts if name in sources]
    known.sort(key=lambda source: (source.reliability == "F", -counts[source.id]))
    return one_bodies(source for source in known if among is None or source.id in among)


def one_bodies(sources: Iterable[Source]) -> list[OneBody]:
    """The groups of sources that look like one body, in the order of `sources`.

    One is the initials of another, their names differ in case, signs, articles, abbreviated words
    or their order, or one is the other with a word of voice ("spokesman", "sitrep 12") or a place
    ("Ministry of Health (Gaza)"). Not asked about are those of which the registry says what they
    are to each other: `differs_from`, a common `parent`, other sides or kinds.

    >>> found = one_bodies([Source("WHO"), Source("World Health Organization"), Source("WTO")])
    >>> [body.sources for body in found]
    [('WHO', 'World Health Organization')]
    """
    listed = list(sources)
    names = [list(names_of(source)) for source in listed]
    groups = _Groups(listed)
    for found in _shared(names):
        groups.join_all(found)
    unsure: list[tuple[int, ...]] = []
    for short, longer in [*_initials(names), *_within(listed)]:
        apart = [n for n in dict.fromkeys(longer) if groups.may_be_one(short, n)]
        bodies = {groups.of(n) for n in apart} - {groups.of(short)}
        if len(bodies) == 1:
            groups.join_all([short, *apart])
        elif 1 < len(bodies) <= _MOST:
            unsure.append((short, *apart[:_MOST]))
    whole = [tuple(listed[n].id for n in group) for group in groups if len(group) > 1]
    either = [tuple(listed[n].id for n in group) for group in dict.fromkeys(unsure)]
    return [*map(OneBody, whole), *(OneBody(group, either=True) for group in either)]


class _Groups:
    """Sources by their position, joined; never two that the registry tells apart."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._up = {source.id: source.parent for source in sources}
        self._of = list(range(len(sources)))
        self._members = {n: [n] for n in self._of}

    def of(self, n: int) -> int:
        """The group of a source."""
        return self._of[n]

    def join_all(self, members: Sequence[int]) -> None:
        """Join each with the first, where they may be one."""
        for other in members[1:]:
            one, two = sorted((self._of[members[0]], self._of[other]))
            if one != two and self.may_be_one(one, two) and self.may_be_one(members[0], other):
                for n in self._members[two]:
                    self._of[n] = one
                self._members[one] += self._members.pop(two)

    def may_be_one(self, n: int, m: int) -> bool:
        """Whether the registry leaves it open."""
        one, two = self._sources[n], self._sources[m]
        parents = ({one.id, *self._above(one)}, {two.id, *self._above(two)})
        return not (
            two.id in one.differs_from
            or one.id in two.differs_from
            or parents[0] & parents[1]
            or (one.parent and two.parent)
            or (one.side and two.side and one.side != two.side)
            or (one.kind and two.kind and one.kind != two.kind)
        )

    def _above(self, source: Source) -> Iterator[str]:
        name, seen = source.parent, set[str]()
        while name is not None and name not in seen:
            seen.add(name)
            yield name
            name = self._up.get(name)

    def __iter__(self) -> Iterator[list[int]]:
        return (sorted(group) for group in self._members.values())


def _shared(names: Sequence[Sequence[SourceName]]) -> Iterator[list[int]]:
    """The sources under each key that tells one body for certain."""
    for key, held in _by_key(names):
        named = [n for n, how in held.items() if how == "name"]
        others = [n for n, how in held.items() if how in ("office", "title", "known")]
        if len(named) + len(others) > 1 and (named or key[0] in ("of", "known")):
            yield [*named, *others]


def _initials(names: Sequence[Sequence[SourceName]]) -> Iterator[tuple[int, list[int]]]:
    """A source that goes by initials, and all whose initials they are."""
    for _, held in _by_key(names):
        longer = [n for n, how in held.items() if how == "initials"]
        named = [n for n, how in held.items() if how == "name"]
        if longer and named:
            yield named[0], longer


def _by_key(
    names: Sequence[Sequence[SourceName]],
) -> list[tuple[Key, Mapping[int, How]]]:
    """The sources that have a key in common with another, and how they come to it."""
    short = {word for each in names for name in each for word in name.short}
    keys: dict[Key, dict[int, How]] = defaultdict(dict)
    for n, each in enumerate(names):
        for name in each:
            for key, how in name.keys(short):
                if how in ("name", "known") or n not in keys[key]:
                    keys[key][n] = how
    return [(key, held) for key, held in keys.items() if len(held) > 1]


def _within(sources: Sequence[Source]) -> Iterator[tuple[int, list[int]]]:
    """A body whose name stands within longer names: "Ministry of Health" in that of Gaza."""
    bases: dict[Key, int] = {}
    names = [next(iter(names_of(Source(s.label or s.id))), None) for s in sources]
    for n, name in enumerate(names):
        if name is not None and set(name.content) & HEADS:
            bases.setdefault(key_of(name.content), n)
    longer: dict[int, list[int]] = defaultdict(list)
    for n, name in enumerate(names):
        words = () if name is None else name.content
        if name is not None and len(words) == 1 and words[0] in name.short and len(words[0]) < 5:
            words = (BEGUN.get(words[0][:2], ""), words[0])  # "the ministry" beside MoH
        if not set(words) & HEADS:
            continue
        for first, last in combinations(range(len(words) + 1), 2):
            if not 0 < last - first < min(len(words), _LONGEST + 1):
                continue
            rest = {*words[:first], *words[last:]}
            base = bases.get(key_of(words[first:last]))
            if base is not None and base != n and _only_where(rest):
                longer[base].append(n)
    yield from longer.items()


def _only_where(rest: set[str]) -> bool:
    """Whether the words beside the name of a body may only say whose or where it is."""
    return not rest & OTHERS and all(len(word) > 1 and word.isalpha() for word in rest)
