"""Tables of public shapes, made here: are the answers sane, and in how many seconds?

    python benchmarks/public_tables.py [text in the name]

One official source with 1,500 daily totals, 17 series of one source, eight countries, two trackers
4 % apart, a count that begins again, weekly flows, six levels, a flood of 25 claims, yearly low /
best / high, three agencies (tests/questions/stranger_public.py). Times are process seconds of
reading, fitting and all asks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "questions"))
sys.path.insert(0, str(Path(__file__).parent))

from stranger_public import PUBLIC
from strangers import case_line, line


def main(arguments):
    word = arguments[0] if arguments else ""
    marks = [line(case, case_line) for case in PUBLIC if word in case.name]
    print(f"public tables: {sum(m == 'ok  ' for m in marks)}/{len(marks)} right")
    return int("FAIL" in marks)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
