"""Values as plain data, ready for JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any


class ToJson:
    """What values that are plain data share: their JSON."""

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        raise NotImplementedError

    def to_json(self, indent: int | None = 2) -> str:
        """`to_dict` as JSON (RFC 8259: an unbounded end is null)."""
        return json.dumps(finite(self.to_dict()), indent=indent, ensure_ascii=False)


def finite(value: Any) -> Any:
    """`value` with what JSON can't hold made null, and dates and NumPy scalars made plain.

    >>> finite({"upper": math.inf, "ends": (1, math.nan)})
    {'upper': None, 'ends': [1, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if hasattr(value, "dtype"):  # a NumPy scalar
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)
