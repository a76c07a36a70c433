"""Formulas of quantities: "killed_north + killed_south", "killed / wounded", "a > 1.5 * b"."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconcile.errors import OptionError, UnknownQuantityError

_EXPECTED = (
    "expected quantities and numbers joined by + - * / and parentheses "
    "(killed_north + killed_south)"
)
_MOST_LETTERS, _MOST_NAMES, _DEEPEST = 2_000, 50, 60
_STAND_IN = "quantity_{}_"

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
}
_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula: its `text`, the `names` of its quantities in order, and its syntax tree."""

    text: str
    names: tuple[str, ...]
    tree: ast.expr
    stand_ins: Mapping[str, str]

    @classmethod
    def alone(cls, name: str) -> Expression:
        """The formula that is the quantity `name` itself."""
        return cls(name, (name,), ast.Name("quantity"), {"quantity": name})

    @property
    def compares(self) -> bool:
        """Whether it says which of two is larger."""
        return isinstance(self.tree, ast.Compare)

    def of(self, values: Mapping[str, Any]) -> Any:
        """Its value where each quantity has that of `values`: numbers, arrays or intervals."""
        return self._of(self.tree, values)

    def _of(self, node: ast.expr, values: Mapping[str, Any]) -> Any:
        match node:
            case ast.Name(id=name):
                return values[self.stand_ins.get(name, name)]
            case ast.Constant(value=number):
                return float(number)  # pyright: ignore[reportArgumentType]
            case ast.UnaryOp(op=sign, operand=inner):
                found = self._of(inner, values)
                return -found if isinstance(sign, ast.USub) else found
            case ast.BinOp(left=left, op=sign, right=right):
                return _BINARY[type(sign)](self._of(left, values), self._of(right, values))
            case ast.Compare(left=left, ops=signs, comparators=others):
                sides = [self._of(side, values) for side in (left, *others)]
                found = True
                for sign, one, next_one in zip(signs, sides, sides[1:], strict=False):
                    found = found & _COMPARED[type(sign)](one, next_one)
                return found
            case _:
                raise AssertionError(node)  # `parsed` lets nothing else in

    def added(self) -> Iterator[tuple[ast.expr, ast.expr]]:
        """The pairs that are added, subtracted or compared."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
                yield node.left, node.right
            if isinstance(node, ast.Compare):
                yield from zip((node.left, *node.comparators), node.comparators, strict=False)

    def denominators(self, values: Mapping[str, Any]) -> list[Any]:
        """What is divided by, where each quantity has its value of `values`."""
        return [
            self._of(node.right, values)
            for node in ast.walk(self.tree)
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
        ]

    def name_of(self, node: ast.expr) -> str | None:
        """The quantity that a part of the formula is by itself."""
        return self.stand_ins.get(node.id, node.id) if isinstance(node, ast.Name) else None


def parsed(text: str, known: Collection[str], *, compares: bool = False) -> Expression:
    """The formula `text` over the quantities `known`; `compares`: it may say which is larger.

    An id that holds other signs (a-b, "dead (north)") is read as a whole where it stands as one;
    in backticks it always is.

    Raises `OptionError` for what is no such formula, `UnknownQuantityError` for an unknown name.

    >>> parsed("killed-north / (2 * missing)", ["killed-north", "missing"]).names
    ('killed-north', 'missing')
    """
    if not isinstance(text, str) or not text.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
        raise OptionError(f"{_EXPECTED}, got {text!r}")
    if len(text) > _MOST_LETTERS:
        raise OptionError(f"{_EXPECTED} of at most {_MOST_LETTERS:,} letters, got {len(text):,}")
    plain, stand_ins = _replaced(" ".join(text.split()), known)
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise OptionError(f"{_EXPECTED}, got {text!r}: {_why(error, plain, stand_ins)}") from None
    names = dict[str, None]()
    _check(tree, text, compares, _DEEPEST)
    for node in _names(tree):
        name = stand_ins.get(node.id, node.id)
        if name not in known:
            raise UnknownQuantityError(name, known)
        names[name] = None
    if not names:
        raise OptionError(f"{_EXPECTED}, got {text!r}, which names no quantity")
    if len(names) > _MOST_NAMES:
        raise OptionError(f"expected at most {_MOST_NAMES} quantities, got {len(names)}")
    return Expression(" ".join(text.split()), tuple(names), tree, stand_ins)


def _replaced(text: str, known: Collection[str]) -> tuple[str, dict[str, str]]:
    """The text with names that Python does not read as one put by stand-ins, and what those are."""
    odd = sorted((name for name in known if not _is_plain(name)), key=len, reverse=True)
    choices = [r"`([^`]+)`", *(rf"(?<![\w.]){re.escape(n)}(?![\w.])" for n in odd)]
    stand_ins: dict[str, str] = {}

    def put(found: re.Match[str]) -> str:
        name = found[1] if found[1] is not None else found[0]
        for stand_in, known_name in stand_ins.items():
            if known_name == name:
                return stand_in
        stand_in = _STAND_IN.format(len(stand_ins))
        stand_ins[stand_in] = name
        return stand_in

    return re.sub("|".join(choices), put, text), stand_ins


def _is_plain(name: str) -> bool:
    """Whether Python reads the name as one; it would write some letters otherwise (NFKC)."""
    try:
        tree = ast.parse(name, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return isinstance(tree, ast.Name) and tree.id == name


def _why(error: Exception, plain: str, stand_ins: Mapping[str, str]) -> str:
    place = getattr(error, "offset", None)
    if not isinstance(place, int) or not 0 < place <= len(plain):
        return "it can't be read"
    rest = plain[place - 1 :]
    for stand_in, name in stand_ins.items():
        rest = rest.replace(stand_in, name)
    return f"it can't be read from {rest:.30} on"


def _names(tree: ast.expr) -> list[ast.Name]:
    """The names in the order in which they stand."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _check(node: ast.expr, text: str, compares: bool, deep: int) -> None:
    """Raise `OptionError` for what a formula may not hold."""
    if not deep:
        raise OptionError(f"{_EXPECTED}, got one more than {_DEEPEST} levels deep")
    match node:
        case ast.Name():
            inner: list[ast.expr] = []
        case ast.Constant(value=bool() | complex() | str() | bytes() | None):
            raise _refused(node, text)
        case ast.Constant(value=int() | float() as number) if math.isfinite(number):
            inner = []
        case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
            inner = [operand]
        case ast.BinOp(op=sign) if type(sign) in _BINARY:
            inner = [node.left, node.right]
        case ast.Compare(ops=signs) if compares and all(type(s) in _COMPARED for s in signs):
            inner = [node.left, *node.comparators]
        case ast.Compare() if not compares:
            raise OptionError(
                f"{_EXPECTED}, got the comparison {text!r}: how probable it is, "
                "`Fit.probability` tells"
            )
        case _:
            raise _refused(node, text)
    for part in inner:
        _check(part, text, False, deep - 1)


def _refused(node: ast.expr, text: str) -> OptionError:
    hints: dict[type[ast.expr], str] = {
        ast.Tuple: "; write thousands without a comma (1000)",
        ast.Compare: "; compare with < <= > or >=",
        ast.BoolOp: "; ask each comparison by itself",
        ast.Call: "; functions are not read",
    }
    hint = hints.get(type(node), "")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow | ast.BitXor):
        hint = "; powers are not read"
    return OptionError(f"{_EXPECTED}, got {text!r}{hint}")
