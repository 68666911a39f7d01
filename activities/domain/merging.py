"""What becomes of activities when two records of one organization are merged."""

from activities.models import Activity, Participation
from orgs.domain.moving import Move, moves_along


def _same_activity(ours: Activity, theirs: Activity) -> bool:
    """The same line, day and title, both standing: one activity entered twice."""
    if ours.cancelled_at or theirs.cancelled_at:
        return False
    return (ours.line, ours.held_on, ours.title_key) == (theirs.line, theirs.held_on, theirs.title_key)


def _same_part(ours: Participation, theirs: Participation) -> bool:
    """Both records took part in the same activity."""
    return ours.activity_id == theirs.activity_id


moves_along(Move(Activity, "活动", _same_activity), Move(Participation, "共同参加的活动", _same_part))
