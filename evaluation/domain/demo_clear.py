"""Taking the demo county's rounds and reports away, before its organizations go."""

from collections.abc import Collection

from django.db.models import Q

from evaluation.models import AnnualReport, FilingAccess, Round
from orgs.domain.demo.clear import forget
from quannan.base.events import subscribe


@subscribe("demo.clear")
def clear_demo_reports(organization_ids: Collection[int] = (), **payload: object) -> None:
    """Deletes the reports of demo organizations, with all that belongs to them, and the demo's rounds.

    Args:
        organization_ids: the demo's organizations.
        payload: what else is announced.
    """
    reports = AnnualReport.objects.filter(organization__in=organization_ids)
    reports.update(
        submission=None, accepted_submission=None, state="draft", submitted_at=None, submitted_by_name="",
        opened_at=None, opened_by_name="", returned_at=None, returned_by_name="", return_comment="",
        unit_accepted_at=None, unit_accepted_by_name="", accepted_at=None, accepted_by_name="",
        correcting_since=None, correction_reason="", submitted_by=None,
    )  # fmt: skip
    reports.delete()
    FilingAccess.objects.filter(organization__in=organization_ids).delete()
    Round.objects.filter(is_demo=True, reports=None).delete()
    of_demo = Q(organization_id__in=organization_ids)
    forget({AnnualReport: of_demo, FilingAccess: of_demo, Round: Q(is_demo=True)})
