"""From a problem to what may be asked of it: modes, hyperparameters, marginals, draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.inference.account import Account as Account
    from reconcile.inference.account import Pull as Pull
    from reconcile.inference.draws import PathDraws as PathDraws
    from reconcile.inference.posterior import HouseEffect as HouseEffect
    from reconcile.inference.posterior import Posterior as Posterior
    from reconcile.inference.posterior import fit_posterior as fit_posterior

lazy(__name__)
