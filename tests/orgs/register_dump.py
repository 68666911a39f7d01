"""The register without its numbers and moments: two imports of the same form give equal dumps."""

from collections import defaultdict

from django.db import models

from orgs.models import Branch, BranchForm, BranchMembership, Exclusion, Figures, Organization, Placement

# Emptied in this order: what hangs on others first.
MODELS = (BranchMembership, BranchForm, Branch, Exclusion, Figures, Placement, Organization)


def _columns(model, *left_out):
    """Every stored field but the key, the references and the moments of writing; a new field is compared unasked."""
    return [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not isinstance(field, (models.ForeignKey, models.DateTimeField))
        and field.name not in left_out
    ]


def _rows(model, *natural):
    """Rows as tuples of (field, value): their own columns, and what tells their references apart."""
    names = [*natural, *_columns(model)]
    return sorted((tuple(zip(names, row, strict=True)) for row in model.objects.values_list(*names)), key=repr)


def register_dump():
    """Organizations, placements, figures, exclusions, and every body with its forms and members; comparable by ==."""
    forms, members = defaultdict(list), defaultdict(list)
    for branch, *row in BranchForm.objects.values_list("branch_id", "form__code", "period"):
        forms[branch].append(tuple(row))
    columns = ["organization__uscc", "organization__old_code", *_columns(BranchMembership)]
    for branch, *row in BranchMembership.objects.values_list("branch_id", *columns):
        members[branch].append(tuple(row))
    columns = [*_columns(Branch), "confirmed_by__username", "refused_by__username", "grouped_into__name"]
    bodies = [
        (tuple(zip(columns, row, strict=True)), sorted(forms[branch], key=repr), sorted(members[branch], key=repr))
        for branch, *row in Branch.objects.values_list("id", *columns)
    ]
    return {
        "organizations": _rows(Organization, "merged_into__uscc"),
        "placements": _rows(Placement, "organization__uscc", "organization__old_code", "unit__code"),
        "figures": _rows(Figures, "organization__uscc", "organization__old_code"),
        "exclusions": _rows(Exclusion, "organization__uscc", "organization__old_code"),
        "bodies": sorted(bodies, key=repr),
    }


def empty_register():
    """Delete every organization and body with all that hangs on them."""
    for model in MODELS:
        model.objects.all().delete()
