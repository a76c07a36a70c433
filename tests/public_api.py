"""The public names with their parameters and defaults, as text.

python tests/public_api.py --write     # after a change that is meant: renew public_api.txt
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

FROZEN = Path(__file__).with_name("public_api.txt")
PUBLIC = ("reconcile", *(f"reconcile.{m}" for m in ("check", "errors", "intervals", "plot")))
PUBLIC = (*PUBLIC, "reconcile.strategies", "reconcile.textbook")


def public_objects() -> Iterator[tuple[str, object]]:
    """Every public name and what it stands for, submodules apart."""
    for package in PUBLIC:
        module = import_module(package)
        for name in sorted(module.__all__):
            value = getattr(module, name)
            if not isinstance(value, ModuleType):
                yield f"{package}.{name}", value


def members(kind: type) -> Iterator[tuple[str, object]]:
    """The public methods and properties that a class of this package has, inherited ones too."""
    for name in sorted(dir(kind)):
        if name.startswith("_"):
            continue
        value = inspect.getattr_static(kind, name)
        value = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
        get = getattr(value, "fget", None) or getattr(value, "func", None)  # cached ones: func
        if inspect.isfunction(value) and value.__module__.startswith("reconcile"):
            yield name, value
        elif get is not None and str(get.__module__).startswith("reconcile"):
            yield name, get


def described() -> list[str]:
    """A line a function, class, method, property and constant."""
    lines: list[str] = []
    for name, value in public_objects():
        if isinstance(value, type):
            lines.append(f"class {name}{_parameters(value)}")
            for member, found in members(value):
                static = inspect.getattr_static(value, member)
                shown = _parameters(found) if _is_called(static) else ""
                lines.append(f"    {member}{shown}")
        elif callable(value):
            lines.append(f"{name}{_parameters(value)}")
        else:
            lines.append(f"{name}: {type(value).__name__}")
    return lines


def _is_called(static: object) -> bool:
    return inspect.isfunction(static) or isinstance(static, (classmethod, staticmethod))


def _parameters(value: object) -> str:
    """The parameters without annotations; of a class, those of its constructor."""
    try:
        signature = inspect.signature(value)  # pyright: ignore[reportArgumentType]
    except (TypeError, ValueError):
        return "(...)"
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    text = str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    return re.sub(r" at 0x[0-9a-f]+", "", text)


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        FROZEN.write_text("\n".join(described()) + "\n", encoding="utf-8")
    else:
        print(*described(), sep="\n")
