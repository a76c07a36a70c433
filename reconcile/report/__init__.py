"""The report: one page that stands by itself, its figures and data beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.report.contents import Contents as Contents
    from reconcile.report.folder import write_report as write_report
    from reconcile.report.gathering import gather as gather

lazy(__name__)
