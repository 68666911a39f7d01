"""Taking one import of the register back: what belongs to which row of a form, and in which words it is refused."""

from orgs.domain.moving import MOVES
from orgs.domain.register_import import lock_register
from quannan.base.domain.audit import name_actions
from quannan.base.undoing import Through, UndoRules

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
        "orgs.Branch": (Through("id", "orgs.BranchMembership", "branch_id", "organization_id"),),
        "orgs.BranchForm": (Through("branch_id", "orgs.BranchMembership", "branch_id", "organization_id"),),
        "orgs.LedgerFacts": "organization_id",
        "orgs.EstablishmentPlan": "organization_id",
    },
    words={
        **{move.label: move.words for move in MOVES if not move.untold},
        "orgs.Organization": "组织的登记内容",
        "orgs.LedgerFacts": "台账事项",
        "orgs.EstablishmentPlan": "未建原因和组建计划",
        "orgs.Lead": "线索的关联",
        "orgs.Placement": "主管党(工)委",
        "orgs.Branch": "党群组织",
        "orgs.BranchForm": "党群组织的形式",
        "orgs.Exclusion": "剔除",
        "orgs.OrganizationMerge": "合并",
        "orgs.NotDuplicate": "“不是重复”的认定",
        "orgs.Discrepancy": "登记名册的差异",
        "orgs.Election": "换届",
        "orgs.Appointment": "任职",
        "orgs.Unit": "主管党(工)委",
        "orgs.User": "确认人的账号",
        "orgs.BodyForm": "组织形式",
        "coverage.GapAssignment": "缺口分派",
        "coverage.Supervision": "挂牌督办",
        "coverage.GuidanceOverride": "分类调整",
        "coverage.GuidanceMeasure": "指导措施",
        "evaluation.AnnualReport": "年检年报",
        "evaluation.FilingAccess": "填报账号",
        "funding.FundEntry": "经费",
        "activities.Activity": "活动",
        "activities.Participation": "共同参加的活动",
        "evaluation.Assessment": "考核",
        "coverage.ScenarioTick": "情景推演里的假定",
    },
    untold=frozenset({*(move.label for move in MOVES if move.untold), "orgs.LeaderChange"}),
    stays_with={"orgs.Branch": frozenset({"orgs.BranchMembership"})},
    parts=frozenset({"orgs.BranchForm"}),
    during={"base.import_write": "又一次导入时"},
    action=UNDO,
    announces=("register.changed",),
    lock=lock_register,
)

_STAFF_WORDS = {
    "orgs.Person": "人员的登记内容",
    "orgs.Appointment": "任职",
    "orgs.Instructor": "指导员的选派",
    "orgs.Liaison": "挂点联系",
    "orgs.Candidate": "党群人才库的登记",
    "orgs.ProfessionalWorker": "职业党群干部的聘用",
}
UNDO_POSTS, UNDO_SUPPORT = "appointment.undo_import", "support.undo_import"
name_actions({UNDO_POSTS: "撤回导入任职表", UNDO_SUPPORT: "撤回导入指导员和挂点表"})

# A row of the list of posts speaks of one person.
POSTS_UNDO = UndoRules(
    subject="orgs.Person",
    subject_order="sort_key",
    subjects={"orgs.Person": "id", "orgs.Appointment": "person_id"},
    words=_STAFF_WORDS,
    untold=REGISTER_UNDO.untold,
    during=REGISTER_UNDO.during,
    action=UNDO_POSTS,
    announces=("register.changed",),
    lock=lock_register,
)

# A row of the list of instructors and liaisons speaks of one organization; people are there for its sake.
SUPPORT_UNDO = UndoRules(
    subject="orgs.Organization",
    subject_order="sort_key",
    subjects={
        "orgs.Instructor": "organization_id",
        "orgs.Liaison": "organization_id",
        "orgs.Person": (
            Through("id", "orgs.Instructor", "person_id", "organization_id"),
            Through("id", "orgs.Liaison", "person_id", "organization_id"),
        ),
    },
    words=_STAFF_WORDS,
    untold=REGISTER_UNDO.untold,
    during=REGISTER_UNDO.during,
    action=UNDO_SUPPORT,
    announces=("register.changed",),
    lock=lock_register,
)
