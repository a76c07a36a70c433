"""Names of a package that load their module on first use (PEP 562).

`import reconcile` must cost nothing: numpy, pandas, scipy and matplotlib come in with the first
name that needs them. A package lists its public names once, as imports for type checkers and
readers, and calls `lazy`:

    if TYPE_CHECKING:
        from reconcile.intervals.array import IntervalArray as IntervalArray

    lazy(__name__)
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from importlib.util import find_spec
from typing import cast

__all__ = ["lazy"]


def lazy(package: str) -> None:
    """Give `package` the `__getattr__`, `__dir__` and `__all__` of what it imports for checkers.

    Read is the block `if TYPE_CHECKING:` of its source. A name imported from the package itself
    (`from reconcile import plot as plot`) is a submodule. Raises `AttributeError` on first use of
    a name that is not listed, as any module does.
    """
    module = sys.modules[package]
    where = _listed(_source_of(package))

    def load(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        home, original = where[name]
        if home == package:
            return import_module(f"{package}.{original}")
        value: object = getattr(import_module(home), original)
        setattr(module, name, value)
        return value

    module.__dict__["__getattr__"] = load
    module.__dict__["__dir__"] = lambda: sorted({*vars(module), *where})
    module.__dict__["__all__"] = sorted(where)


def _source_of(package: str) -> str:
    spec = find_spec(package)
    assert spec is not None  # it is being imported
    source = getattr(spec.loader, "get_source", lambda _: None)(package)
    if source is None:
        raise ImportError(f"expected the source of {package}, to list its names; found none")
    return cast(str, source)


def _listed(source: str) -> dict[str, tuple[str, str]]:
    """Each name under `if TYPE_CHECKING:`: the module that it comes from, and its name there."""
    blocks = [
        statement
        for statement in ast.parse(source).body
        if isinstance(statement, ast.If)
        and isinstance(statement.test, ast.Name)
        and statement.test.id == "TYPE_CHECKING"
    ]
    return {
        alias.asname or alias.name: (str(line.module), alias.name)
        for block in blocks
        for line in block.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
