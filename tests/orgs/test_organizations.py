"""Entering, correcting, closing and reopening an organization."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.domain.organizations import (
    close_organization,
    correct_organization,
    create_organization,
    reopen_organization,
)
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Organization, Placement
from quannan.base.models import AuditEntry
from tests import factories as f

pytestmark = pytest.mark.django_db


def enter(**changes):
    """A lawful entry by 城厢镇, with one thing changed."""
    facts = {
        "name": "全南县青竹工艺厂",
        "kind": "enterprise",
        "registered_on": date(2010, 3, 1),
        "uscc": f.uscc(77),
        "by": changes.pop("by") if "by" in changes else f.township(),
        "now": f.NOW,
    }
    unit = changes.pop("unit", None) or f.unit()
    return create_organization(**(facts | {"unit": unit} | changes))


def problems(error) -> dict[str, list[str]]:
    return {field: [e.code for e in errors] for field, errors in error.value.error_dict.items()}


def test_entering_stores_the_row_its_unit_and_the_trail():
    by = f.township()

    row = enter(by=by, contact_name="王小明", contact_phone="0797-0123456", former_names=["青竹厂", "青竹厂"])

    row.refresh_from_db()
    assert (row.name, row.uscc, row.version, row.former_names) == ("全南县青竹工艺厂", f.uscc(77), 1, ["青竹厂"])
    assert (row.name_key, row.sort_key[:16]) == ("全南县青竹工艺厂", "quan nan xian qi")
    assert row.contact_phone == "0797-0123456"
    placement = Placement.objects.get(organization=row)
    assert (placement.unit, placement.period.lower, placement.period.upper) == (f.unit(), None, None)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.object_id, entry.at) == ("organization.create", by, str(row.pk), f.NOW)
    assert "0797" not in str(entry.detail)


def test_entering_announces_the_change_once(monkeypatch):
    told = []
    from quannan.base import events

    monkeypatch.setitem(events._subscribers, "register.changed", [lambda **payload: told.append(payload)])

    row = enter()

    assert told == [{"organization_ids": [row.pk]}]


def test_codes_are_stored_half_width_and_upper_case():
    row = enter(uscc=" " + f.uscc(78).lower() + " ", old_code="75421536-x")

    assert (row.uscc, row.old_code) == (f.uscc(78), "75421536-X")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": "  "}, {"name": ["required"]}),
        ({"name": "长" * 121}, {"name": ["too_long"]}),
        ({"former_names": ["短", "长" * 121]}, {"former_names": ["too_long"]}),
        ({"kind": "school"}, {"kind": ["bad_kind"]}),
        ({"uscc": f.uscc(77)[:-1]}, {"uscc": ["bad_uscc"]}),
        ({"old_code": "12"}, {"old_code": ["bad_old_code"]}),
        ({"registered_on": date(2012, 11, 6)}, {"registered_on": ["future"]}),
        ({"registered_on": None}, {"registered_on": ["required"]}),
        ({"registration_type": "association"}, {"registration_type": ["kind_differs"]}),
        ({"registration_type": "circus"}, {"registration_type": ["not_listed"]}),
        ({"industry": "Z"}, {"industry": ["not_listed"]}),
        (
            {"name": "", "uscc": "9", "registered_on": date(2013, 1, 1)},
            {"name": ["required"], "uscc": ["bad_uscc"], "registered_on": ["future"]},
        ),
    ],
)
def test_entering_is_refused_with_every_problem_at_its_field(changes, expected):
    with pytest.raises(ValidationError) as error:
        enter(**changes)

    assert problems(error) == expected
    assert not Organization.objects.exists()


def test_a_name_that_grows_when_it_is_written_out_still_fits():
    row = enter(name="㈱" * 120)

    assert len(row.name_key) == 120


def test_a_code_in_ones_own_unit_is_refused_with_the_name_of_its_holder():
    f.organization("老厂", uscc=f.uscc(77))

    with pytest.raises(ValidationError) as error:
        enter()

    assert error.value.message_dict == {"uscc": ["统一社会信用代码已由“老厂”使用,请核对代码,或打开那家组织修改。"]}


def test_a_code_in_another_unit_is_refused_without_naming_its_holder():
    f.organization("别处的厂", under=f.unit(f.PARK), uscc=f.uscc(77))

    with pytest.raises(ValidationError) as error:
        enter()

    assert "别处的厂" not in str(error.value)
    assert problems(error) == {"uscc": ["duplicate"]}


def test_a_namesake_is_refused_only_where_there_is_no_code():
    f.organization("全南县 青竹工艺厂")

    assert enter(uscc=f.uscc(79)).pk
    with pytest.raises(ValidationError) as error:
        enter(uscc=None)
    assert problems(error) == {"name": ["duplicate"]}


def test_a_unit_outside_the_subtree_is_refused():
    with pytest.raises(NotAllowed):
        enter(by=f.township(), unit=f.unit(f.PARK))

    assert not Organization.objects.exists()


def test_a_correction_counts_the_version_and_keeps_the_old_name():
    row = f.organization("旧名厂", remark="甲")

    changed = correct_organization(
        organization=row,
        version=1,
        changes={"name": "新名厂", "remark": "甲", "industry": "C"},
        reason="更名登记",
        by=f.owner(),
        now=f.NOW,
    )

    changed.refresh_from_db()
    assert (changed.version, changed.name, changed.former_names, changed.industry) == (2, "新名厂", ["旧名厂"], "C")
    assert "旧名厂" in changed.search_text
    assert AuditEntry.objects.get().detail == {
        "changes": {"name": ["旧名厂", "新名厂"], "industry": ["", "C"], "former_names": [[], ["旧名厂"]]},
        "reason": "更名登记",
    }


def test_a_correction_without_a_difference_leaves_no_trace():
    row = f.organization("旧名厂")

    same = correct_organization(organization=row, version=1, changes={"name": "旧名厂 "}, by=f.owner(), now=f.NOW)

    assert same.version == 1
    assert not AuditEntry.objects.exists()
    assert row.events.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "新名厂"},
        {"uscc": f.uscc(8001)},
        {"old_code": "75421536-X"},
        {"kind": "social"},
        {"registered_on": date(2009, 5, 1)},
    ],
)
def test_what_decides_which_organization_it_is_changes_only_for_a_reason(changes):
    row = f.organization("旧名厂", old_code="85421536-X")

    with pytest.raises(ValidationError) as error:
        correct_organization(organization=row, version=1, changes=changes, by=f.owner(), now=f.NOW)

    assert problems(error) == {"reason": ["required"]}
    row.refresh_from_db()
    assert (row.name, row.version) == ("旧名厂", 1)


def test_a_registration_after_the_closing_is_refused_with_the_constraints_sentence():
    row = f.organization(closed_on=date(2010, 1, 1), closed_state="moved_out")

    with pytest.raises(ValidationError) as error:
        correct_organization(
            organization=row,
            version=1,
            changes={"registered_on": date(2010, 1, 1)},
            reason="登记证照",
            by=f.owner(),
            now=f.NOW,
        )

    assert error.value.messages == ["注销或迁出日期应晚于登记日期,请核对两个日期。"]


def test_a_first_code_needs_no_reason():
    row = f.organization("旧名厂", uscc=None)

    changed = correct_organization(organization=row, version=1, changes={"uscc": f.uscc(81)}, by=f.owner(), now=f.NOW)

    assert changed.uscc == f.uscc(81)


def test_contact_data_never_reaches_the_trail():
    row = f.organization(contact_name="李大山", contact_phone="0797-0111111")

    correct_organization(
        organization=row, version=1, changes={"contact_phone": "0797-0222222"}, by=f.owner(), now=f.NOW
    )

    assert AuditEntry.objects.get().detail["changes"] == {"contact_phone": "已更改"}


def test_the_second_of_two_editors_is_shown_the_difference():
    row = f.organization("旧名厂", remark="原备注")
    correct_organization(organization=row, version=1, changes={"remark": "第一人写"}, by=f.owner(), now=f.NOW)

    with pytest.raises(StaleRecord) as refused:
        correct_organization(
            organization=row,
            version=1,
            changes={"remark": "第二人写", "industry": "C"},
            by=f.owner(),
            now=f.NOW,
        )

    assert refused.value.theirs == {"remark": ("原备注", "第一人写")}
    assert refused.value.mine == {"remark": ("原备注", "第二人写"), "industry": ("", "C")}
    assert refused.value.current.version == 2
    row.refresh_from_db()
    assert (row.remark, row.industry) == ("第一人写", "")


def test_the_second_editor_may_save_again_on_what_is_there_now():
    row = f.organization("旧名厂")
    correct_organization(organization=row, version=1, changes={"remark": "一"}, by=f.owner(), now=f.NOW)

    again = correct_organization(organization=row, version=2, changes={"industry": "C"}, by=f.owner(), now=f.NOW)

    assert (again.remark, again.industry, again.version) == ("一", "C", 3)


def test_a_fact_that_is_none_is_a_programming_error():
    with pytest.raises(ValueError, match="closed_on"):
        correct_organization(
            organization=f.organization(), version=1, changes={"closed_on": f.TODAY}, by=None, now=f.NOW
        )


def test_closing_takes_the_organization_out_from_that_day():
    row = close_organization(
        organization=f.organization(),
        state="deregistered",
        on=date(2012, 5, 1),
        reason="注销通知书",
        by=f.owner(),
        now=f.NOW,
    )

    assert (row.closed_state, row.version) == ("deregistered", 2)
    assert not Organization.objects.registered_at(date(2012, 5, 1)).exists()
    assert Organization.objects.registered_at(date(2012, 4, 30)).exists()
    assert AuditEntry.objects.get().action == "organization.close"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "suspended"}, {"closed_state": ["bad_state"]}),
        ({"reason": " "}, {"reason": ["required"]}),
        ({"on": date(2012, 11, 6)}, {"closed_on": ["future"]}),
        ({"on": f.REGISTERED}, {"__all__": [None]}),
    ],
)
def test_closing_is_refused(changes, expected):
    row = f.organization()
    act = {"state": "moved_out", "on": date(2012, 5, 1), "reason": "迁往邻县", "by": f.owner(), "now": f.NOW}

    with pytest.raises(ValidationError) as error:
        close_organization(organization=row, **(act | changes))

    assert problems(error) == expected
    row.refresh_from_db()
    assert row.closed_on is None


def test_closing_twice_is_refused_and_reopening_undoes_the_first():
    by = f.owner()
    row = f.organization()
    act = {"state": "moved_out", "on": date(2012, 5, 1), "reason": "迁往邻县", "by": by, "now": f.NOW}
    close_organization(organization=row, **act)

    with pytest.raises(ValidationError) as error:
        close_organization(organization=row, **act)
    assert error.value.code == "closed"

    opened = reopen_organization(organization=row, reason="登记有误", by=by, now=f.NOW)
    assert (opened.closed_on, opened.closed_state, opened.version) == (None, "", 3)
    with pytest.raises(ValidationError) as error:
        reopen_organization(organization=row, reason="登记有误", by=by, now=f.NOW)
    assert error.value.code == "not_closed"
