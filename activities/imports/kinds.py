"""活动表, as one of the forms that the import page offers."""

import datetime as dt
from typing import Any

from django.urls import reverse

from activities.domain.importing import lock_activities
from activities.imports.form import ACTIVITY_CODE
from activities.imports.run import ActivityImporter
from activities.permissions import may_import_activities, sees_all_activity_imports
from quannan.base.domain.audit import name_actions
from quannan.base.imports import ImportKind, register_import
from quannan.base.undoing import UndoRules

UNDO = "activity.undo_import"
name_actions({UNDO: "撤回导入活动表"})

# A row of the form speaks of one activity.
ACTIVITY_UNDO = UndoRules(
    subject="activities.Activity",
    subject_name="title",
    subject_order="title_key",
    subjects={"activities.Activity": "id", "activities.Participation": "activity_id"},
    words={
        "activities.Activity": "活动",
        "activities.Participation": "共同参加的组织",
        "activities.ActivityKind": "活动类别",
        "activities.Programme": "活动载体",
        "orgs.Organization": "组织",
        "orgs.Branch": "党群组织",
        "orgs.User": "登记人的账号",
    },
    during={"base.import_write": "又一次导入时"},
    action=UNDO,
    announces=("activities.changed",),
    lock=lock_activities,
)


def activity_links(as_of: dt.date) -> list[tuple[str, str]]:
    """Where activities are seen as a form left them.

    Args:
        as_of: the date of the form.
    """
    return [("查看活动台账", reverse("activity-list"))]


def sees_all(user: Any) -> bool:
    """Whether an account sees everybody's imports of activities.

    Args:
        user: the signed-in User.
    """
    return bool(sees_all_activity_imports(user))


register_import(
    ImportKind(
        code=ACTIVITY_CODE,
        name="活动表",
        noun="活动",
        about="党群组织开展的活动,一行一项:主办的组织、条线、类别、日期、人数和共同参加的组织。",
        importer=ActivityImporter,
        allowed=may_import_activities,
        sees_all=sees_all,
        lock=lock_activities,
        needs_as_of=False,
        changed="activities.changed",
        action="activity.import",
        links=activity_links,
        undo=ACTIVITY_UNDO,
    )
)
