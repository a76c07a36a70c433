"""The names of the textbook methods."""

from __future__ import annotations

TEXTBOOK = (
    "mean",
    "median",
    "common-effect",
    "random-effects",
    "random-effects-dl",
    "random-effects-pm",
    "random-effects-ml",
    "random-effects-prediction",
    "linear-pool",
    "log-pool",
    "quantile-average",
    "beta-transformed-linear-pool",
    "performance-weighted",
    "hull",
    "intersection",
    "agreement",
)
"""What `method` may be, beside the default."""

LEARNT = ("beta-transformed-linear-pool", "performance-weighted")
"""Those that need truths that became known."""
