"""Rounding to either side, and exp and log that enclose: used by `intervals` only."""
