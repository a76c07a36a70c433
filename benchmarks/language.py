"""How fast phrases and articles are read, and that no text takes more than linear time.

    python benchmarks/language.py            # all of it, about a minute
    RECONCILE_ARTICLES=... RECONCILE_BENCH=... python benchmarks/language.py

Speeds are of processor time on one core, the best of five passes. Peers that are installed
(quantulum3, recognizers-text-suite) read the same phrases side by side. Without
$RECONCILE_ARTICLES the article text is made from the sentence templates of the tests, where a
number stands in every sentence.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

from reconcile.language import parse
from reconcile.questions.extract import extract

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "language"))

PHRASES = """at least 30|up to 12,000|between 10,000 and 12,000|more than 200|several dozens
a couple hundred|hundreds|about 100|120|over 10,000|a few kilometers|around 10,000|roughly 12,000
two brigades of 6,000 people each|approximately 235 square kilometers|no fewer than 15|47 more
six to eight thousand|nearly 3,000|half of the 400|10-12,000|a dozen or so|$3.4bn|45 percent"""
HOSTILE = {
    "digits": "1",
    "digits and spaces": "1 ",
    "commas": ",",
    "1,234,": "1,234,",
    "brackets": "([",
    "of the": "of the ",
    "no-break spaces": "\u00a0",
    "right-to-left marks": "\u200f",
    "NULs": "\0",
    "one": "one ",
    "hundred": "hundred ",
    "1 to": "1 to ",
    "1-": "1-",
    "about 5": "about 5 ",
    "dozens,": "dozens, ",
    "more than": "more than ",
    "quotes": '"',
    "line ends": "5\n",
    "he said 5": "he said 5 ",
    "half of": "half of ",
    "links": "http://",
    "1e": "1e",
    "5 (": "5 (",
    "[3]": "[3]",
    "<sup>": "<sup>",
    "a, 45,": "a, 45, ",
    "not 5 but 6": "not 5 but 6 ",
    "5 from May to June": "5 from May to June ",
    "X, a b, said": "X, a b, said ",
    "X, which a, said": "X, which a, said ",
    "killed/hurt: 1/2": "killed/hurt: 1/2 ",
    "3M, 2F": "3M, 2F, ",
    "MV A B 2": "MV A B 2 ",
    "5 men killed": "5 men killed ",
    "X: quotation": 'X: "5 men ',
    "5 -> 6": "5 -> 6 ",
    "12 A B C Street": "12 A B C Street ",
    "19 (nineteen)": "19 (nineteen) ",
    "denied 5": "denied 5; ",
    "not confirmed": "5 died. It was not confirmed. ",
    "5 -, police": "5 - police - ",
    "0800 555": "0800 555 111 ",
    "the year to June": "5 in the year to June ",
    "(+5) (": "9 (+5, -3) (",
    "A 5, B 6": "Ab 5, Bc 6, ",
    "5 of 6": "5 of 6 missing ",
    "d. 4": "d. 4, ",
    "could reach 5": "could reach 5 by May ",
    "5 per": "5 per the x and 6 per the y ",
}


def best(run: Callable[[], object], passes: int = 5) -> float:
    """Seconds of processor time of the fastest pass."""
    seconds: list[float] = []
    for _ in range(passes):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def phrases() -> tuple[list[str], list[str]]:
    """Short phrases, and sentences that hold one."""
    short = [phrase.strip() for row in PHRASES.splitlines() for phrase in row.split("|")]
    folder = os.environ.get("RECONCILE_BENCH")
    if not folder:
        return short, [f"The army lost {phrase} in a week." for phrase in short]
    lines = (Path(folder) / "phrases" / "hedged_dev.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in lines.splitlines()]
    return short, [row["phrase"] for row in rows]


def article() -> tuple[str, str]:
    """About 1 MB of article text, and where it comes from."""
    folder = os.environ.get("RECONCILE_ARTICLES")
    if folder:
        texts = [path.read_text(encoding="utf-8") for path in sorted(Path(folder).glob("0*.txt"))]
        text, name = "\n\n".join(texts), "five news articles"
    else:
        generate = import_module("sentence_templates").generate
        text, name = "\n".join(case.text for case in generate(2000, 1)), "sentences from templates"
    return (text + "\n\n") * (1 + 1_000_000 // len(text)), name


def peers() -> dict[str, Callable[[str], object]]:
    """The readers of numbers that are installed here."""
    found: dict[str, Callable[[str], object]] = {}
    for name, module, function in (
        ("quantulum3", "quantulum3.parser", "parse"),
        ("recognizers-text", "recognizers_number", "recognize_number"),
    ):
        try:
            read = getattr(import_module(module), function)
        except ImportError:
            continue
        found[name] = (lambda text, read=read: read(text, "en-us")) if "recog" in name else read
    return found


def show_speed() -> None:
    short, sentences = phrases()
    rows: dict[str, Callable[[str], object]] = {
        "reconcile.parse": parse,
        "reconcile.extract": extract,
        **peers(),
    }
    print(f"{'':20}{'phrases/s':>12}{'sentences/s':>14}")
    for name, read in rows.items():
        speeds = [len(texts) / best(partial(quiet, read, texts)) for texts in (short, sentences)]
        print(f"{name:20}{speeds[0]:>12,.0f}{speeds[1]:>14,.0f}")
    text, source = article()
    seconds = best(lambda: extract(text, published="2024-12-18"), 3)
    count = len(extract(text, published="2024-12-18"))
    print(f"\n{source}: {len(text) / seconds / 1e6:.2f} MB/s, {count:,} mentions in {len(text):,}")


def quiet(read: Callable[[str], object], texts: list[str]) -> None:
    """A pass over all texts; what a peer raises on one of them is its own affair."""
    for text in texts:
        try:
            read(text)
        except Exception:
            continue


def show_linear(size: int = 100_000) -> None:
    print(f"\n{'hostile text':22}{'s/MB':>8}{'time at 4x / 4':>16}")
    for name, unit in HOSTILE.items():
        small, large = (unit * (n // len(unit)) for n in (size, 4 * size))
        first = best(partial(extract, small, published="2024-12-18"), 2)
        second = best(partial(extract, large, published="2024-12-18"), 1)
        print(f"{name:22}{second / len(large) * 1e6:>8.2f}{second / first / 4:>16.2f}")


if __name__ == "__main__":
    show_speed()
    show_linear()
