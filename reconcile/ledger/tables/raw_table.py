"""`RawTable`: a table as it came, before anything is known of what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconcile.errors import DataProblem, LedgerError


@dataclass(frozen=True, slots=True)
class RawTable:
    """Columns of cells with the names that stand above them.

    `lines` is where each row stands in `file`. `remarks` say what was decided while reading (an
    encoding, a separator, rows set aside); `problems` are rows that could not be taken; `around`
    are the lines of text above and below it, `sums` the columns that a row of sums added up, with
    its line.
    """

    file: str
    names: tuple[str, ...]
    columns: tuple[Sequence[Any], ...]
    lines: Sequence[int]
    remarks: tuple[str, ...] = ()
    problems: tuple[DataProblem, ...] = ()
    around: tuple[str, ...] = ()
    sums: Mapping[str, int] = field(default_factory=dict[str, int])

    def __len__(self) -> int:
        return len(self.lines)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Sequence[Any]:
        return self.columns[self.names.index(name)]

    def get(self, name: str) -> Sequence[Any]:
        """The cells of a column; gaps where there is none."""
        return self[name] if name in self.names else [None] * len(self)

    def filled(self, name: str) -> list[Any]:
        """The cells of a column that are no gap."""
        return [cell for cell in self[name] if not blank(cell)]

    def of(self, columns: Mapping[str, Sequence[Any]]) -> RawTable:
        """The same rows with other columns."""
        return replace(self, names=tuple(columns), columns=tuple(columns.values()))

    def to_dict(self) -> dict[str, Sequence[Any]]:
        """The columns by name."""
        return dict(zip(self.names, self.columns, strict=True))

    def renamed(self, names: Mapping[str, str]) -> RawTable:
        """The table with other names above its columns."""
        return replace(self, names=tuple(names.get(name, name) for name in self.names))

    def without(self, names: Iterable[str]) -> RawTable:
        """The table without these columns."""
        gone = set(names)
        return self.of({name: cells for name, cells in self.to_dict().items() if name not in gone})

    def taken(self, rows: Sequence[int]) -> RawTable:
        """The rows at these positions."""
        columns = tuple([cells[i] for i in rows] for cells in self.columns)
        return replace(self, columns=columns, lines=[self.lines[i] for i in rows])

    def remarked(self, *remarks: str) -> RawTable:
        """The table with more remarks."""
        return replace(self, remarks=(*self.remarks, *remarks))


def blank(cell: Any) -> bool:
    """Whether a cell is a gap: None, NaN, or text without a letter."""
    if cell is None:
        return True
    if isinstance(cell, str):
        return not cell.strip()
    return isinstance(cell, float) and cell != cell


def never_blank(cells: Sequence[Any]) -> bool:
    """Whether a column of texts or whole numbers has no gap; where it holds others, False."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return "" not in cells and not any(map(str.isspace, cells))
    return kinds == {int}


def first_lines(lines: Sequence[int]) -> str:
    """The first ten lines of many, and how many more there are.

    >>> first_lines([2, 3]), first_lines(range(12))
    ('2, 3', '0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more')
    """
    more = f" and {len(lines) - 10:,} more" if len(lines) > 10 else ""
    return ", ".join(map(str, lines[:10])) + more


def repeated_names(file: str, names: Sequence[str], line: int | None = None) -> None:
    """Raise `LedgerError` for names that stand above two columns: one of them would be lost."""
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        raise LedgerError(
            [
                DataProblem(
                    file,
                    line,
                    name,
                    f"{names.count(name)} columns {name!r}",
                    "one column for each name",
                )
                for name in twice
            ]
        )
