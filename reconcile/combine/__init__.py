"""Combining claims: model-free bounds and conflicts, and the textbook methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.combine.averages import mean_interval as mean_interval
    from reconcile.combine.averages import median_interval as median_interval
    from reconcile.combine.averages import normal_mean as normal_mean
    from reconcile.combine.averages import normals_of as normals_of
    from reconcile.combine.bounds import hull as hull
    from reconcile.combine.bounds import intersection as intersection
    from reconcile.combine.conflict import conflicts as conflicts
    from reconcile.combine.conflict import consensus as consensus
    from reconcile.combine.conflict import constraints_of as constraints_of
    from reconcile.combine.conflict import envelope as envelope
    from reconcile.combine.constraints import Conflicts as Conflicts
    from reconcile.combine.constraints import Constraints as Constraints
    from reconcile.combine.cooke import Panel as Panel
    from reconcile.combine.cooke import PerformanceWeights as PerformanceWeights
    from reconcile.combine.cooke import performance_weights as performance_weights
    from reconcile.combine.discovery import Discovery as Discovery
    from reconcile.combine.discovery import catd as catd
    from reconcile.combine.discovery import crh as crh
    from reconcile.combine.discovery import gtm as gtm
    from reconcile.combine.effects import Effects as Effects
    from reconcile.combine.effects import common_effect as common_effect
    from reconcile.combine.effects import random_effects as random_effects
    from reconcile.combine.marzullo import agreement as agreement
    from reconcile.combine.pools import beta_transformed_linear_pool as beta_transformed_linear_pool
    from reconcile.combine.pools import fit_beta_transform as fit_beta_transform
    from reconcile.combine.pools import linear_pool as linear_pool
    from reconcile.combine.pools import log_pool as log_pool
    from reconcile.combine.pools import quantile_average as quantile_average
    from reconcile.combine.snapshot import LEARNT as LEARNT
    from reconcile.combine.snapshot import TEXTBOOK as TEXTBOOK
    from reconcile.combine.snapshot import Snapshot as Snapshot
    from reconcile.combine.snapshot import said_about as said_about
    from reconcile.combine.snapshot import textbook as textbook

__getattr__, __dir__ = lazy(
    __name__,
    {
        "LEARNT": "snapshot",
        "TEXTBOOK": "snapshot",
        "Snapshot": "snapshot",
        "said_about": "snapshot",
        "textbook": "snapshot",
        "Conflicts": "constraints",
        "Constraints": "constraints",
        "Discovery": "discovery",
        "Effects": "effects",
        "Panel": "cooke",
        "PerformanceWeights": "cooke",
        "agreement": "marzullo",
        "beta_transformed_linear_pool": "pools",
        "catd": "discovery",
        "common_effect": "effects",
        "conflicts": "conflict",
        "consensus": "conflict",
        "constraints_of": "conflict",
        "crh": "discovery",
        "envelope": "conflict",
        "fit_beta_transform": "pools",
        "gtm": "discovery",
        "hull": "bounds",
        "intersection": "bounds",
        "linear_pool": "pools",
        "log_pool": "pools",
        "mean_interval": "averages",
        "median_interval": "averages",
        "normal_mean": "averages",
        "normals_of": "averages",
        "performance_weights": "cooke",
        "quantile_average": "pools",
        "random_effects": "effects",
    },
)
