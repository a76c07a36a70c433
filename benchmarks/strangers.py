"""Own small tables whose right answer anybody can tell, and laws of all tables: one line for each.

    python benchmarks/strangers.py               all of them, the slow ones too
    python benchmarks/strangers.py camp          those with this text in the name
    python benchmarks/strangers.py --cases | --laws | --fast

The tables and laws are those of tests/questions/stranger_*.py. Times are process seconds; a table
that takes more of them than its `Case.seconds` fails here (the tests bound its cells and nodes).
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "questions"))

from stranger_agreement import AGREEMENT
from stranger_cases import judge
from stranger_kinds import KINDS
from stranger_laws import LAWS
from stranger_series import SERIES
from stranger_texts import TEXTS

CASES = (*SERIES, *AGREEMENT, *KINDS, *TEXTS)


def case_line(case):
    """Judge one case; (mark, text, seconds)."""
    if case.lacks:
        return "n/a ", f"no field {case.lacks!r} yet", 0.0
    verdict = judge(case)
    wrong = verdict.wrong
    if case.seconds is not None and verdict.seconds > case.seconds:
        wrong += (f"{verdict.seconds:.1f} s, expected {case.seconds:g}",)
    mark = "FAIL" if wrong else "ok  "
    return mark, " | ".join((*wrong, "; ".join(verdict.told))), verdict.seconds


def law_line(law):
    begin = time.process_time()
    wrong = law.check()
    return "FAIL" if wrong else "ok  ", "; ".join(wrong), time.process_time() - begin


def line(item, judged):
    """Any exception is a failure of the case, not of the run."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            mark, text, seconds = judged(item)
    except Exception as error:
        mark, text, seconds = "FAIL", f"{type(error).__name__}: {str(error)[:150]}", 0.0
    print(f"{mark} {item.name} | {text[:240]} ({seconds:.1f} s)", flush=True)
    return mark


def main(arguments):
    options = {a for a in arguments if a.startswith("--")}
    word = next((a for a in arguments if not a.startswith("--")), "")
    cases = [] if "--laws" in options else [(c, case_line) for c in CASES]
    laws = [] if "--cases" in options else [(law, law_line) for law in LAWS]
    chosen = [
        (item, judged)
        for item, judged in cases + laws
        if word in item.name and not ("--fast" in options and item.slow)
    ]
    begin = time.process_time()
    marks = [line(item, judged) for item, judged in chosen]
    asked = [m for m in marks if m != "n/a "]
    right = sum(m == "ok  " for m in asked)
    print(f"strangers: {right}/{len(asked)} right ({time.process_time() - begin:.0f} s)")
    return int(right < len(asked))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
