"""The union office edits union bodies county-wide and nothing else: every act on a body, tried on another line's."""

from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse
from pghistory.models import Event

from orgs.models import BodyForm, Branch, EstablishmentPlan
from tests import makers_leadership, makers_people, makers_terms
from tests.house.addresses import ADDRESSES
from tests.house.world import World

# Plausible answers to every form below: refused or not, it is not for a missing field.
SAID = {
    "last_day": "2012-01-31",
    "from_": "2012-02-01",
    "held_on": "2012-02-01",
    "held_precision": "day",
    "term_years": "3",
    "extended_to": "2014-01-01",
    "extended_on": "2013-01-01",
    "approver": "县委组织部",
    "effective_on": "2012-02-01",
    "founded_on": "2010-06-01",
    "founded_precision": "day",
    "composition": "own",
    "answers_due_on": "2099-01-01",
    "planned_on": "2012-12-31",
    "reason": "no_members",
    "change_reason": "情况有变",
    "approval": "组字〔2012〕1号",
    "note": "已核实",
    "next_step": "走访",
    "responsible": "钟主任",
    "version": "1",
    "name": "钟小兰",
    "same": "new",
}
# Acts that these answers make the owner office's account do: the proof is not one of forms left empty.
DONE = {"branch-dissolve", "appointment-end", "election-record", "leader-change-withdraw", "plan-record"}


@contextmanager
def rolled_back():
    mark = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(mark)


def history() -> dict[str, int]:
    """How many changes each table has on record."""
    events = [model for model in apps.get_models() if issubclass(model, Event)]
    return {model.__name__: model._base_manager.count() for model in events}


def acts_on(world: World, line: str) -> dict[str, tuple[list[Any], dict[str, str]]]:
    """Every act on a body, its members, terms, posts and leader: arguments and answers, on a body of the line."""
    body = Branch.objects.get(line=line, memberships__organization=world.own)
    members = body.memberships.get()
    election = makers_terms.election(body)
    who = makers_people.person("钟小兰", world.own)
    vice = makers_people.post(who, body, "party.deputy" if line == "party" else "union.vice")
    change = makers_leadership.change(
        body, world.accounts["owner_office"], successor=makers_people.person("廖大河", world.own)
    )
    form = body.forms.get().form
    post = {"post": makers_leadership.HEADS[line]}
    found = {
        "branch-correct": [body.pk],
        "branch-join": [body.pk],
        "branch-leave": [body.pk, members.pk],
        "branch-form": [body.pk],
        "branch-dissolve": [body.pk],
        "branch-confirm": [body.pk],
        "branch-refuse": [body.pk],
        "branch-ungroup": [body.pk],
        "body-leave": [world.own.pk, members.pk],
        "body-confirm": [world.own.pk, members.pk],
        "body-refuse": [world.own.pk, members.pk],
        "appointment-begin": [body.pk],
        "appointment-end": [vice.pk],
        "appointment-correct": [vice.pk],
        "election-record": [body.pk],
        "election-correct": [body.pk, election.pk],
        "term-extend": [body.pk, election.pk],
        "leader-change-request": [body.pk],
        "leader-change-effect": [change.pk],
        "leader-change-withdraw": [change.pk],
    }
    said = {"organization": world.here[1].uscc, "form": str(form.pk)} | post
    acts = {name: (args, said) for name, args in found.items()}
    # Where nothing of the line stands yet.
    acts["body-found"] = ([world.here[2].pk], said)
    acts["plan-record"] = ([world.here[2].pk, line], {"version": "0"})
    return acts


def tried(client, world: World, role: str, line: str) -> set[str]:
    """Names of the acts that left a trace in some table."""
    acts, done = acts_on(world, line), set()
    client.force_login(world.accounts[role])
    for name, (args, said) in acts.items():
        before = history()
        with rolled_back():
            response = client.post(reverse(name, args=args), SAID | said)
            assert response.status_code < 500, name
            if history() != before:
                done.add(name)
    return done


def test_the_union_office_does_nothing_to_a_body_of_another_line(client, world):
    assert tried(client, world, "line_department", "party") == set()


def test_the_same_acts_by_the_owner_office_are_done(client, world):
    """The other side of the test above: the answers suffice."""
    assert tried(client, world, "owner_office", "party") >= DONE


def test_the_union_office_does_them_to_bodies_of_its_own_line(client, world):
    assert tried(client, world, "line_department", "union") >= DONE


@pytest.mark.parametrize("role", ["secretary", "filer", "leader", "auditor", "technician"])
def test_whoever_only_reads_does_nothing_to_any_body(client, world, role):
    assert tried(client, world, role, "union") == set()


def test_every_act_on_a_body_is_tried(world):
    """An address below a body, a post or a change of a leader that is added later must be tried above."""
    begins = ("branch-", "body-", "appointment-", "election-", "term-extend", "leader-change-")
    acts = {
        name
        for name, address in ADDRESSES.items()
        if "post" in address.methods and "line_department" in address.opens and name.startswith(begins)
    }
    # Founding from scratch, joining and deciding many at once name their bodies in the form, not in the address.
    assert acts - {"branch-found", "branch-decide", "branch-grouping", "body-join"} <= set(acts_on(world, "union"))


@pytest.mark.parametrize(("form", "status", "founded"), [("party_branch", 200, 0), ("union_committee", 302, 1)])
def test_the_union_office_founds_bodies_of_its_own_lines_alone(client, world, form, status, founded):
    client.force_login(world.accounts["line_department"])
    said = {"form": BodyForm.objects.get(code=form).pk, "step": "found", "members": [world.here[1].pk]}
    bodies = Branch.objects.count()
    assert client.post(reverse("branch-found"), SAID | said).status_code == status
    assert Branch.objects.count() == bodies + founded


@pytest.mark.parametrize(("line", "status", "written"), [("league", 403, 0), ("union", 302, 1)])
def test_the_union_office_fills_in_plans_of_its_own_lines_alone(client, world, line, status, written):
    client.force_login(world.accounts["line_department"])
    address = reverse("plan-bulk", query={"as_of": "2011-06-30", "line": line, "state": ""})
    said = {"ids": [world.there[0].pk], "from_": "2011-06-30", "reason": "investor", "responsible": "钟主任"}
    assert client.post(address, said).status_code == status
    assert EstablishmentPlan.objects.filter(responsible="钟主任", line=line).count() == written
