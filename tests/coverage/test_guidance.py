"""分类指导 in the domain: the given class before the computed one, what was done, the path of class C."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from coverage.domain.classes import class_condition, guidance_of, with_class
from coverage.domain.guidance import (
    correct_measure,
    end_override,
    override_class,
    record_measure,
    remove_measure,
    suggested,
)
from coverage.domain.spans import drain_marks
from coverage.models import GuidanceMeasure, GuidanceOverride, Span
from coverage.queries_guidance import STEPS, class_counts, guidance_rows, guidance_spans, paths_of, step_condition
from orgs.domain.refusals import NotAllowed, StaleRecord
from tests import factories as f
from tests import makers_gaps as make
from tests import makers_support as support

DAY = date(2011, 6, 30)
pytestmark = pytest.mark.usefixtures("rules")


def classes(day: date = DAY) -> dict[str, str]:
    """By the list, by the filter and by the page: they must agree."""
    drain_marks()
    spans = Span.objects.at(day).order_by("organization")
    listed = {span.organization.name: span.guidance for span in with_class(spans, day)}
    found = {letter: set(spans.filter(class_condition(letter, day)).values_list("pk", flat=True)) for letter in "ABC"}
    for span in spans:
        said = guidance_of(span.organization, day, span)
        assert listed[span.organization.name] == (said.letter if said else "")
        assert [letter for letter in "ABC" if span.pk in found[letter]] == ([said.letter] if said else [])
    return listed


def give(row, letter, by, *, from_=DAY, version=0):
    return override_class(
        organization=row, letter=letter, reason="作用发挥好", from_=from_, version=version, by=by, now=f.NOW
    )


def test_an_override_holds_from_its_day_until_it_is_ended_and_the_computed_class_stands_beside_it():
    row, by = f.organization("未建"), f.township()
    given = give(row, "B", by, from_=date(2011, 5, 1))
    assert [classes(day) for day in (date(2011, 4, 30), DAY)] == [{"未建": "C"}, {"未建": "B"}]
    said = guidance_of(row, DAY, Span.objects.at(DAY).get())
    assert (said.letter, said.computed, said.reasons, said.given) == ("B", "C", ("还没有党组织覆盖",), given)
    end_override(override=given, last_day=DAY, reason="已改进", version=1, by=by, now=f.NOW)
    assert [classes(day) for day in (DAY, date(2011, 7, 1))] == [{"未建": "B"}, {"未建": "C"}]


def test_an_excluded_organization_has_no_class_whatever_was_given():
    row = f.organization("停产")
    f.excluded(row)
    make.override(row, "A")
    assert classes() == {"停产": ""}


def test_a_second_override_follows_the_first_and_a_stale_one_is_refused():
    row, by = f.organization(), f.owner()
    give(row, "B", by, from_=date(2011, 5, 1))
    with pytest.raises(StaleRecord):
        give(row, "A", by)
    give(row, "A", by, version=1)
    give(row, "C", by, version=2)
    told = [(o.letter, o.period.lower, o.period.upper) for o in GuidanceOverride.objects.order_by("period")]
    assert told == [("B", date(2011, 5, 1), DAY), ("C", DAY, None)]
    with pytest.raises(IntegrityError), transaction.atomic():
        make.override(row, "A")


def test_an_old_form_does_not_act_on_the_override_that_followed():
    row, by = f.organization(), f.owner()
    old = give(row, "B", by, from_=date(2011, 5, 1))
    end_override(override=old, last_day=date(2011, 5, 31), reason="已改进", version=1, by=by, now=f.NOW)
    said = {"organization": row, "reason": "再调", "by": by, "now": f.NOW}
    with pytest.raises(StaleRecord) as stale:
        override_class(**said, letter="A", from_=DAY, version=1, opened=old.pk)
    assert stale.value.theirs["period"][1].upper == date(2011, 6, 1)
    new = override_class(**said, letter="A", from_=date(2011, 6, 1), version=0, opened=0)
    assert new.version == old.version
    for opened in (0, old.pk):
        with pytest.raises(StaleRecord):
            override_class(**said, letter="C", from_=DAY, version=1, opened=opened)
    with pytest.raises(StaleRecord):
        end_override(override=new, last_day=DAY, reason="恢复", version=1, by=by, now=f.NOW, opened=old.pk)
    assert GuidanceOverride.objects.get(period__upper_inf=True).letter == "A"


def test_a_measure_that_is_gone_is_told_to_the_second_who_removes_it():
    row, by = f.organization(), f.owner()
    first = make.measure(row)
    second = GuidanceMeasure.objects.get(pk=first.pk)
    remove_measure(measure=first, reason="登记错了", by=by, now=f.NOW)
    with pytest.raises(ValidationError) as error:
        remove_measure(measure=second, reason="登记错了", by=by, now=f.NOW)
    assert error.value.messages == ["这条指导措施已经删除,不用再办。"]


def test_who_may_not_is_refused():
    row = f.organization()
    for by in (f.union_office(), f.account("leader"), f.account("secretary", organization=row), f.township(f.PARK)):
        with pytest.raises(NotAllowed):
            give(row, "A", by)
        with pytest.raises(NotAllowed):
            record_measure(organization=row, done_on=DAY, kind="visit", note="", by=by, now=f.NOW)


def test_a_measure_is_recorded_corrected_and_removed_with_its_history():
    row, by = f.organization(), f.township()
    measure = record_measure(organization=row, done_on=DAY, kind="visit", note=" 谈了组建 ", by=by, now=f.NOW)
    assert measure.note == "谈了组建"
    said = {"done_on": DAY, "note": "", "version": 1, "by": by, "now": f.NOW}
    with pytest.raises(ValidationError) as error:
        correct_measure(measure=measure, kind="other", **said)
    assert set(error.value.error_dict) == {"note"}
    assert correct_measure(measure=measure, kind="train", **said).version == 2
    with pytest.raises(StaleRecord):
        correct_measure(measure=measure, kind="visit", **said)
    remove_measure(measure=measure, reason="登记到别家了", by=by, now=f.NOW)
    history = GuidanceMeasure._meta.get_field("events").related_model
    assert not GuidanceMeasure.objects.exists()
    assert [event.kind for event in history.objects.order_by("pgh_id")] == ["visit", "train", "train"]


@pytest.mark.parametrize(("kind", "day"), [("nothing", DAY), ("visit", date(2013, 1, 1)), ("visit", date(2000, 1, 1))])
def test_a_measure_of_no_kind_or_of_an_impossible_day_is_refused(kind, day):
    with pytest.raises(ValidationError):
        record_measure(organization=f.organization(), done_on=day, kind=kind, note="", by=f.owner(), now=f.NOW)


def test_the_path_tells_what_was_done_and_never_how_many():
    by = f.owner()
    nothing, searched, told, sent, massed = (f.organization(name) for name in ("无", "查过", "登记过", "派过", "群团"))
    support.search(searched, by, unit=f.unit())
    make.measure(told, "search")
    support.instructor(sent)
    f.covered(massed, line="league")
    drain_marks()
    day = date(2012, 10, 1)
    spans = Span.objects.at(day).select_related("organization").order_by("organization")
    paths = paths_of(spans, day)
    by_name = {span.organization.name: paths[span.organization_id] for span in spans}
    assert {name: path.next for name, path in by_name.items()} == {
        "无": "排查党员", "查过": "选派指导员", "登记过": "选派指导员", "派过": "排查党员", "群团": "排查党员",
    }  # fmt: skip
    assert by_name["群团"].massed
    for step, _ in STEPS:
        found = {span.organization.name for span in spans.filter(step_condition(step, day))}
        assert found == {name for name, path in by_name.items() if getattr(path, step)}
    assert suggested("C", (), by_name["派过"]) == ("排查党员", "先建群团", "组建党组织")


def test_suggestions_follow_class_and_reasons():
    row = f.organization("缺三样")
    f.covered(row, confirmed=False)
    drain_marks()
    (shown,) = guidance_rows(guidance_spans(f.owner(), DAY), as_of=DAY)
    assert shown.guidance.letter == "B"
    assert shown.suggestions == (
        "请组织部门确认党组织",
        "补登换届,没有选举过的按期选举",
        "选好配强书记,从人才库推荐或上级选派",
        "选派指导员",
    )


@pytest.mark.parametrize("number", [1, 4])
def test_the_list_and_its_counts_take_the_same_number_of_questions(number, django_assert_num_queries):
    user = f.owner()
    for _ in range(number):
        f.covered(f.organization())
        make.override(f.organization(), "B")
    drain_marks()
    user.assignments  # noqa: B018 - read once for every page
    list(guidance_rows(guidance_spans(user, DAY), as_of=DAY))
    with django_assert_num_queries(15):
        list(guidance_rows(guidance_spans(user, DAY), as_of=DAY))
        assert [one.count for one in class_counts(guidance_spans(user, DAY))] == [0, 2 * number, 0]
