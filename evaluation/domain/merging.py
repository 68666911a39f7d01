"""What becomes of reports and filers' accounts when two records of one organization are merged."""

from evaluation.models import AnnualReport, FilingAccess
from orgs.domain.moving import Move, moves_along, same, same_meanwhile

moves_along(Move(AnnualReport, "年检年报", same("year")), Move(FilingAccess, "填报账号", same_meanwhile()))
