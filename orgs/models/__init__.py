from orgs.models.accounts import Role, RoleAssignment, User
from orgs.models.bodies import BodyForm, Branch, BranchForm, BranchMembership
from orgs.models.codes import Code
from orgs.models.leadership import CaseMeasure, DismissalCase, LeaderChange, Opinion
from orgs.models.ledger import LedgerFacts
from orgs.models.organization import Exclusion, Figures, Organization, Placement
from orgs.models.people import Appointment, Candidate, Owner, Person, ProfessionalWorker
from orgs.models.plans import EstablishmentPlan, Lead, NotDuplicate, OrganizationMerge
from orgs.models.reconciliation import Discrepancy, Reconciliation
from orgs.models.support import Instructor, Liaison, MemberSearch, Recommendation
from orgs.models.terms import Election, TermRule
from orgs.models.unit import Unit

__all__ = [
    "Appointment",
    "BodyForm",
    "Branch",
    "BranchForm",
    "BranchMembership",
    "Candidate",
    "CaseMeasure",
    "Code",
    "Discrepancy",
    "DismissalCase",
    "Election",
    "EstablishmentPlan",
    "Exclusion",
    "Figures",
    "Instructor",
    "Lead",
    "LeaderChange",
    "LedgerFacts",
    "Liaison",
    "MemberSearch",
    "NotDuplicate",
    "Opinion",
    "Organization",
    "OrganizationMerge",
    "Owner",
    "Person",
    "Placement",
    "ProfessionalWorker",
    "Recommendation",
    "Reconciliation",
    "Role",
    "RoleAssignment",
    "TermRule",
    "Unit",
    "User",
]
