"""Fields of a frozen value that are found when they are first read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Later(Generic[T]):
    """A value that `find` gives when it is needed."""

    find: Callable[[], T]


class Deferred(Generic[T]):
    """A dataclass field that takes its value or a `Later`, which is asked once.

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Answer:
    ...     conflicts: Deferred[tuple[str, ...]] = Deferred(())
    >>> Answer().conflicts, Answer(Later(lambda: ("found",))).conflicts
    ((), ('found',))
    """

    def __init__(self, *default: T | Later[T]) -> None:
        self._default = default
        self._name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object | None, owner: type) -> T:
        if instance is None:  # a dataclass asks its class for the default
            if not self._default:
                raise AttributeError(self._name)
            return cast(T, self._default[0])
        held: T | Later[T] = instance.__dict__[self._name]
        if not isinstance(held, Later):
            return held
        found = cast("Later[T]", held).find()
        instance.__dict__[self._name] = found
        return found

    def __set__(self, instance: object, value: T | Later[T]) -> None:
        instance.__dict__[self._name] = value
