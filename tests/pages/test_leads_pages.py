"""Pages of leads, of suspected duplicates and of merging."""

import io
from datetime import date

import openpyxl
import pytest
from django.urls import reverse

from coverage.domain.spans import drain_marks
from orgs.domain.merging import merge_organizations
from orgs.models import Lead, NotDuplicate, Organization, OrganizationMerge
from tests import factories as f
from tests import makers_leads as make

D = "2012-11-05"


def words(response) -> str:
    return response.content.decode()


def exported(response) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if row[0] in ("单位名称", "并入的记录", "组织"))
    return [row[0] for row in rows[head + 1 :] if row[0]]


def listed(response) -> list[str]:
    return [row.cells[0].value for row in response.context["rows"]]


@pytest.fixture
def leads():
    make.lead("过期厂", due_on=date(2012, 10, 15))
    make.lead("在期厂", due_on=date(2012, 12, 31), source="investment", lines=["women"])
    make.lead("放弃厂", state="dropped", decided_on=date(2012, 10, 20), decided_reason="外县登记")
    make.lead("园区厂", f.unit(f.PARK), kind="social", uscc=f.uscc(8001))
    make.lead("将来厂", happened_on=date(2012, 11, 6), due_on=date(2012, 12, 6))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    for number in range(rows):
        make.lead(f"第{number}厂")
    user = f.township()
    opened(user, "lead-list", as_of=D)
    with django_assert_num_queries(7):
        assert len(opened(user, "lead-list", as_of=D).context["rows"]) == rows


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (f.owner, ["过期厂", "园区厂", "放弃厂", "在期厂"]),
        (lambda: f.account("leader"), ["过期厂", "园区厂", "放弃厂", "在期厂"]),
        (f.township, ["过期厂", "放弃厂", "在期厂"]),
        (lambda: f.township(f.PARK), ["园区厂"]),
    ],
)
def test_list_and_export_hold_what_the_account_may_see(opened, leads, who, seen):
    user = who()
    response = opened(user, "lead-list", as_of=D)
    assert sorted(listed(response)) == sorted(seen)
    assert sorted(exported(opened(user, "lead-export", as_of=D))) == sorted(seen)
    assert f"共 {len(seen)} 条" in words(response)
    if "过期厂" in seen:
        assert "已过期限" in words(response)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "园区"}, ["园区厂"]),
        ({"q": f.uscc(8001)[8:]}, ["园区厂"]),
        ({"state": "open"}, ["过期厂", "在期厂", "园区厂"]),
        ({"state": "dropped"}, ["放弃厂"]),
        ({"state": "dropped", "as_of": "2012-10-19"}, []),
        ({"source": "investment"}, ["在期厂"]),
        ({"unit": f.PARK}, ["园区厂"]),
        ({"kind": "social"}, ["园区厂"]),
        ({"line": "women"}, ["在期厂"]),
        ({"term": "late"}, ["过期厂", "园区厂"]),
        ({"term": "running"}, ["在期厂"]),
        ({"due_from": "2012-12-01"}, ["在期厂"]),
        ({"due_to": "2012-10-15"}, ["过期厂"]),
    ],
)
def test_filters(opened, leads, query, found):
    response = opened(f.owner(), "lead-list", **({"as_of": D} | query))
    assert sorted(listed(response)) == sorted(found)


def test_a_lead_is_entered_and_becomes_an_organization(opened, submit):
    user = f.township()
    response = submit(
        user,
        "lead-create",
        name="全南县新泰电子厂",
        source="registration",
        unit=f.unit().pk,
        kind="enterprise",
        happened_on="2012-10-01",
        lines=["party", "union"],
        contact_phone="0797-0111111",
    )
    lead = Lead.objects.get()
    assert response.url == reverse("lead-detail", args=[lead.pk])
    page = words(opened(user, "lead-detail", lead.pk))
    assert "0797-01" in page and "0797-0111111" not in page

    form = opened(user, "lead-convert", lead.pk).context["form"]
    initial = {name: value for name, value in form.initial.items() if value is not None}
    response = submit(
        user, "lead-convert", lead.pk, **(initial | {"registered_on": "2012-10-01", "registered_precision": "day"})
    )
    row = Organization.objects.get(name="全南县新泰电子厂")
    assert response.url == reverse("organization-detail", args=[row.pk])
    assert row.contact_phone == "0797-0111111"
    lead.refresh_from_db()
    assert (lead.state, lead.organization) == ("converted", row)
    assert row.name in words(opened(user, "lead-detail", lead.pk))


def test_a_lead_is_linked_by_choice_or_by_code(opened, submit):
    user = f.township()
    named, coded = f.organization("新泰厂"), f.organization("别家")
    first, second, third = make.lead("新泰厂"), make.lead("第二"), make.lead("第三")
    assert "可能已有这家单位" in words(opened(user, "lead-detail", first.pk))

    submit(user, "lead-link", first.pk, organization=named.pk, version=1)
    submit(user, "lead-link", second.pk, code=coded.uscc, version=1)
    response = submit(user, "lead-link", third.pk, code="没有", version=1)

    assert list(response.context["form"].errors) == ["code"]
    assert [Lead.objects.get(pk=one.pk).organization for one in (first, second, third)] == [named, coded, None]


def test_a_lead_is_corrected_dropped_and_taken_up_again(opened, submit):
    user, lead = f.township(), make.lead()
    facts = {
        "name": lead.name,
        "source": "investment",
        "unit": lead.unit_id,
        "kind": "enterprise",
        "happened_on": "2012-10-01",
        "due_on": "2012-11-30",
        "lines": ["party"],
    }
    submit(user, "lead-correct", lead.pk, **facts, version=1)
    stale = submit(user, "lead-correct", lead.pk, **(facts | {"source": "visit"}), version=1)
    assert "别人已改" in words(stale) and "招商签约" in words(stale)
    submit(user, "lead-drop", lead.pk, change_reason="外县登记", version=2)
    assert "不再跟进:外县登记" in words(opened(user, "lead-detail", lead.pk))
    submit(user, "lead-reopen", lead.pk, change_reason="弄错")
    lead.refresh_from_db()
    assert (lead.state, lead.version, lead.due_on) == ("open", 4, date(2012, 11, 30))


def test_a_contact_is_shown_after_a_reason(submit):
    user, lead = f.township(), make.lead(contact_name="丘晓明", contact_phone="0797-0111111")
    response = submit(user, "lead-contact", lead.pk, reason="约访")
    assert "0797-0111111" in words(response)
    assert response.headers["Cache-Control"] == "no-store"
    assert submit(user, "lead-contact", lead.pk, reason="").status_code == 302


def test_the_workbench_says_what_waits(opened, leads):
    page = words(opened(f.township(), "workbench", as_of=D))
    assert "2 条登记招商线索待办,其中 1 条已过期限" in page


@pytest.mark.parametrize("pairs", [1, 3])
def test_suspected_pairs_ask_the_same_number_of_questions(opened, pairs, django_assert_num_queries):
    for number in range(pairs):
        f.organization(f"第{number}长青厂")
        f.organization(f"第{number}长青厂")
    user = f.township()
    opened(user, "duplicate-list", as_of=D)
    with django_assert_num_queries(10):
        assert len(opened(user, "duplicate-list", as_of=D).context["pairs"]) == pairs


def test_tabs_narrow_the_pairs(opened):
    f.organization("长青厂")
    f.organization("长青厂")
    f.organization("启明厂", former_names=["启亮厂"])
    f.organization("启亮厂")
    f.organization("园区厂", f.unit(f.PARK))
    f.organization("园区厂", f.unit(f.PARK))
    user = f.owner()
    counts = {word: number for _, word, number, _ in opened(user, "duplicate-list").context["tabs"]}
    assert (counts["全部"], counts["名称相同"], counts["已认定不是重复"]) == (3, 2, 0)
    assert len(opened(user, "duplicate-list", rule="former").context["pairs"]) == 1
    assert len(opened(user, "duplicate-list", unit=f.PARK).context["pairs"]) == 1
    assert len(opened(f.township(), "duplicate-list").context["pairs"]) == 2
    assert exported(opened(user, "duplicate-export", rule="former")) == ["启明厂"]
    assert sorted(exported(opened(f.township(), "duplicate-export"))) == ["启明厂", "长青厂"]


def test_a_pair_is_found_to_be_two_and_suspected_again(opened, submit):
    one, other = f.organization("长青厂"), f.organization("长青厂")
    user = f.township()
    submit(user, "duplicate-reject", one.pk, other.pk, change_reason="两张执照")
    assert opened(user, "duplicate-list").context["pairs"] == []
    page = opened(user, "duplicate-list", rule="settled")
    assert "两张执照" in words(page)
    submit(user, "duplicate-again", NotDuplicate.objects.get().pk)
    assert len(opened(user, "duplicate-list").context["pairs"]) == 1


def test_two_records_are_compared_merged_and_taken_apart(opened, submit):
    one = f.organization("全南县长青竹木厂", contact_phone="13800001234", industry="C")
    other = f.organization("全南县长青竹木制品厂", contact_phone="0797-2612345", industry="F")
    for row in (one, other):
        f.figures(row, as_of=date(2011, 6, 30 - row.pk % 2), employees=30)
    drain_marks()
    user = f.township()
    page = opened(user, "duplicate-pair", one.pk, other.pk)
    assert "138****1234" in words(page) and "13800001234" not in words(page)
    assert "use_industry" in page.context["form"].fields
    assert "年度数字" in words(page)

    refused = submit(user, "duplicate-pair", one.pk, other.pk, keep="first", first_version=1, second_version=1)
    assert list(refused.context["form"].errors) == ["change_reason"]
    response = submit(
        user,
        "duplicate-pair",
        one.pk,
        other.pk,
        keep="second",
        use_name="first",
        use_industry="second",
        change_reason="同一执照",
        first_version=1,
        second_version=1,
    )
    assert response.url == reverse("organization-detail", args=[other.pk])
    other.refresh_from_db()
    assert (other.name, other.industry, other.figures.count()) == ("全南县长青竹木厂", "F", 2)

    register = opened(user, "organization-list", as_of=D)
    assert "共 1 家" in words(register)
    absorbed = words(opened(user, "organization-detail", one.pk))
    assert "已并入" in absorbed and reverse("organization-detail", args=[other.pk]) in absorbed
    changes = words(opened(user, "organization-detail", other.pk, tab="changes"))
    assert "(并入前“全南县长青竹木厂”)" in changes
    now = date.today().isoformat()
    assert listed(opened(user, "merge-list", as_of=now)) == ["全南县长青竹木厂"]
    assert exported(opened(user, "merge-export", as_of=now)) == ["全南县长青竹木厂"]
    assert listed(opened(f.township(f.PARK), "merge-list", as_of=now)) == []

    merge = OrganizationMerge.objects.get()
    submit(user, "merge-undo", merge.pk, change_reason="是两家")
    assert "共 2 家" in words(opened(user, "organization-list", as_of=D))
    assert listed(opened(user, "merge-list", as_of=now, state="undone")) == ["全南县长青竹木厂"]


def test_comparing_tells_nothing_of_cases_searches_and_recommendations(opened):
    by, one, other = f.owner(), f.organization(), f.organization()
    make.laden(other, by)
    page = opened(f.township(), "duplicate-pair", one.pk, other.pk)
    assert [kind.words for kind in page.context["holdings"]][:3] == ["年度数字", "台账事项", "党群组织的覆盖"]
    for word in ("维权个案", "党员排查", "推优"):
        assert word not in [kind.words for kind in page.context["holdings"]]


def test_another_record_is_found_by_its_code(submit):
    one, other = f.organization(), f.organization()
    theirs = f.organization(under=f.unit(f.PARK))
    user = f.township()
    response = submit(user, "organization-merge", one.pk, code=other.uscc)
    assert response.url == reverse("duplicate-pair", args=[one.pk, other.pk])
    for code in (one.uscc, theirs.uscc, "没有"):
        assert submit(user, "organization-merge", one.pk, code=code).status_code == 200


def test_a_merged_record_is_in_no_list_search_export_form_or_api(opened, submit):
    kept, gone = f.organization("长青厂"), f.organization("旧长青厂")
    for row in (kept, gone):
        f.figures(row, employees=30)
    drain_marks()
    user = f.owner()
    assert "旧长青厂" in words(opened(user, "organization-list", as_of=D))
    merge_organizations(kept=kept, absorbed=gone, reason="录重", by=user, now=f.NOW)
    Organization.objects.filter(pk=kept.pk).update(former_names=[], search_text=" 长青厂 长青 青厂 ")
    drain_marks()

    for name in ("organization-list", "coverage-organizations", "api-organizations", "branch-list"):
        assert "旧长青厂" not in words(opened(user, name, as_of=D)), name
    assert "旧长青厂" not in words(opened(user, "organization-list", as_of=D, q="旧长"))
    assert "旧长青厂" not in str(exported(opened(user, "organization-export", as_of=D)))
    assert opened(user, "api-organization", gone.pk, as_of=D).status_code == 404
    for name in ("organization-correct", "figures-record", "organization-move", "body-found"):
        assert opened(user, name, gone.pk).status_code == 404, name
    response = submit(
        user,
        "body-found",
        kept.pk,
        form=_form("union_joint"),
        composition="joint_area",
        name="联合工会",
        founded_on="2011-01-01",
        founded_precision="day",
        others=gone.uscc,
    )
    assert gone.uscc in words(response) and response.status_code == 200


def _form(code: str) -> int:
    from orgs.models import BodyForm

    return BodyForm.objects.get(code=code).pk
