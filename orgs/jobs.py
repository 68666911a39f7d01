"""The jobs of the register."""

from orgs.jobs_reconciliation import check_reconciliation

__all__ = ["check_reconciliation"]
