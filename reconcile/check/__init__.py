"""Scores, coverage and calibration: does an answer hold what it promises?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.check.calibration import coverage as coverage
    from reconcile.check.calibration import coverage_table as coverage_table
    from reconcile.check.calibration import pit_between as pit_between
    from reconcile.check.calibration import pit_of_quantiles as pit_of_quantiles
    from reconcile.check.calibration import pit_of_samples as pit_of_samples
    from reconcile.check.calibration import uniformity as uniformity
    from reconcile.check.crps import crps_censored as crps_censored
    from reconcile.check.crps import crps_lognormal as crps_lognormal
    from reconcile.check.crps import crps_normal as crps_normal
    from reconcile.check.crps import crps_quantiles as crps_quantiles
    from reconcile.check.crps import crps_samples as crps_samples
    from reconcile.check.result import Check as Check
    from reconcile.check.result import check_distributions as check_distributions
    from reconcile.check.result import check_quantiles as check_quantiles
    from reconcile.check.result import check_samples as check_samples
    from reconcile.check.runners import by_folds as by_folds
    from reconcile.check.runners import leave_one_source_out as leave_one_source_out
    from reconcile.check.runners import said_number as said_number
    from reconcile.check.runners import walk_forward as walk_forward
    from reconcile.check.scores import interval_score as interval_score
    from reconcile.check.scores import log_score_lognormal as log_score_lognormal
    from reconcile.check.scores import log_score_normal as log_score_normal
    from reconcile.check.scores import log_score_quantiles as log_score_quantiles
    from reconcile.check.scores import quantile_score as quantile_score
    from reconcile.check.scores import weighted_interval_score as weighted_interval_score
    from reconcile.check.simulation import Ranks as Ranks
    from reconcile.check.simulation import (
        simulation_based_calibration as simulation_based_calibration,
    )

lazy(__name__)
