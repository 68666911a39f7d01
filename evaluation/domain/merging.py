"""What becomes of reports, filers' accounts and assessments when two records of one organization are merged."""

from evaluation.models import AnnualReport, Assessment, FilingAccess
from orgs.domain.moving import Move, moves_along, same, same_meanwhile

moves_along(
    Move(AnnualReport, "年检年报", same("year")),
    Move(FilingAccess, "填报账号", same_meanwhile()),
    Move(Assessment, "考核", same("scheme_id")),
)
