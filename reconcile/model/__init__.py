"""From claims to arrays: components, time grid, readings, prior rows, design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.model.component import Component as Component
    from reconcile.model.component import components as components
    from reconcile.model.design import Design as Design
    from reconcile.model.design import build_design as build_design
    from reconcile.model.functional import Place as Place
    from reconcile.model.functional import functionals as functionals
    from reconcile.model.functional import place_on as place_on
    from reconcile.model.prior import Hyper as Hyper
    from reconcile.model.prior import PriorRows as PriorRows
    from reconcile.model.prior import prior_rows as prior_rows

lazy(__name__)
