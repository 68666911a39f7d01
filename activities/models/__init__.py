"""活动阵地: programmes and kinds as data, activities, and the organizations that took part in them."""

from activities.models.activities import Activity, ActivityQuerySet, ActivitySource, Participation, title_key_of
from activities.models.programmes import ActivityKind, Programme

__all__ = [
    "Activity",
    "ActivityKind",
    "ActivityQuerySet",
    "ActivitySource",
    "Participation",
    "Programme",
    "title_key_of",
]
