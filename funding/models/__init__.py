"""经费 received and spent by line, and how much a member is to have in a year (四(三))."""

from funding.models.entries import Direction, FundEntry, Origin
from funding.models.standards import Counted, FundStandard

__all__ = ["Counted", "Direction", "FundEntry", "FundStandard", "Origin"]
