"""Joint draws of several quantities on the days that are asked for, and on no others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from reconcile.model.scale import shifted
from reconcile.numerics.arrays import Array
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import too_early

DRAWS = 8192
"""How many are drawn: an end of a 90 % interval is known to 2.4 % of an sd, as far as a draw is one
of its own."""


def joint_values(
    fit: FitStore, asked: Sequence[tuple[str, date | None]], n: int = DRAWS
) -> dict[tuple[str, date | None], Array]:
    """`n` draws (n,) of each quantity on its day (None: a constant), all of one posterior.

    Quantities of different components are independent; what has not begun is 0.
    """
    found: dict[tuple[str, date | None], Array] = {}
    for number, component in enumerate(fit.components()):
        own = [one for one in dict.fromkeys(asked) if one[0] in component.quantities]
        if not own:
            continue
        days = [day for _, day in own if day is not None]
        posterior = fit.posterior(own[0][0], max(days, default=None))
        rng = np.random.default_rng([fit.seed, number])
        begun = [(component.quantities[name], day) for name, day in own]
        begun = [(about, day) for about, day in begun if not too_early(about, day)]
        drawn = posterior.draws_at(begun, n, rng) if begun else None
        # Of a past that nobody tells of, one pace for all quantities, and one move of all levels.
        pace, move, at = rng.standard_exponential(n), rng.standard_normal(n), rng.random(n)
        found |= dict.fromkeys(own, np.zeros(n))
        for about, day in begun:
            assert drawn is not None
            when = posterior.problem.grid.origin if day is None else day
            values = posterior.values_of(drawn, about, [when])[:, 0]
            age = 0.0 if day is None else posterior.age_before(about, day)
            if day is not None and about.kind == "stock":
                values = shifted(values, posterior.moved_before(about, day, at) * move, about)
            found[about.id, day] = values * np.exp(-age * pace) if age else values
    return found
