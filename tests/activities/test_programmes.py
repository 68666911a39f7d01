"""Programmes and kinds as the owner office keeps them."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from activities.domain.programmes import add_kind, add_programme, correct_entry, end_entry
from activities.domain.reference import load_reference
from activities.models import ActivityKind, Programme
from orgs.domain.refusals import NotAllowed
from tests import factories as f
from tests.activities import making

pytestmark = pytest.mark.django_db
END = {"last_day": date(2011, 6, 30), "reason": "活动已结束", "by": None, "now": f.NOW}


def test_the_start_values_cover_every_line_of_the_policy():
    making.reference()
    lines = {line: set(Programme.objects.filter(line=line).values_list("name", flat=True)) for line in ("party", "")}
    assert {"创先争优", "党员责任区", "红领津贴"} <= lines["party"]
    assert lines[""] == {"党群信息流动党课", "党群信息移动平台"}
    assert ActivityKind.objects.count() == 14


def test_loading_again_leaves_alone_what_a_county_changed():
    making.reference()
    row = making.programme()
    row.name = "创先争优活动"
    row.save()
    end_entry(entry=making.kind("culture"), **END)
    Programme.objects.filter(code="hljt").delete()
    before = Programme.objects.count()
    load_reference()
    assert Programme.objects.count() == before + 1
    assert Programme.objects.get(code="cxzy").name == "创先争优活动"
    assert making.kind("culture").last_day == date(2011, 6, 30)


def test_an_unused_entry_is_reworded_and_a_used_one_is_not():
    row = add_programme(name="读书月", line="union", by=f.owner(), now=f.NOW)
    assert correct_entry(entry=row, name="读书季", line="", by=None, now=f.NOW).name == "读书季"
    making.activity(f.organization(), programme=row)
    with pytest.raises(ValidationError) as error:
        correct_entry(entry=row, name="读书年", line="", by=None, now=f.NOW)
    assert "1 项活动" in str(error.value)
    assert correct_entry(entry=row, name="读书季", clause="三(三)", by=None, now=f.NOW).clause == "三(三)"


def test_the_same_name_twice_is_refused():
    add_kind(name="读书会", by=None, now=f.NOW)
    with pytest.raises(ValidationError):
        add_kind(name="读书会", by=None, now=f.NOW)


def test_an_entry_ends_after_the_last_activity_that_uses_it():
    row = making.kind("culture")
    making.activity(f.organization(), kind=row, held_on=date(2011, 7, 1))
    with pytest.raises(ValidationError):
        end_entry(entry=row, **END)
    ended = end_entry(entry=row, **(END | {"last_day": date(2011, 7, 1)}))
    assert ended.last_day == date(2011, 7, 1)
    with pytest.raises(ValidationError):
        end_entry(entry=row, **END)


@pytest.mark.parametrize("role", ["line_department", "unit_office", "secretary", "filer", "leader", "technician"])
def test_only_the_owner_office_keeps_the_lists(role):
    by, row = f.account(role), making.kind()
    for act in (
        lambda: add_kind(name="读书会", by=by, now=f.NOW),
        lambda: add_programme(name="读书月", by=by, now=f.NOW),
        lambda: correct_entry(entry=row, name="别的", by=by, now=f.NOW),
        lambda: end_entry(entry=row, **(END | {"by": by})),
    ):
        with pytest.raises(NotAllowed):
            act()
