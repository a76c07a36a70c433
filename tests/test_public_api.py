"""The public API is frozen in a file, so that a change to it is seen in review."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import FunctionType

from public_api import FROZEN, PUBLIC, described, members, public_objects


def test_the_public_api_is_the_frozen_one() -> None:
    frozen = FROZEN.read_text(encoding="utf-8").splitlines()
    assert described() == frozen, "if it is meant: python tests/public_api.py --write"


def _functions() -> Iterator[tuple[str, FunctionType]]:
    for name, value in public_objects():
        if inspect.isfunction(value):
            yield name, value
        if isinstance(value, type):
            for member, found in members(value):
                if isinstance(found, FunctionType):
                    yield f"{name}.{member}", found


# What `Fit` is made of: for those who look behind an answer, documented where it is defined.
BEHIND_FIT = {"Component", "Forecaster", "Posterior", "TrackRecord"}


def test_every_type_that_a_public_function_takes_or_returns_is_public() -> None:
    public = {value for _, value in public_objects() if isinstance(value, type)}
    hidden: dict[str, str] = {}
    for name, function in _functions():
        for text in map(str, function.__annotations__.values()):
            for word in re.findall(r"\b[A-Z]\w+\b", text):
                kind = function.__globals__.get(word)
                if _is_ours(kind) and kind not in public and word not in BEHIND_FIT:
                    hidden.setdefault(word, name)
    assert hidden == {}


def _is_ours(kind: object) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith("reconcile")


def test_every_public_package_lists_its_names() -> None:
    assert all(package.startswith("reconcile") for package in PUBLIC)
    assert len(list(public_objects())) > 150
    assert all(function.__doc__ for _, function in _functions())


def test_as_of_is_the_only_word_for_the_clock_of_knowledge() -> None:
    others = {"known_on", "vintage", "asof", "knowledge", "at_date"}
    for name, function in _functions():
        assert not others & set(inspect.signature(function).parameters), name


def test_questions_take_the_quantity_first_and_the_ledger_by_name() -> None:
    import reconcile

    for name in ("estimate", "timeline", "revisions", "sensitivity"):
        parameters = inspect.signature(getattr(reconcile, name)).parameters
        assert next(iter(parameters)) == "quantity"
        assert parameters["ledger"].kind is inspect.Parameter.KEYWORD_ONLY
    for name in ("fit", "write_ledger", "audit", "falls", "propose_origins"):
        assert next(iter(inspect.signature(getattr(reconcile, name)).parameters)) == "ledger"
