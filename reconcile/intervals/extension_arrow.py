"""The bridge between a pandas column of intervals and Arrow (Parquet, Feather, other programs)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reconcile.intervals.rounding.twofold import Array

TYPE = pa.struct([("lower", pa.float64()), ("upper", pa.float64()), ("closed", pa.string())])


def from_columns(lower: Array, upper: Array, closed: NDArray[Any], target: Any) -> Any:
    """A struct array, null where `closed` is None."""
    missing = np.array([name is None for name in closed], np.bool_)
    parts = [
        pa.array(lower, pa.float64(), mask=missing),
        pa.array(upper, pa.float64(), mask=missing),
        pa.array(closed, pa.string()),
    ]
    array = pa.StructArray.from_arrays(parts, fields=list(TYPE), mask=pa.array(missing))
    return array if target is None or target == TYPE else array.cast(target)


def to_columns(array: Any) -> tuple[Array, Array, NDArray[Any]]:
    """Lower ends, upper ends and `closed`; NaN and None where null."""
    whole = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], TYPE)
    parts = dict(zip([field.name for field in whole.type], whole.flatten(), strict=True))
    lower, upper = (
        parts[name].to_numpy(zero_copy_only=False).astype(np.float64) for name in ("lower", "upper")
    )
    return lower, upper, parts["closed"].to_numpy(zero_copy_only=False)
