"""活动表: one row an activity, with who hosted it and who took part."""

from activities.imports import kinds
from activities.imports.form import ACTIVITY_CODE

__all__ = ["ACTIVITY_CODE", "kinds"]
