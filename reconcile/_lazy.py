"""Names of a package that load their module on first use (PEP 562).

`import reconcile` must cost nothing: numpy, pandas, scipy and matplotlib come in with the first
name that needs them. A package writes

    __getattr__, __dir__ = lazy(__name__, {"IntervalArray": "array", "sqrt": "functions"})

and repeats the imports under `TYPE_CHECKING` for type checkers and readers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["lazy"]


def lazy(
    package: str, where: Mapping[str, str]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` of a package whose names live in the modules of `where`.

    `where` maps a public name to the module that defines it, relative to `package`; a name that
    maps to itself with a trailing dot (``"plot": "plot."``) is the submodule.
    """

    def load(name: str) -> object:
        try:
            module = where[name]
        except KeyError:
            raise AttributeError(f"module {package!r} has no attribute {name!r}") from None
        loaded = import_module(f"{package}.{module.rstrip('.')}")
        value = loaded if module.endswith(".") else getattr(loaded, name)
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *where})

    return load, names
