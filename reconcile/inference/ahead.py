"""Beyond the last claim, where nothing is said: modes go on unchanged, and paths are simulated.

Given a path up to the last claim, what comes is the prior's own walk. Its modes are paths without
an increment, so nothing has to be climbed for a longer grid; and its law is drawn exactly, of
which a mode and its curvature know only the likeliest.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from reconcile.inference.climb import climbs
from reconcile.inference.lanes import posed
from reconcile.inference.lattice import Cloud
from reconcile.model.problem import Problem
from reconcile.model.tukey import tukey_h
from reconcile.model.walks import Terms
from reconcile.numerics.arrays import Array, Index

# A mode that already was one is not climbed any further than this, in nats.
_CLOSE = 5e-3


def extended(cloud: Cloud, problem: Problem) -> Cloud:
    """The nodes of `cloud` on the grid of `problem`: the same claims, and more days at its end."""
    if problem.size == cloud.problem.size:
        return cloud
    places = _places(cloud.problem, problem)
    steps = beyond_last(problem)
    wrong = [node.peak.objective.law.wrong for node in cloud.nodes]
    objective = posed(problem, [node.setting for node in cloud.nodes], cloud.errors, wrong)
    x = np.zeros((len(cloud.nodes), problem.size))
    x[:, places] = [node.peak.spot.x for node in cloud.nodes]
    begin = walked_on(x, objective.terms, steps, np.zeros((len(x), len(steps))))
    peaks = climbs(objective, begin, settled=_CLOSE)
    nodes = tuple(replace(node, peak=peak) for node, peak in zip(cloud.nodes, peaks, strict=True))
    return replace(cloud, problem=problem, nodes=nodes)


def _places(old: Problem, new: Problem) -> Index:
    """Where each unknown of `old` lies in `new`: tracks have more steps there."""
    found: list[Index] = []
    for one, other in zip(old.states.tracks, new.states.tracks, strict=True):
        for leaf in range(one.size):
            found.append(other.at(leaf).start + np.arange(one.steps))
    rest = old.size - sum(len(each) for each in found)
    return np.concatenate([*found, np.arange(new.size - rest, new.size)]).astype(np.intp)


def beyond_last(problem: Problem) -> Index:
    """The prior terms (K, 2) of all states after the last claim, in the order of time: a term, and
    the state that it moves."""
    own = {int(at): t for t, at in reversed(list(enumerate(problem.terms.at[:, 0])))}
    found: list[tuple[int, int]] = []
    for track in problem.states.tracks:
        if track.walk.root.kind == "constant":
            continue
        begins = problem.grid.edges[track.start : track.stop]
        late = np.flatnonzero(begins > problem.last - 1e-9) + int(track.past)
        late = late[late > int(track.past)]
        for leaf in range(track.size):
            first = track.at(leaf).start
            found += [(own[first + int(i)], first + int(i)) for i in late]
    return np.array(found, dtype=np.intp).reshape(-1, 2)


def walked_on(x: Array, terms: Terms, steps: Index, z: Array) -> Array:
    """`x` (..., size) with the states of `steps` (K, 2) moved on by the increments H(z, h), `z`
    (..., K) standard normal."""
    out = x.copy()
    for k, (term, state) in enumerate(steps):
        others, coef = terms.at[term, 1:], terms.coef[term, 1:]
        size = terms.scale[..., term] * tukey_h(z[..., k], terms.tail[term])
        out[..., state] = terms.centre[term] + size - out[..., others] @ coef
    return out
