"""From claims to arrays: quantities, the grid of time, observations, effects, priors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.model.component import Component as Component
    from reconcile.model.component import components as components
    from reconcile.model.problem import Problem as Problem
    from reconcile.model.problem import pose as pose

lazy(__name__)
