"""Taking one import of the register (F0) back: what belongs to which row of the form, and in which words it is refused."""

import uuid
from datetime import datetime
from typing import Any

from orgs.domain.moving import MOVES
from orgs.domain.refusals import constraints_speak
from orgs.domain.register_import import lock_register
from quannan.base.domain.audit import name_actions
from quannan.base.domain.undoing import perform_undo, preview_undo
from quannan.base.undoing import Progress, Through, UndoPreview, UndoResult, UndoRules

UNDO = "register.undo_import"

name_actions({UNDO: "撤回导入台账"})

# A row of the form speaks of one organization.
REGISTER_UNDO = UndoRules(
    subject="orgs.Organization",
    subject_order="sort_key",
    subjects={
        "orgs.Organization": "id",
        "orgs.Placement": "organization_id",
        "orgs.Figures": "organization_id",
        "orgs.BranchMembership": "organization_id",
        "orgs.Branch": Through("id", "orgs.BranchMembership", "branch_id", "organization_id"),
        "orgs.BranchForm": Through("branch_id", "orgs.BranchMembership", "branch_id", "organization_id"),
    },
    words={
        **{move.label: move.words for move in MOVES if not move.untold},
        "orgs.Organization": "组织的登记内容",
        "orgs.Lead": "线索的关联",
        "orgs.Placement": "主管党(工)委",
        "orgs.Branch": "党群组织",
        "orgs.BranchForm": "党群组织的形式",
        "orgs.Exclusion": "剔除",
        "orgs.OrganizationMerge": "合并",
        "orgs.NotDuplicate": "“不是重复”的认定",
        "orgs.Election": "换届",
        "orgs.Appointment": "任职",
        "orgs.Unit": "主管党(工)委",
        "orgs.User": "确认人的账号",
        "orgs.BodyForm": "组织形式",
    },
    untold=frozenset({*(move.label for move in MOVES if move.untold), "orgs.LeaderChange"}),
    stays_with={"orgs.Branch": frozenset({"orgs.BranchMembership"})},
    parts=frozenset({"orgs.BranchForm"}),
    during={"base.import_write": "又一次导入时"},
    action=UNDO,
    announces=("register.changed",),
    lock=lock_register,
)


def preview_register_undo(job_id: str | uuid.UUID) -> UndoPreview:
    """What taking an import of the register back would do now; see `preview_undo`.

    Args:
        job_id: the job that wrote it.
    """
    return preview_undo(job_id, REGISTER_UNDO)


def undo_register_import(
    job_id: str | uuid.UUID, *, by: Any, now: datetime, progress: Progress | None = None
) -> UndoResult:
    """Takes an import of the register back; see `perform_undo`.

    Args:
        job_id: the job that wrote it.
        by: the account that takes it back, None for the system.
        now: the clock.
        progress: called with (steps done, steps, step in Chinese).

    Raises:
        ValidationError: somebody wrote meanwhile what cannot stand beside the rows restored.
    """
    with constraints_speak():
        return perform_undo(job_id, REGISTER_UNDO, by=by, now=now, progress=progress)
