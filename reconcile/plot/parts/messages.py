"""The words of figures in the reader's language: a table of messages, one file a language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, cast
from unicodedata import bidirectional

from reconcile.errors import OptionError, near_hint

_FOLDER = Path(__file__).parents[1] / "locales"
LOCALES = tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))
"""The languages that come with the package."""

_SETTINGS = ("plural", "decimal", "thousands", "months")
_PLURALS = ("one-other", "zero-one-other", "slavic")


@dataclass(frozen=True, eq=False)
class Messages:
    """What a figure says in one language: `table` maps "figure.message" to its text.

    `months` are twelve short names, `decimal` and `thousands` the marks inside numbers, `plural`
    the rule by which a number takes the form `.one`, `.few` or `.other` of its noun. With `shares`
    the numbers of the figure are shares, told in percent.
    """

    name: str
    table: Mapping[str, str]
    months: tuple[str, ...]
    decimal: str
    thousands: str
    plural: str
    shares: bool = False

    def __call__(self, key: str, **values: object) -> str:
        """The message of that key, filled in."""
        return self.table[key].format(**values)

    def count(self, number: int, noun: str) -> str:
        """A number and its noun, in the form that goes with the number.

        >>> ENGLISH.count(1, "claim"), ENGLISH.count(1200, "claim")
        ('1 claim', '1,200 claims')
        """
        few = self.table.get(f"counts.{noun}.few")
        other = self.table[f"counts.{noun}.other"]
        form = _plural_form(number, self.plural)
        text = {"one": self.table[f"counts.{noun}.one"], "few": few or other}.get(form, other)
        return text.format(n=self.digits(f"{number:,}"))

    def digits(self, text: str) -> str:
        """A number written the English way, with this language's marks.

        >>> messages_of("de").digits("1,234.5")
        '1.234,5'
        """
        marks = {",": self.thousands, ".": self.decimal}
        return re.sub(r"(?<=\d)[,.](?=\d)", lambda mark: marks[mark.group()], text)

    @property
    def plain(self) -> Messages:
        """The same language, for numbers as they are."""
        return replace(self, shares=False)

    def unbroken(self, text: str) -> str:
        """`text` with no-break spaces inside dates and large numbers.

        >>> ENGLISH.unbroken("by 18 Dec 2024 some 3 million").replace("\u00a0", "~")
        'by 18~Dec~2024 some 3~million'
        """
        return _spaces(self).sub("\u00a0", text)

    def in_order(self, line: str) -> str:
        """`line`, marked where it begins with a name of the other direction, which would turn it.

        >>> ENGLISH.in_order("משרד says 5"), ENGLISH.in_order("משרד")
        ('\\u200eמשרד says 5', 'משרד')
        """
        if line.isascii():
            return line
        own, ways = _way(self("conflicts.none")), [_way(letter) for letter in line]
        first = next(filter(None, ways), own)
        return f"{_MARKS[own]}{line}" if first != own and own in ways else line

    def percent(self, share: float, digits: int = 3) -> str:
        """A share as a percentage.

        >>> ENGLISH.percent(0.9), messages_of("fr").percent(0.975)
        ('90%', '97,5\\u202f%')
        """
        return self("numbers.percent", n=self.digits(f"{100 * share:.{digits}g}"))


# the marks of Unicode (annex 9) that give a paragraph its direction and are not seen
_MARKS = {"L": "\u200e", "R": "\u200f"}
_WAYS = {"L": "L", "R": "R", "AL": "R"}


def _way(text: str) -> str:
    """The direction of the first letter of `text`: "L", "R" (Hebrew, Arabic) or "" without one."""
    found = (_WAYS.get(bidirectional(letter)) for letter in text)
    return next(filter(None, found), "")


@cache
def _spaces(say: Messages) -> re.Pattern[str]:
    """The spaces between a day and its month, a month and its year, a number and its million."""
    larges = [say(f"numbers.{name}", n="").strip() for name in ("million", "billion", "trillion")]
    after = "|".join(map(re.escape, [*say.months, *larges]))
    behind = "|".join(f"(?<={re.escape(month)})" for month in say.months)
    return re.compile(rf"(?<=[\d.])[ ](?=(?:{after})(?!\w))|(?:{behind})[ ](?=\d{{4}}(?!\d))")


@cache
def of_shares(say: Messages) -> Messages:
    """The same language, for a figure whose numbers are shares."""
    return replace(say, shares=True)


def _plural_form(number: int, rule: str) -> str:
    if rule == "zero-one-other":
        return "one" if number in (0, 1) else "other"
    if rule == "slavic":  # Unicode CLDR, Russian and Ukrainian
        last, two = number % 10, number % 100
        if last == 1 and two != 11:
            return "one"
        return "few" if last in (2, 3, 4) and two not in (12, 13, 14) else "other"
    return "one" if number == 1 else "other"


@cache
def messages_of(locale: str | Path = "en") -> Messages:
    """The messages of a language that comes with the package, or of a file of one's own.

    `locale` is "en", "de", "fr" or "es" (also as "de_DE" or "fr-CA"), or the path of a TOML file
    like those in `reconcile/plot/locales`; a file with a line ``base = "en"`` takes from there
    what it leaves out. Raises `OptionError` for a language that is not there, and for a file that
    lacks messages or has unknown ones, naming them.
    """
    name = str(locale)
    language = re.split(r"[_.-]", name)[0].lower()
    if isinstance(locale, str) and not name.endswith(".toml") and language in LOCALES:
        return _read(_FOLDER / f"{language}.toml")
    if not name.endswith(".toml") or not Path(name).is_file():
        hint = near_hint(language, LOCALES)
        raise OptionError(
            f"expected a locale of {', '.join(LOCALES)} or the path of a .toml file of messages, "
            f"got {name!r}{hint}"
        )
    return _read(Path(name))


def _read(path: Path) -> Messages:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"expected a TOML file of messages, got {path}: {error}") from error
    base = content.pop("base", None)
    settings = {key: content.pop(key) for key in _SETTINGS if key in content}
    table = dict(_flat(content))
    if path.parent != _FOLDER:
        _refuse_unknown(table, path)
    if base is not None:
        other = messages_of(str(base))
        table = {**other.table, **table}
        settings = {key: getattr(other, key) for key in _SETTINGS} | settings
    missing = [key for key in _needed(path) if key not in table]
    missing += [key for key in _SETTINGS if key not in settings]
    if missing:
        raise OptionError(
            f'expected all messages in {path}, or a line base = "en"; missing: '
            f"{', '.join(missing[:8])}{' …' if len(missing) > 8 else ''}"
        )
    return _checked(path, table, settings)


def _checked(path: Path, table: Mapping[str, str], settings: Mapping[str, Any]) -> Messages:
    months = settings["months"]
    if not (isinstance(months, (list, tuple)) and len(cast("list[str]", months)) == 12):
        raise OptionError(f"expected 12 months in {path}, got {months!r}")
    if settings["plural"] not in _PLURALS:
        known = ", ".join(_PLURALS)
        raise OptionError(f"expected plural of {known} in {path}, got {settings['plural']!r}")
    names = tuple(str(each) for each in cast("list[str]", months))
    marks = (str(settings["decimal"]), str(settings["thousands"]))
    return Messages(path.stem, table, names, *marks, str(settings["plural"]))


def _flat(content: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _flat(cast("dict[str, Any]", value), f"{before}{key}.")
        else:
            yield f"{before}{key}", str(value)


def _needed(path: Path) -> Mapping[str, str]:
    """What every language has to say; the English file is the list."""
    return {} if path == _FOLDER / "en.toml" else messages_of("en").table


def _refuse_unknown(table: Mapping[str, str], path: Path) -> None:
    english = messages_of("en").table
    for key, text in table.items():
        model = english.get(re.sub(r"\.few$", ".other", key))
        if model is None:
            hint = near_hint(key, english)
            raise OptionError(f"expected messages that figures have, got {key!r} in {path}{hint}")
        strange = _fields(text) - _fields(model)
        if strange:
            raise OptionError(
                f"expected only {sorted(_fields(model))} in braces in {key!r} of {path}, "
                f"got {sorted(strange)}"
            )


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


ENGLISH = messages_of("en")
