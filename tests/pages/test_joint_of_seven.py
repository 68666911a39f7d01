"""A joint union of seven that one enterprise leaves: every page, export and figure says seven before and six after."""

import io
import json
from dataclasses import dataclass
from datetime import date

import openpyxl
import pytest
from django.core.management import call_command

from orgs.models import BodyForm, Branch, Organization, User
from tests import factories as make
from tests.makers_bodies import seven

NAME = "城厢竹木联合工会"
LAST_DAY = "2012-03-15"
BUILT, LACKING = "已建", "应建未建"


@dataclass
class Joint:
    """The body, whom it was founded over, who left, and the account that did it."""

    body: Branch
    rows: list[Organization]
    leaver: Organization
    user: User

    def members_on(self, day: str) -> set[str]:
        return {row.name for row in self.rows if day <= LAST_DAY or row != self.leaver}


@pytest.fixture
def joint(submit):
    """Founded and left through the pages, by the union office."""
    rows, user = seven(), make.union_office()
    founded = submit(
        user,
        "branch-found",
        form=BodyForm.objects.get(code="union_joint").pk,
        composition="joint_area",
        name=NAME,
        founded_on="2010-05-01",
        founded_precision="day",
        approval="全工字〔2010〕8号",
        step="found",
        members=[row.pk for row in rows],
    )
    assert founded.status_code == 302
    body = Branch.objects.get()
    membership = body.memberships.get(organization=rows[3])
    left = submit(user, "branch-leave", body.pk, membership.pk, last_day=LAST_DAY, change_reason="已自建工会")
    assert left.status_code == 302
    return Joint(body, rows, rows[3], user)


def exported(response, key: str) -> list[dict]:
    """Rows of an exported sheet below the heading that holds `key`."""
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(found) if key in row)
    return [dict(zip(found[head], row, strict=True)) for row in found[head + 1 :]]


both_days = pytest.mark.parametrize(
    ("day", "members"),
    [("2012-02-29", 7), (LAST_DAY, 7), ("2012-03-16", 6), ("2012-04-30", 6)],
)


@both_days
def test_list_of_bodies_and_its_export_show_one_body(opened, joint, day, members):
    listed = opened(joint.user, "branch-list", as_of=day)
    assert [(row.record.name, row.record.covers) for row in listed.context["rows"]] == [(NAME, members)]
    assert f"共 1 个;覆盖 {members} 家,其中联合 1 个" in listed.content.decode()

    [row] = exported(opened(joint.user, "branch-export", as_of=day), "名称")
    assert (row["名称"], row["覆盖(家)"]) == (NAME, members)
    assert set(row["成员"].split("、")) == joint.members_on(day)


@both_days
def test_page_of_the_body_lists_its_members_of_the_day(opened, joint, day, members):
    page = opened(joint.user, "branch-detail", joint.body.pk, as_of=day)
    current = [m.membership.organization.name for m in page.context["page"].members if m.current]
    assert len(current) == members
    assert set(current) == joint.members_on(day)
    assert f"覆盖 {members} 家" in page.content.decode()


@both_days
def test_dashboard_and_report_count_the_organizations_covered(opened, joint, day, members, capsys):
    dashboard = opened(joint.user, "coverage-dashboard", as_of=day).context["dashboard"]
    union = next(card.counts for card in dashboard.cards if card.line == "union")
    assert (union.covered, union.eligible, union.gap) == (members, 7, 7 - members)

    call_command("coverage", as_of=date.fromisoformat(day), json=True)
    told = json.loads(capsys.readouterr().out)["populations"]["all"]["lines"]["union"]
    assert (told["covered"], told["eligible"]) == (members, 7)


@both_days
def test_verdict_of_each_enterprise_follows(opened, joint, day, members):
    expected = {row.name: BUILT if row.name in joint.members_on(day) else LACKING for row in joint.rows}
    assert list(expected.values()).count(BUILT) == members

    listed = opened(joint.user, "organization-list", as_of=day)
    assert {
        row.record.organization.name: row.record.verdict_word("union") for row in listed.context["rows"]
    } == expected

    sheet = exported(opened(joint.user, "organization-export", as_of=day), "单位名称")
    assert {row["单位名称"]: row["工会"] for row in sheet} == expected

    for measure, word in (("covered", BUILT), ("gap", LACKING)):
        drilled = opened(
            joint.user, "coverage-organizations", as_of=day, population="all", line="union", measure=measure
        )
        names = {row.record.organization.name for row in drilled.context["rows"]}
        assert names == {name for name, verdict in expected.items() if verdict == word}
