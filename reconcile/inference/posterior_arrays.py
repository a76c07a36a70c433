"""A posterior as plain arrays and back: what a kept fit holds.

Of each node its mode and its weight are kept; what follows from these and the claims is computed
again in one step, so that a file has the size of the modes and not of their curvatures. Marginals
that were asked for are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.inference.climb import climbs
from reconcile.inference.lanes import posed
from reconcile.inference.lattice import Cloud, Node
from reconcile.inference.objective import Setting
from reconcile.inference.posterior import Posterior
from reconcile.inference.profile import Marginal, Ridge
from reconcile.inference.stream_errors import Errors
from reconcile.model.functionals import Asked
from reconcile.model.problem import Problem
from reconcile.numerics.threads import one_thread

Arrays = Mapping[str, NDArray[Any]]

_PEAK = ("log_evidence", "settled", "exact")


def posterior_to_arrays(posterior: Posterior) -> dict[str, NDArray[Any]]:
    """The arrays of which `posterior_from` makes the same posterior, from the same claims."""
    cloud = posterior.cloud
    found = {f"errors.{f.name}": np.asarray(getattr(cloud.errors, f.name)) for f in fields(Errors)}
    found |= _nodes_to_arrays(cloud.nodes)
    found["cloud"] = np.array([float(cloud.settled), float(cloud.points)])
    known, traced = posterior.remembered()
    found |= _asked_to_arrays("known", known) | _marginals_to_arrays("known", known.values())
    found |= _asked_to_arrays("traced", traced)
    found |= _marginals_to_arrays("traced", [first for first, _ in traced.values()])
    for number, (_, ridge) in enumerate(traced.values()):
        found[f"ridge.{number}.values"], found[f"ridge.{number}.spots"] = ridge.values, ridge.spots
    return found


@one_thread
def posterior_from(problem: Problem, arrays: Arrays) -> Posterior:
    """The posterior that `posterior_to_arrays` told of, of the same `problem`.

    Raises `OptionError` for arrays of another problem.
    """
    try:
        errors = _errors_from(arrays)
        settled, points = arrays["cloud"].tolist()
        nodes = _nodes_from(problem, errors, arrays)
        known = dict(
            zip(_asked_from("known", arrays), _marginals_from("known", arrays), strict=True)
        )
        traced = {
            asked: (first, Ridge(arrays[f"ridge.{i}.values"], arrays[f"ridge.{i}.spots"]))
            for i, (asked, first) in enumerate(
                zip(_asked_from("traced", arrays), _marginals_from("traced", arrays), strict=True)
            )
        }
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise OptionError(
            f"expected the posterior of these {len(problem.claims)} claims, got another ({error})"
        ) from error
    return Posterior(Cloud(problem, nodes, errors, bool(settled), int(points)), known, traced)


def _errors_from(arrays: Arrays) -> Errors:
    """Its arrays as they are, its single numbers as such."""
    found: dict[str, Any] = {}
    for name in (f.name for f in fields(Errors)):
        kept = arrays[f"errors.{name}"]
        found[name] = kept if kept.ndim else float(kept)
    return Errors(**found)


def _nodes_to_arrays(nodes: Sequence[Node]) -> dict[str, NDArray[Any]]:
    return {
        "x": np.array([node.peak.spot.x for node in nodes]),
        "setting": np.array([[getattr(n.setting, f.name) for f in fields(Setting)] for n in nodes]),
        "peak": np.array([[float(getattr(n.peak, name)) for name in _PEAK] for n in nodes]),
        "node": np.array([[node.weight, node.mode] for node in nodes]),
        "wrong": np.array([node.peak.objective.law.wrong for node in nodes]),
    }


def _nodes_from(problem: Problem, errors: Errors, arrays: Arrays) -> tuple[Node, ...]:
    x = arrays["x"]
    if x.ndim != 2 or x.shape[1] != problem.size or not np.isfinite(x).all():
        raise ValueError(f"{x.shape} unknowns in place of {problem.size} at each node")
    settings = [Setting(*row) for row in arrays["setting"].tolist()]
    peaks = climbs(posed(problem, settings, errors, list(arrays["wrong"])), x, rounds=0)
    told = zip(arrays["peak"].tolist(), arrays["node"].tolist(), strict=True)
    return tuple(
        Node(
            setting,
            replace(peak, log_evidence=evidence, settled=bool(settled), exact=bool(exact)),
            weight,
            int(mode),
        )
        for setting, peak, ((evidence, settled, exact), (weight, mode)) in zip(
            settings, peaks, told, strict=True
        )
    )


def _asked_to_arrays(name: str, asked: Iterable[Asked]) -> dict[str, NDArray[Any]]:
    listed = list(asked)
    times = [[a.start, a.end, a.age] for a in listed]
    return {
        f"{name}.quantity": np.array([a.quantity for a in listed], dtype=np.str_),
        f"{name}.times": np.array(times, dtype=float).reshape(-1, 3),  # None becomes NaN
    }


def _asked_from(name: str, arrays: Arrays) -> list[Asked]:
    return [
        Asked(
            str(quantity),
            None if np.isnan(start) else start,
            end,
            None if np.isnan(age) else age,
        )
        for quantity, (start, end, age) in zip(
            arrays[f"{name}.quantity"], arrays[f"{name}.times"].tolist(), strict=True
        )
    ]


def _marginals_to_arrays(name: str, found: Iterable[Marginal]) -> dict[str, NDArray[Any]]:
    listed = list(found)
    return {
        f"{name}.length": np.array([len(each.points) for each in listed], dtype=np.int64),
        f"{name}.points": np.concatenate([np.zeros(0), *(each.points for each in listed)]),
        f"{name}.cdf": np.concatenate([np.zeros(0), *(each.cdf for each in listed)]),
    }


def _marginals_from(name: str, arrays: Arrays) -> list[Marginal]:
    ends = np.cumsum(arrays[f"{name}.length"])[:-1]
    points, cdf = (np.split(arrays[f"{name}.{part}"], ends) for part in ("points", "cdf"))
    made = [Marginal(p, c) for p, c in zip(points, cdf, strict=True)]
    return made[: len(arrays[f"{name}.length"])]
