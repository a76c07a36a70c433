"""Every reference value of the tests, computed anew beside the one that stands there.

    python validation/regenerate.py

Exits with 1 where one disagrees, and says what was not computed here.
"""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import version

import cooke
import elementary
import random_effects
import scores

MODULES = (random_effects, cooke, scores, elementary)
TOOLS = ("numpy", "scipy", "statsmodels", "scoringrules", "mpmath")


def main() -> int:
    """Prints the table; how many values disagree."""
    print("tools:", ", ".join(f"{name} {version(name)}" for name in TOOLS))
    wrong = 0
    for module in MODULES:
        for test, what, call, computed, stands, tolerance in module.values():
            agrees = abs(computed - stands) <= tolerance
            wrong += not agrees
            mark = "agrees" if agrees else "DISAGREES"
            print(f"{mark:10} {computed:<12.8g} {stands:<10g} {what}  [{call}]  {test}")
    if not os.environ.get("RECONCILE_BENCH"):
        print("not computed: the BCG trials ($RECONCILE_BENCH is not set)")
    if shutil.which("Rscript") is None:
        print("not computed: the metafor fits (no R here); the calls are in random_effects.R")
    print(f"{wrong} disagree")
    return wrong


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
