"""Schemes from draft to end, sheets from the first score to the confirmed result."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from evaluation.domain.assessments import LinesChanged, Rating, rate, rating_of
from evaluation.domain.confirming import confirm_many, plan_confirmations, reopen
from evaluation.domain.indicators import add_indicator, correct_indicator, move_indicator, remove_indicator
from evaluation.domain.schemes import (
    close_scheme,
    copy_scheme,
    correct_scheme,
    create_scheme,
    faults_before_opening,
    open_scheme,
    set_bands,
)
from evaluation.models import Assessment, Band, Indicator, Scheme, Score
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.models import Role, RoleAssignment, Unit
from quannan.base.errors import Refused
from quannan.base.models import AuditEntry
from tests import factories
from tests import makers_scores as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.organization("竹木厂")


@pytest.fixture
def sheet(firm):
    return make.sheet(make.opened(), firm)


# the scheme ------------------------------------------------------------------------------------


def test_opening_makes_a_sheet_for_whoever_was_in_the_register_on_its_day(firm):
    factories.organization("后登记厂", registered_on=date(2011, 1, 1))
    factories.organization("商会", kind="social")
    factories.excluded(factories.organization("停产厂"), from_=date(2010, 6, 1))
    row = make.opened()
    assert list(row.assessments.values_list("organization__name", "missing", "total")) == [("竹木厂", 6, None)]
    assert AuditEntry.objects.filter(action="scheme.open").get().detail["assessments"] == 1
    with pytest.raises(Refused, match="已经启动"):
        open_scheme(scheme=row, by=None, now=NOW)


def test_opening_takes_one_statement_whatever_the_number():
    counts = []
    for number in (1, 4):
        for _ in range(number):
            factories.organization()
        row = make.scheme(name=f"方案{number}")
        with CaptureQueriesContext(
            connection,
        ) as seen:
            open_scheme(scheme=row, by=None, now=NOW)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_scheme_of_units_makes_a_sheet_for_every_unit_below_the_county():
    row = make.opened(subject="unit", of_kinds=[])
    assert row.assessments.count() == Unit.objects.filter(is_active=True, parent__isnull=False).count() > 5


def test_a_scheme_whose_points_do_not_add_up_is_not_opened(firm):
    row = make.scheme(full_score=D(90))
    with pytest.raises(Refused, match="合计100分,与满分90分不等"):
        open_scheme(scheme=row, by=None, now=NOW)
    empty = make.scheme(lines=(), name="空")
    with pytest.raises(Refused, match="还没有计分的指标"):
        open_scheme(scheme=empty, by=None, now=NOW)
    nobody = make.scheme(of_kinds=["social"], name="无人")
    with pytest.raises(Refused, match="没有考核对象"):
        open_scheme(scheme=nobody, by=None, now=NOW)
    early = make.scheme(as_of=date(2099, 1, 1), name="未到")
    with pytest.raises(Refused, match="还没有到"):
        open_scheme(scheme=early, by=None, now=NOW)


def test_an_opened_scheme_stands_still(sheet):
    row, one = sheet.scheme, make.indicator(sheet.scheme, "1.1")
    for act in (
        lambda: correct_scheme(scheme=row, version=row.version, facts={"name": "x"}, by=None, now=NOW),
        lambda: set_bands(scheme=row, rows=[("好", D(0))], by=None, now=NOW),
        lambda: add_indicator(
            scheme=row, facts=make.indicator_facts("9", "x", "x", "1", "given", {}), by=None, now=NOW
        ),
        lambda: move_indicator(indicator=one, up=False, by=None, now=NOW),
        lambda: remove_indicator(indicator=one, by=None, now=NOW),
    ):
        with pytest.raises(Refused, match="已经启动"):
            act()
    assert Indicator.objects.filter(scheme=row).count() == 6


def test_a_draft_is_corrected_and_its_indicators_put_in_order():
    row = make.scheme()
    row.refresh_from_db()
    correct_scheme(scheme=row, version=row.version, facts={"name": "新名"}, by=None, now=NOW)
    with pytest.raises(StaleRecord):
        correct_scheme(scheme=row, version=row.version, facts={"name": "旧页"}, by=None, now=NOW)
    one = make.indicator(row, "1.2")
    move_indicator(indicator=one, up=True, by=None, now=NOW)
    remove_indicator(indicator=make.indicator(row, "4.1"), by=None, now=NOW)
    correct_indicator(
        indicator=one, version=1, facts=make.indicator_facts("1.9", "组织", "工会", "40", "given", {}), by=None, now=NOW
    )
    assert list(row.indicators.values_list("code", flat=True)) == ["1.9", "1.1", "2.1", "2.2", "3.1"]
    with pytest.raises(ValidationError, match="已有同样编号"):
        add_indicator(scheme=row, facts=make.indicator_facts("1.1", "x", "x", "1", "given", {}), by=None, now=NOW)


def test_bands_reach_down_to_nought_and_have_names_of_their_own():
    row = make.scheme()
    set_bands(scheme=row, rows=[("五星", D(95)), ("四星", D(0))], by=None, now=NOW)
    assert list(row.bands.values_list("name", flat=True)) == ["五星", "四星"]
    for rows in ([("好", D(60))], [("好", D(0)), ("好", D(50))], [("好", D(0)), ("很好", D(101))], [("", D(0))]):
        with pytest.raises(ValidationError):
            set_bands(scheme=row, rows=rows, by=None, now=NOW)


def test_a_copy_is_a_draft_of_another_year_with_the_same_indicators(sheet):
    made = copy_scheme(scheme=sheet.scheme, year=2011, name="2011 年考核", by=None, now=NOW)
    assert (made.state, made.year, made.as_of) == ("draft", 2011, date(2011, 12, 31))
    assert list(made.indicators.values_list("code", "points", "parameters")) == list(
        sheet.scheme.indicators.values_list("code", "points", "parameters")
    )
    assert made.bands.count() == 4
    with pytest.raises(ValidationError, match="已有同名"):
        copy_scheme(scheme=sheet.scheme, year=2011, name="2011 年考核", by=None, now=NOW)


def test_nothing_is_rated_or_confirmed_under_a_closed_scheme(sheet):
    make.rated(sheet)
    assert close_scheme(scheme=sheet.scheme, by=None, now=NOW) == 1
    with pytest.raises(Refused, match="不在评分中"):
        make.rated(Assessment.objects.get(pk=sheet.pk))
    assert "不在评分中" in confirm_many(assessment_ids=[sheet.pk], by=None, now=NOW)[0].fault


@pytest.mark.parametrize("role", ["unit_office", "line_department", "leader", "secretary"])
def test_only_the_owner_office_makes_schemes_and_confirms(sheet, role):
    by = factories.account(role, **({"unit": factories.unit()} if role == "unit_office" else {}))
    draft = make.scheme(name="草拟")
    for act in (
        lambda: create_scheme(facts={"name": "x"}, by=by, now=NOW),
        lambda: open_scheme(scheme=draft, by=by, now=NOW),
        lambda: close_scheme(scheme=sheet.scheme, by=by, now=NOW),
        lambda: confirm_many(assessment_ids=[sheet.pk], by=by, now=NOW),
        lambda: reopen(assessment=sheet, reason="x", by=by, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


# rating ----------------------------------------------------------------------------------------


def test_points_follow_from_what_was_found(sheet):
    make.rated(sheet, _2_1="15", _2_2="1", _3_1="2", _1_1="40")
    points = dict(sheet.scores.values_list("indicator__code", "points"))
    assert points == {"1.1": D(40), "1.2": D(40), "2.1": D(3), "2.2": D(4), "3.1": D(3), "4.1": D(0)}
    assert (sheet.missing, sheet.total, sheet.provisional_band.name, sheet.unit_missing) == (0, D(90), "优秀", 6)


def test_a_sheet_with_one_fault_saves_nothing_and_tells_all_of_them(sheet):
    keys = dict(sheet.scheme.indicators.values_list("code", "pk"))
    faulty = make.ratings(sheet.scheme, {**make.BEST, "1.1": "48", "2.2": "1.5"})
    with pytest.raises(ValidationError) as caught:
        rate(assessment=sheet, rater="county", ratings=faulty, by=None, now=NOW)
    assert set(caught.value.message_dict) == {f"raw-{keys['1.1']}", f"raw-{keys['2.2']}"}
    assert sheet.scores.count() == 0


def test_an_incomplete_sheet_has_no_result_and_counts_nothing_as_nought(sheet):
    make.rated(sheet, _1_1=None)
    assert (sheet.missing, sheet.total, sheet.provisional_band) == (1, None, None)
    (planned,) = plan_confirmations(assessment_ids=[sheet.pk], by=None)
    assert planned.fault == "尚缺 1 项:1.1 机构和制度。"
    make.rated(sheet, _1_1="0")
    assert (sheet.missing, sheet.total) == (0, D(53))


def test_saving_the_same_again_writes_nothing(sheet):
    make.rated(sheet)
    again = rate(assessment=sheet, rater="county", ratings=make.ratings(sheet.scheme, make.BEST), by=None, now=NOW)
    assert again == 0


def test_two_people_at_one_sheet_do_not_overwrite_each_other(sheet):
    make.rated(sheet)
    seen = {one.indicator_id: rating_of(one) for one in sheet.scores.filter(rater="county")}
    make.rated(sheet, _1_1="40", _1_2="30")
    # One changed 1.1 and 1.2, the other 1.1 and 2.2: only 1.1 is disputed, and nothing is written.
    mine = make.ratings(sheet.scheme, {**make.BEST, "1.1": "1", "2.2": "1"})

    def save(seen):
        return rate(assessment=sheet, rater="county", ratings=mine, by=None, now=NOW, seen=seen)

    with pytest.raises(LinesChanged, match="别人已改过") as caught:
        save(seen)
    (told,) = caught.value.conflicts
    assert (told.indicator.code, told.theirs.raw, told.mine.raw) == ("1.1", D(40), D(1))
    assert sheet.scores.get(indicator__code="2.2").raw == 0
    assert save(seen | {told.indicator.pk: told.theirs}) == 2
    raws = dict(sheet.scores.values_list("indicator__code", "raw"))
    assert (raws["1.1"], raws["1.2"], raws["2.2"]) == (D(1), D(30), D(1))


def test_lines_that_others_rate_are_never_refused_nor_wiped(sheet):
    blank = dict.fromkeys(make.BEST)
    for code, raw in (("1.1", "46"), ("1.2", "38")):
        # Both had opened the empty sheet and send all its lines.
        mine = make.ratings(sheet.scheme, {**blank, code: raw})
        assert rate(assessment=sheet, rater="county", ratings=mine, by=None, now=NOW, seen={}) == 1
    assert dict(sheet.scores.values_list("indicator__code", "raw")) == {"1.1": D(46), "1.2": D(38)}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("owner_office", {"unit", "county"}),
        ("unit_office", {"unit"}),
        ("line_department", {"county"}),
        ("secretary", {"self"}),
        ("filer", set()),
        ("leader", set()),
    ],
)
def test_who_may_rate_as_whom(sheet, firm, role, allowed):
    scope = {"unit_office": {"unit": factories.unit()}, "line_department": {"lines": ["party"]}}
    scope |= dict.fromkeys(("secretary", "filer"), {"organization": firm})
    by = factories.account(role, **scope.get(role, {}))
    for rater in ("self", "unit", "county"):
        if rater in allowed:
            rate(assessment=sheet, rater=rater, ratings=make.ratings(sheet.scheme, {"1.1": "1"}), by=by, now=NOW)
        else:
            with pytest.raises(NotAllowed):
                rate(assessment=sheet, rater=rater, ratings=make.ratings(sheet.scheme, {"1.1": "1"}), by=by, now=NOW)
    assert set(sheet.scores.values_list("rater", flat=True)) == allowed


def test_a_role_that_rates_elsewhere_does_not_reach_here(sheet):
    elsewhere = Unit.objects.filter(parent=factories.unit().parent).exclude(pk=factories.unit().pk).first()
    by = factories.account("unit_office", unit=elsewhere)
    # A second role sees the whole county, and rates nobody.
    RoleAssignment.objects.create(user=by, role=Role.objects.get(code="leader"))
    with pytest.raises(NotAllowed):
        rate(assessment=sheet, rater="unit", ratings=make.ratings(sheet.scheme, {"1.1": "1"}), by=by, now=NOW)


def test_a_department_rates_only_indicators_of_its_lines(sheet):
    by = factories.union_office()
    rate(assessment=sheet, rater="county", ratings=make.ratings(sheet.scheme, {"1.2": "30"}), by=by, now=NOW)
    for code in ("1.1", "2.1"):
        with pytest.raises(ValidationError, match="不由您评分"):
            rate(assessment=sheet, rater="county", ratings=make.ratings(sheet.scheme, {code: "1"}), by=by, now=NOW)


def test_units_rate_themselves_and_have_no_superior_committee():
    row = make.opened(subject="unit", of_kinds=[])
    unit = factories.unit()
    one, by = make.sheet(row, unit), factories.township()
    make.rated(one, "self", by)
    with pytest.raises(NotAllowed):
        make.rated(one, "unit", by)
    other = row.assessments.exclude(unit__path__startswith=unit.path).first()
    with pytest.raises(NotAllowed):
        make.rated(other, "self", by)
    # Who stands above rates no unit as itself, and the owner office only as the county.
    above = factories.account("unit_office", unit=unit.parent)
    for somebody in (above, factories.owner()):
        with pytest.raises(NotAllowed):
            make.rated(one, "self", somebody)
    make.rated(one, "county", factories.owner())
    assert one.total == D(100)


# confirming ------------------------------------------------------------------------------------


def test_a_confirmed_result_stands_still_with_its_computation(sheet):
    make.confirmed(make.rated(sheet, _2_2="1"))
    assert (sheet.state, sheet.result, sheet.band.name) == ("confirmed", D(98), "优秀")
    assert sheet.computation["total"] == "98"
    assert sheet.computation["lines"][3]["given"] == {"county": ["1", "4"]}
    assert sheet.computation["lines"][3]["counted"] == "4"
    with pytest.raises(Refused, match="已经核定"):
        make.rated(sheet)
    for act in (
        lambda: Assessment.objects.filter(pk=sheet.pk).update(result=D(60)),
        lambda: Score.objects.filter(assessment=sheet).update(points=D(0)),
        lambda: Score.objects.filter(assessment=sheet).delete(),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()


def test_opening_again_asks_for_a_reason_and_keeps_what_was(sheet):
    make.confirmed(make.rated(sheet))
    with pytest.raises(ValidationError, match="为什么重开"):
        reopen(assessment=sheet, reason=" ", by=None, now=NOW)
    reopen(assessment=sheet, reason="漏算一次会议", by=None, now=NOW)
    with pytest.raises(Refused, match="还没有核定"):
        reopen(assessment=sheet, reason="再一次", by=None, now=NOW)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.result, sheet.total) == ("open", None, D(100))
    kept = sheet.reopenings.get()
    assert (kept.reason, kept.result, kept.band_name, kept.computation["total"]) == (
        "漏算一次会议",
        D(100),
        "优秀",
        "100",
    )
    make.confirmed(make.rated(sheet, _2_2="1"))
    assert sheet.result == D(98)
    with pytest.raises(Refused, match="重新核定"):
        reopen(assessment=sheet, reason="旧页", by=None, now=NOW, version=sheet.version - 2)


def test_a_change_of_bands_or_indicators_is_one_of_the_scheme():
    row = make.scheme()
    row.refresh_from_db()
    for act in (
        lambda: set_bands(scheme=row, rows=[("好", D(0))], by=None, now=NOW),
        lambda: move_indicator(indicator=make.indicator(row, "1.2"), up=True, by=None, now=NOW),
        lambda: remove_indicator(indicator=make.indicator(row, "4.1"), by=None, now=NOW),
    ):
        seen = Scheme.objects.get(pk=row.pk).version
        act()
        for late in (
            lambda seen=seen: set_bands(scheme=row, rows=[("x", D(0))], by=None, now=NOW, version=seen),
            lambda seen=seen: open_scheme(scheme=row, by=None, now=NOW, version=seen),
        ):
            with pytest.raises(Refused, match="别人已改过"):
                late()


def test_a_veto_ends_in_the_lowest_band(sheet):
    make.confirmed(make.rated(sheet, _4_1="1"))
    assert (sheet.result, sheet.band.name, sheet.computation["vetoed"]) == (D(100), "不达标", True)


def test_many_are_confirmed_and_those_that_cannot_be_say_why():
    firms = [factories.organization() for _ in range(3)]
    row = make.opened()
    sheets = [make.sheet(row, firm) for firm in firms]
    make.rated(sheets[0])
    make.rated(sheets[1], "self")
    done = confirm_many(assessment_ids=[one.pk for one in sheets], by=factories.owner(), now=NOW)
    faults = {one.assessment.pk: (one.fault[:4], one.self_only) for one in done}
    assert faults == {sheets[0].pk: ("", 0), sheets[1].pk: ("", 6), sheets[2].pk: ("尚缺 6", 0)}
    assert Assessment.objects.filter(state="confirmed").count() == 2


# constraints by truth table --------------------------------------------------------------------


def refused_by(row, **facts):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**facts)
    return caught.value.__cause__.diag.constraint_name.removeprefix("evaluation_")


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": ""}, "scheme_named"),
        ({"year": 1900}, "scheme_named"),
        ({"of_kinds": []}, "scheme_kinds_of_organizations"),
        ({"subject": "unit"}, "scheme_kinds_of_organizations"),
        ({"full_score": 0}, "scheme_full_score_positive"),
        ({"bonus_cap": -1}, "scheme_full_score_positive"),
        ({"self_percent": 10}, "scheme_percents_add_up"),
        ({"counting": "weighted"}, "scheme_percents_add_up"),
        (
            {"counting": "weighted", "self_percent": 20, "unit_percent": 30, "county_percent": 49},
            "scheme_percents_add_up",
        ),
        (
            {"subject": "unit", "of_kinds": [], "counting": "weighted", "self_percent": 20, "unit_percent": 30,
             "county_percent": 50},
            "scheme_percents_add_up",
        ),
        ({"opened_at": NOW}, "scheme_opened_by_somebody"),
        ({"closed_by_name": "x"}, "scheme_closed_by_somebody"),
        ({"state": "open"}, "scheme_state_as_dated"),
        ({"opened_at": NOW, "opened_by_name": "x"}, "scheme_state_as_dated"),
        ({"state": "closed", "opened_at": NOW, "opened_by_name": "x"}, "scheme_state_as_dated"),
        ({"state": "closed", "closed_at": NOW, "closed_by_name": "x"}, "scheme_state_as_dated"),
    ],
)  # fmt: skip
def test_what_a_scheme_cannot_be(facts, constraint):
    assert refused_by(make.scheme(), **facts) == constraint


def test_percents_that_add_up_are_taken():
    row = make.scheme()
    shares = {"counting": "weighted", "self_percent": 20, "unit_percent": 30, "county_percent": 50}
    assert Scheme.objects.filter(pk=row.pk).update(**shares) == 1
    shares = {"counting": "weighted", "self_percent": 40, "unit_percent": 0, "county_percent": 60}
    assert Scheme.objects.filter(pk=row.pk).update(subject="unit", of_kinds=[], **shares) == 1


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"organization": None}, "assessment_organization_or_unit"),
        ({"state": "confirmed"}, "assessment_state_as_dated"),
        ({"confirmed_at": NOW, "confirmed_by_name": "x"}, "assessment_state_as_dated"),
        ({"confirmed_at": NOW}, "assessment_confirmed_by_somebody"),
        ({"result": D(1)}, "assessment_state_as_dated"),
        ({"total": D(1)}, "assessment_incomplete_has_no_total"),
        ({"missing": 0}, "assessment_incomplete_has_no_total"),
    ],
)
def test_what_an_assessment_cannot_be(sheet, facts, constraint):
    assert refused_by(sheet, **facts) == constraint


def test_an_assessment_is_of_an_organization_or_of_a_unit(sheet):
    assert refused_by(sheet, unit=factories.unit()) == "assessment_organization_or_unit"


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"raw": None}, "score_points_of_a_value"),
        ({"points": None}, "score_points_of_a_value"),
        ({"raw": -1}, "score_points_of_a_value"),
        ({"points": -1}, "score_points_of_a_value"),
        ({"by_name": ""}, "score_by_somebody"),
    ],
)
def test_what_a_score_cannot_be(sheet, facts, constraint):
    make.rated(sheet)
    assert refused_by(sheet.scores.first(), **facts) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": ""}, "indicator_named"),
        ({"section": ""}, "indicator_named"),
        ({"points": 0}, "indicator_points_by_rule"),
        ({"rule": "veto"}, "indicator_points_by_rule"),
        ({"code": "1.2"}, "indicator_code_once"),
        ({"name": "工会建设"}, "indicator_name_once"),
    ],
)
def test_what_an_indicator_cannot_be(facts, constraint):
    assert refused_by(make.indicator(make.scheme(), "1.1"), **facts) == constraint


@pytest.mark.parametrize(
    ("facts", "constraint"),
    [
        ({"name": ""}, "band_named"),
        ({"from_score": -1}, "band_named"),
        ({"name": "良好"}, "band_name_once"),
        ({"from_score": 80}, "band_score_once"),
    ],
)
def test_what_a_band_cannot_be(facts, constraint):
    make.scheme()
    assert refused_by(Band.objects.get(name="优秀"), **facts) == constraint


def test_a_rating_without_value_keeps_its_note(sheet):
    one = make.indicator(sheet.scheme, "1.1")
    rate(assessment=sheet, rater="self", ratings={one.pk: Rating(None, "等材料")}, by=None, now=NOW)
    assert list(sheet.scores.values_list("raw", "note")) == [(None, "等材料")]


def test_a_draft_whose_bonuses_could_not_be_added_up_is_not_opened():
    draft = make.scheme()
    for code in ("3.8", "3.9"):
        add_indicator(
            scheme=draft,
            facts=make.indicator_facts(code, "加分", f"表彰{code}", "4950", "bonus", {"each": "1", "unit": "项"}),
            by=None,
            now=NOW,
        )
    assert faults_before_opening(draft) == ["满分与各项加分之和10003分,超过9999分,请调低加分。"]
