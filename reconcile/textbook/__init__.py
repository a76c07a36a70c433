"""Textbook methods: random effects, opinion pools, performance weights, truth discovery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.textbook.averages import mean_interval as mean_interval
    from reconcile.textbook.averages import median_interval as median_interval
    from reconcile.textbook.averages import normal_mean as normal_mean
    from reconcile.textbook.averages import normals_of as normals_of
    from reconcile.textbook.cooke import Panel as Panel
    from reconcile.textbook.cooke import PerformanceWeights as PerformanceWeights
    from reconcile.textbook.cooke import performance_weights as performance_weights
    from reconcile.textbook.discovery import Discovery as Discovery
    from reconcile.textbook.discovery import catd as catd
    from reconcile.textbook.discovery import crh as crh
    from reconcile.textbook.discovery import gtm as gtm
    from reconcile.textbook.meta_analysis import PooledEffect as PooledEffect
    from reconcile.textbook.meta_analysis import common_effect as common_effect
    from reconcile.textbook.meta_analysis import random_effects as random_effects
    from reconcile.textbook.method_names import LEARNT as LEARNT
    from reconcile.textbook.method_names import TEXTBOOK as TEXTBOOK
    from reconcile.textbook.pools import (
        beta_transformed_linear_pool as beta_transformed_linear_pool,
    )
    from reconcile.textbook.pools import fit_beta_transform as fit_beta_transform
    from reconcile.textbook.pools import linear_pool as linear_pool
    from reconcile.textbook.pools import log_pool as log_pool
    from reconcile.textbook.pools import quantile_average as quantile_average
    from reconcile.textbook.snapshot import Snapshot as Snapshot
    from reconcile.textbook.snapshot import said_about as said_about
    from reconcile.textbook.snapshot import textbook as textbook

lazy(__name__)
