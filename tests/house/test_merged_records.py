"""Records merged into others are in no list, count, export, form or endpoint: whoever reads organizations says so."""

import ast
from pathlib import Path

from tests.house.sources import files, told, tree_of

# These leave merged records out, or take them in on purpose.
SAID = {"visible_to", "standing", "within_sight", "registered_at", "none", "bulk_create", "bulk_update"}
# Module and function → why it may read merged records too.
ALLOWED = {
    ("activities/queries_activities.py", "__init__"): "names what the history of an activity refers to",
    ("coverage/domain/causes.py", "merges"): "names what went into what",
    ("coverage/jobs.py", "bulk_edit"): "reads rows that were in sight; each act asks again",
    ("coverage/views/bulk.py", "chosen"): "the rows of a list, which has no merged record",
    ("coverage/management/commands/recompute_coverage.py", "handle"): "works any record out anew",
    ("evaluation/domain/acceptance.py", "write_to_register"): "reads the row of a report whose sight was asked before",
    ("evaluation/domain/demo_reports.py", "load_demo_reports"): "any demo row is one",
    ("evaluation/jobs_filers.py", "issue_filers"): "reads rows that were in sight; each act asks again",
    ("orgs/domain/bodies.py", "found_body"): "locks rows whose sight was asked before",
    ("orgs/domain/contacts.py", "record_contact_reveal"): "reads a row whose sight was asked before",
    ("orgs/domain/demo/clear.py", "clear_demo"): "removes merged demo records as well",
    ("orgs/domain/demo/load.py", "is_loaded"): "any demo row is one",
    ("orgs/domain/demo/load.py", "_check_room"): "a code is taken whoever has it",
    ("orgs/domain/instructors.py", "send_instructor"): "locks rows whose sight was asked before",
    ("orgs/domain/merging.py", "merge_organizations"): "moves what went into the absorbed record before",
    ("orgs/domain/merging.py", "undo_merge"): "gives that back",
    ("orgs/domain/merging.py", "_both_locked"): "locks both records",
    ("orgs/domain/merging.py", "_without_codes"): "writes one record",
    ("orgs/domain/organizations.py", "_code_is_free"): "a code is taken whoever has it, and the kept one is named",
    ("orgs/domain/plans.py", "record_plans"): "locks rows whose sight was asked before",
    ("orgs/domain/reconciliation_answers.py", "_refuse_known"): "a code is taken whoever has it",
    ("orgs/domain/recommendations.py", "_require_party_side"): "narrows recommendations, not organizations",
    ("orgs/domain/register_import.py", "organization_changes"): "locks rows that the import has resolved",
    ("orgs/exports_ledger.py", "_load"): "a name is shared with a merged record as well",
    ("orgs/forms_accounts.py", "clean_organization"): "the code of a merged record means the kept one",
    ("orgs/imports/known.py", "load_rows"): "the code or name of a merged record means the kept one",
    ("orgs/management/commands/first_content.py", "handle"): "asks whether there is any row at all",
    ("orgs/queries_duplicates.py", "with_organizations"): "reads rows of pairs that were in sight",
    ("orgs/queries_plans.py", "organizations_by_id"): "reads rows whose sight was asked before",
    ("orgs/models/support.py", "named_to"): "narrows recommendations, and a merged record has none",
    ("orgs/queries_recommendations.py", "recommendations_at"): "narrows recommendations, and a merged record has none",
    ("orgs/queries_recommendations.py", "waiting_recommendations"): "narrows recommendations",
    ("orgs/queries_search.py", "organization_of_code"): "the code of a merged record finds the kept one",
    ("orgs/queries_timeline.py", "__init__"): "the history of the kept record tells theirs too",
}


def uses(path: Path) -> set[str]:
    """The functions of a module that ask `Organization.objects` for something not among `SAID`."""
    found: set[str] = set()

    def walk(node: ast.AST, inside: str) -> None:
        for below in ast.iter_child_nodes(node):
            name = below.name if isinstance(below, ast.FunctionDef) else inside
            if (
                isinstance(below, ast.Attribute)
                and below.attr not in SAID
                and isinstance(below.value, ast.Attribute)
                and below.value.attr in ("objects", "_default_manager", "_base_manager")
                and isinstance(below.value.value, ast.Name)
                and below.value.value.id == "Organization"
            ):
                found.add(name)
            walk(below, name)

    walk(tree_of(path), "")
    return found


def test_whoever_reads_organizations_says_what_of_merged_ones():
    found = {
        (told(path), name)
        for path in files(".py", folders=("orgs", "coverage", "activities", "funding", "evaluation", "quannan"))
        if "migrations" not in path.parts
        for name in uses(path)
    }
    assert found - set(ALLOWED) == set()
