from orgs.models.accounts import Role, RoleAssignment, User
from orgs.models.bodies import BodyForm, Branch, BranchForm, BranchMembership
from orgs.models.codes import Code
from orgs.models.organization import Exclusion, Figures, Organization, Placement
from orgs.models.register import ImportRun
from orgs.models.unit import Unit

__all__ = [
    "BodyForm",
    "Branch",
    "BranchForm",
    "BranchMembership",
    "Code",
    "Exclusion",
    "Figures",
    "ImportRun",
    "Organization",
    "Placement",
    "Role",
    "RoleAssignment",
    "Unit",
    "User",
]
