"""经费表: what organizations' bodies received and spent, one row one sum."""

from funding.imports import kinds
from funding.imports.form import FUND_CODE

__all__ = ["FUND_CODE", "kinds"]
