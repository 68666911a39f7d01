"""What becomes of funds when two records of one organization are merged: all of them go over."""

from funding.models import FundEntry
from orgs.domain.moving import Move, moves_along

moves_along(Move(FundEntry, "经费"))
