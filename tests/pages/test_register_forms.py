"""Writing through the pages: what is saved shows at the next page load, what is refused says how to mend it."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.domain.spans import drain_marks, verify
from orgs.domain.organizations import correct_organization
from orgs.models import Branch, Exclusion, Figures, Organization
from quannan.base.models import AuditEntry
from tests import factories as make

DETAIL = "organization-detail"
D = "2011-06-30"
FACTS = {
    "name": "全南县朝阳家具厂",
    "uscc": make.uscc(77_000_001),
    "kind": "enterprise",
    "registered_on": "2010-03-05",
    "registered_precision": "day",
    "former_names": "全南县朝阳木器厂、朝阳家具店",
    "contact_name": "丘晓明",
    "contact_phone": "0797-2612345",
}


def words(response) -> str:
    return response.content.decode()


def test_organization_created_is_found_in_the_list(opened, submit):
    user = make.township()
    response = submit(user, "organization-create", **FACTS, unit=make.unit().pk)
    row = Organization.objects.get(name="全南县朝阳家具厂")
    assert response.url == reverse(DETAIL, args=[row.pk])
    assert row.former_names == ["全南县朝阳木器厂", "朝阳家具店"]
    assert "全南县朝阳家具厂" in words(opened(user, "organization-list", as_of=D))


def test_form_with_errors_keeps_what_was_typed_and_lists_every_sentence(submit):
    user = make.township()
    response = submit(user, "organization-create", **(FACTS | {"uscc": "91360729MA", "name": ""}), unit=make.unit().pk)
    text = words(response)
    assert "请填写单位名称。" in text
    assert "data-focus-first" in text
    assert "全南县朝阳木器厂、朝阳家具店" in text
    assert not Organization.objects.exists()


def test_code_error_stands_beside_its_field(submit):
    response = submit(make.township(), "organization-create", **(FACTS | {"uscc": "91360729MA"}), unit=make.unit().pk)
    assert list(response.context["form"].errors) == ["uscc"]


def test_township_cannot_create_under_another_unit(submit):
    response = submit(make.township(), "organization-create", **FACTS, unit=make.unit(make.PARK).pk)
    assert list(response.context["form"].errors) == ["unit"]
    assert not Organization.objects.exists()


def test_head_count_over_the_threshold_moves_verdict_and_county_figure_at_once(opened, submit):
    user = make.township()
    row = make.organization()
    make.figures(row, date(2011, 1, 31), employees=20)
    drain_marks()
    assert "未建 0" in words(opened(user, "coverage-dashboard", as_of=D))
    response = submit(user, "figures-record", row.pk, as_of=D, employees="30")
    assert response.status_code == 302
    union = {v.line: v for v in opened(user, DETAIL, row.pk, as_of=D).context["verdicts"]}["union"]
    assert (union.label, union.reason, union.missing) == ("应建未建", "从业人员 30 人,已达 25 人标准", "还差1个工会")
    counts = opened(user, "coverage-dashboard", as_of=D).context["report"].populations["all"].lines["union"]
    assert (counts.eligible, counts.covered) == (1, 0)
    assert verify().differences == []


def test_timeline_tells_the_consequence_in_words(opened, submit):
    user = make.township()
    row = make.organization()
    make.figures(row, date(2011, 1, 31), employees=20)
    drain_marks()
    submit(user, "figures-record", row.pk, as_of=D, employees="30")
    event = opened(user, DETAIL, row.pk, as_of=D).context["events"][0]
    assert (event.text, event.consequences) == ("年度数字:从业人员 20→30", ["自此应建工会"])


def test_fewer_employees_ask_for_a_reason(submit):
    user = make.township()
    row = make.organization()
    make.figures(row, date(2011, 1, 31), employees=40)
    response = submit(user, "figures-record", row.pk, as_of=D, employees="30")
    assert list(response.context["form"].errors) == ["change_reason"]
    assert submit(user, "figures-record", row.pk, as_of=D, employees="30", change_reason="裁员").status_code == 302


def test_revenue_is_typed_in_ten_thousands_and_kept_in_yuan(submit):
    row = make.organization()
    submit(make.township(), "figures-record", row.pk, as_of=D, employees="30", annual_revenue="1138.77")
    assert str(Figures.objects.get().annual_revenue_yuan) == "11387700.00"


def test_correction_of_figures_shows_what_somebody_else_changed(opened, submit):
    user = make.township()
    row = make.organization()
    figures = make.figures(row, employees=40, women=10)
    seen = opened(user, "figures-correct", row.pk, figures.pk).context["form"].initial["seen"]
    Figures.objects.update(women=12)
    sent = {"employees": "45", "women": "10", "seen": seen, "change_reason": "更正"}
    response = submit(user, "figures-correct", row.pk, figures.pk, **sent)
    assert [(d.label, d.seen, d.theirs, d.mine) for d in response.context["differences"]] == [
        ("其中:女性", "10", "12", "10"),
        ("从业人员", "40", "40", "45"),
    ]
    assert Figures.objects.get().employees == 40
    again = response.context["form"]
    submit(user, "figures-correct", row.pk, figures.pk, **(sent | {"seen": again.data["seen"]}))
    assert (Figures.objects.get().employees, Figures.objects.get().women) == (45, 10)


def test_stale_save_shows_the_difference_and_loses_nothing(opened, submit):
    user = make.township()
    row = make.organization("全南县甲木业有限公司")
    form = opened(user, "organization-correct", row.pk).context["form"].initial
    correct_organization(organization=row, version=1, changes={"remark": "已搬到新厂房"}, by=user, now=timezone.now())
    sent = {k: v or "" for k, v in form.items()} | {"remark": "待核实", "industry": "C"}
    sent["registered_on"] = str(sent["registered_on"])
    response = submit(user, "organization-correct", row.pk, **sent)
    assert [(d.label, d.theirs, d.mine) for d in response.context["differences"]] == [
        ("备注", "已搬到新厂房", "待核实"),
        ("行业门类", "—", "C"),
    ]
    row.refresh_from_db()
    assert row.remark == "已搬到新厂房"
    assert "待核实" in words(response)
    submit(user, "organization-correct", row.pk, **(sent | {"version": response.context["form"].data["version"]}))
    row.refresh_from_db()
    assert (row.remark, row.industry) == ("待核实", "C")


def test_correction_leaves_the_hidden_contact_alone(opened, submit):
    user = make.township()
    row = make.organization(contact_name="丘晓明", contact_phone="0797-2612345")
    page = opened(user, "organization-correct", row.pk)
    assert "丘晓明" not in words(page)
    sent = {k: v or "" for k, v in page.context["form"].initial.items()} | {"remark": "无"}
    submit(user, "organization-correct", row.pk, **(sent | {"registered_on": str(sent["registered_on"])}))
    row.refresh_from_db()
    assert (row.contact_name, row.remark) == ("丘晓明", "无")


def test_excluded_organization_leaves_the_base_and_comes_back(opened, submit):
    user = make.township()
    row = make.organization()
    make.figures(row, employees=30)
    drain_marks()
    sent = {"state": "suspended", "from_": "2011-06-01", "change_reason": "停电检修", "approver": "钟主任"}
    assert submit(user, "organization-exclude", row.pk, **sent).status_code == 302
    assert opened(user, "coverage-dashboard", as_of=D).context["base"].excluded == 1
    exclusion = Exclusion.objects.get()
    submit(user, "organization-include", row.pk, exclusion.pk, last_day="2011-06-20", change_reason="复工")
    assert opened(user, "coverage-dashboard", as_of=D).context["base"].excluded == 0


def test_closed_organization_leaves_and_can_be_reopened(opened, submit):
    user = make.township()
    row = make.organization()
    drain_marks()
    submit(user, "organization-close", row.pk, state="deregistered", on="2011-05-01", change_reason="注销通知书")
    text = words(opened(user, DETAIL, row.pk, as_of=D))
    assert "不在册" in text
    submit(user, "organization-reopen", row.pk, change_reason="登记错了")
    row.refresh_from_db()
    assert row.closed_on is None


def test_moved_organization_leaves_the_senders_sight(opened, submit):
    user = make.township()
    row = make.organization()
    drain_marks()
    response = submit(
        user, "organization-move", row.pk, unit=make.unit(make.PARK).pk, on="2012-01-01", change_reason="迁入园区"
    )
    assert response.url == reverse("organization-list")
    assert opened(user, DETAIL, row.pk).status_code == 404
    assert opened(user, DETAIL, row.pk, as_of=D).status_code == 200


def test_body_founded_counts_at_once_and_waits_for_confirmation(opened, submit):
    user = make.township()
    row = make.organization()
    make.figures(row, employees=30)
    drain_marks()
    form = next(
        f
        for f in opened(user, "body-found", row.pk).context["form"].fields["form"].queryset
        if f.code == "union_committee"
    )
    sent = {"form": form.pk, "composition": "own", "founded_on": "2011-06-01", "founded_precision": "day"}
    assert submit(user, "body-found", row.pk, **sent).status_code == 302
    union = {v.line: v for v in opened(user, DETAIL, row.pk, as_of=D).context["verdicts"]}["union"]
    assert (union.label, union.unconfirmed) == ("已建", True)
    membership = row.memberships.get()
    submit(make.union_office(), "body-confirm", row.pk, membership.pk)
    assert Branch.objects.get().confirmed_at is not None


def test_line_department_edits_its_own_line_alone(opened):
    user = make.union_office()
    row = make.organization()
    lines = {form.line for form in opened(user, "body-found", row.pk).context["form"].fields["form"].queryset}
    assert lines == {"union", "women_workers"}


def test_joint_body_covers_others_by_their_codes(opened, submit):
    user = make.township()
    first, second = make.organization(), make.organization()
    form = next(
        f
        for f in opened(user, "body-found", first.pk).context["form"].fields["form"].queryset
        if f.code == "union_joint"
    )
    sent = {
        "form": form.pk,
        "composition": "joint_area",
        "name": "城厢镇木业联合工会",
        "founded_on": "2011-02-01",
        "founded_precision": "day",
    }
    response = submit(user, "body-found", first.pk, **sent, others=f"{second.uscc}\n91360729MA00000000")
    assert "您的范围内没有这些代码的组织:91360729MA00000000" in words(response)
    submit(user, "body-found", first.pk, **sent, others=second.uscc)
    assert {m.organization for m in Branch.objects.get().memberships.all()} == {first, second}
    membership = second.memberships.get()
    submit(user, "body-leave", second.pk, membership.pk, last_day="2011-03-31", change_reason="自建工会")
    membership.refresh_from_db()
    assert membership.period.upper == date(2011, 4, 1)
    third = make.organization()
    submit(user, "body-join", third.pk, branch=Branch.objects.get().pk, from_="2011-05-01")
    assert third.memberships.get().period.lower == date(2011, 5, 1)


def test_contact_is_masked_and_revealed_with_a_reason_that_is_logged(opened, submit):
    user = make.township()
    row = make.organization(contact_name="丘晓明", contact_phone="0797-2612345")
    text = words(opened(user, DETAIL, row.pk))
    assert "丘**" in text
    assert "丘晓明" not in text
    assert "2612345" not in text
    assert "丘晓明" not in words(submit(user, "contact-reveal", row.pk, reason="", follow=True))
    response = submit(user, "contact-reveal", row.pk, reason="通知年检")
    assert "丘晓明" in words(response)
    assert response.headers["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(action="organization.reveal_contact")
    assert (entry.actor, entry.detail["reason"]) == (user, "通知年检")


def test_get_of_the_reveal_is_refused(opened):
    row = make.organization(contact_name="丘晓明")
    assert opened(make.township(), "contact-reveal", row.pk).status_code == 405


@pytest.mark.parametrize(
    "name",
    [
        "organization-correct",
        "figures-record",
        "organization-exclude",
        "organization-close",
        "organization-move",
        "body-found",
    ],
)
def test_other_units_organization_is_not_there(opened, submit, name):
    row = make.organization(under=make.unit(make.PARK))
    assert opened(make.township(), name, row.pk).status_code == 404
    assert submit(make.township(), name, row.pk).status_code == 404
