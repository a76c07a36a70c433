"""The main question, timed, and how far its answers rest on the priors.

    python benchmarks/main_question.py            # both
    python benchmarks/main_question.py speed
    python benchmarks/main_question.py priors

Times are process seconds of one core (what other processes take is left out), beside wall time.
"""

from __future__ import annotations

import subprocess
import sys
import time

import reconcile

QUESTIONS = (
    ("casualties", "2024-10-10"),
    ("casualties", "2024-12-01"),
    ("casualties", "2024-12-17"),
    ("casualties", "2024-12-18"),
    ("casualties", "2025-01-05"),
    ("casualties", "2025-02-27"),
    ("troops_deployed", "2024-10-23"),
    ("troops_deployed", "2024-12-18"),
)


_COMMAND = "from reconcile.cli import main; main([{}], standalone_mode=False)"


def priors() -> None:
    """Every figure of the sanity list at half, once and twice the sd of every prior."""
    fits = {scale: reconcile.fit(prior_scale=scale) for scale in (0.5, 1.0, 2.0)}
    print(f"{'':28}" + "".join(f"{f'prior sd x {scale:g}':>24}" for scale in fits))
    for quantity, date in QUESTIONS:
        cells = []
        for fit in fits.values():
            answer = fit.estimate(quantity, date)
            span = answer.interval()
            cells.append(f"{answer.median:,.0f} [{span.lower:,.0f}, {span.upper:,.0f}]")
        print(f"{quantity:16} {date:11}" + "".join(f"{cell:>24}" for cell in cells))
    for date in ("2024-12-17", "2025-01-05"):
        chances = [fit.estimate("casualties", date).probability(1000) for fit in fits.values()]
        print(f"P(> 1,000 by {date})     " + "".join(f"{chance:>24.3f}" for chance in chances))


def speed() -> None:
    """Import, help, a cold question and a second one on the same fit."""
    for label, program in (
        ("import reconcile", "import reconcile"),
        ("reconcile --help", _COMMAND.format("'--help'")),
        ("reconcile estimate", _COMMAND.format("'estimate', 'casualties', '2024-12-18'")),
    ):
        wall = [_wall(program) for _ in range(3)]
        print(f"{label:28} {min(wall):.2f} s wall (least of 3)")
    fit = reconcile.fit()
    fit.estimate("casualties", "2024-12-18")
    for date in ("2024-12-17", "2025-01-05", "2024-12-24"):
        start = time.process_time()
        fit.estimate("casualties", date)
        print(f"second question {date:12} {time.process_time() - start:.3f} s process")
    start = time.process_time()
    fit.timeline("casualties")
    print(f"timeline of 150 days         {time.process_time() - start:.2f} s process")


def _wall(program: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return time.perf_counter() - start


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["priors", "speed"]
    for name in wanted:
        {"priors": priors, "speed": speed}[name]()
