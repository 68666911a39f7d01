"""Rows of an import that somebody has touched since stay, each with the sentence why; the others are taken back."""

import datetime as dt

import pytest

from coverage.domain import spans
from orgs.models import Branch, BranchMembership, Exclusion, Figures, Organization, Placement, RoleAssignment
from tests import factories as f
from tests import makers_leadership, makers_leads, makers_people, makers_support
from tests.orgs.imports.conftest import AS_OF, lawful, uscc
from tests.orgs.imports.undoing import acting, import_as_job, names, reasons, tables, undo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

LATER = dt.date(2012, 6, 30)
TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
NAMES = {n: f"全南县第{n}制造有限公司" for n in range(1, 9)}


@pytest.fixture
def zhang(reference):
    """Somebody of the office who works in the register after the import."""
    by = f.owner()
    by.name = "张三"
    by.save()
    return by


def of(number):
    return Organization.objects.get(uscc=uscc(number))


def joint(number, name="城厢联合党支部", date="2009-07-01", **changed):
    return lawful(number, party_form="联合党支部", party_date=date, party_name=name, **changed)


def test_a_row_whose_figures_were_changed_stays_and_the_others_go(form_file, zhang):
    job = import_as_job(form_file(lawful(1), lawful(2), lawful(3)), AS_OF)
    with acting(zhang):
        of(2).figures.update(employees=41)

    done = undo(job)

    assert reasons(done) == {NAMES[2]: [f"导入之后,张三于 {TODAY} 改过年度数字。"]}
    assert names(done.undone) == [NAMES[1], NAMES[3]]
    assert [row.name for row in Organization.objects.all()] == [NAMES[2]]
    assert (Figures.objects.get().employees, Placement.objects.count(), Branch.objects.count()) == (41, 1, 1)
    assert spans.drain_marks() and spans.verify().differences == []


def test_a_row_that_was_refused_goes_once_it_is_free(form_file, zhang):
    before = tables()
    job = import_as_job(form_file(lawful(1), lawful(2)), AS_OF)
    with acting(zhang):
        post = f.excluded(of(2))
    assert reasons(undo(job)) == {NAMES[2]: ["导入之后已登记剔除。"]}
    with acting(zhang):
        post.delete()

    done = undo(job)

    assert names(done.subjects) == [NAMES[2]] and done.refused == ()
    assert tables() == before


def test_who_deleted_a_row_since_is_said(form_file, zhang):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    with acting(zhang):
        Figures.objects.all().delete()

    assert reasons(undo(job)) == {NAMES[1]: [f"导入之后,张三于 {TODAY} 删除了年度数字。"]}


def test_a_change_by_no_account_is_the_system_s(form_file):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    Organization.objects.update(remark="迁址")

    assert reasons(undo(job)) == {NAMES[1]: [f"导入之后,系统于 {TODAY} 改过组织的登记内容。"]}


def test_each_reason_is_given(form_file, zhang):
    job = import_as_job(form_file(lawful(1)), AS_OF)
    with acting(zhang):
        of(1).figures.update(employees=41)
        Branch.objects.update(approval="全党发〔2012〕3号")
        makers_people.owner("林晓东", of(1))

    assert reasons(undo(job)) == {
        NAMES[1]: [
            f"导入之后,张三于 {TODAY} 改过党群组织。",
            f"导入之后,张三于 {TODAY} 改过年度数字。",
            "导入之后已登记业主。",
        ]
    }


def account(by):
    return f.account("filer", organization=of(1))


DEPENDANTS = {
    "任职": lambda by: makers_people.post(makers_people.person("钟明"), Branch.objects.get()),
    "换届": lambda by: makers_leads.elected(Branch.objects.get()),
    "账号的角色": account,
    "线索的关联": lambda by: makers_leads.lead(
        organization=of(1), state="converted", decided_on=dt.date(2012, 10, 9), decided_reason="已建台账"
    ),
    "业主": lambda by: makers_people.owner("林晓东", of(1)),
    "人员": lambda by: makers_people.person("钟明", at=of(1)),
    "剔除": lambda by: f.excluded(of(1)),
    "党建工作指导员": lambda by: makers_support.instructor(of(1)),
    "挂点联系": lambda by: makers_support.tied_unit(of(1)),
    "年度数字": lambda by: f.figures(of(1), LATER, employees=3),
    "党群组织的覆盖": lambda by: f.covered(of(1), line="league"),
    "只给部分人看的记录": lambda by: makers_leadership.case(of(1), by),
}


@pytest.mark.parametrize("words", DEPENDANTS)
def test_what_depends_on_a_new_row_keeps_it(form_file, zhang, words):
    job = import_as_job(form_file(lawful(1), lawful(2, union_form=None, union_date=None)), AS_OF)
    with acting(zhang):
        DEPENDANTS[words](zhang)

    done = undo(job)

    assert reasons(done) == {NAMES[1]: [f"导入之后已登记{words}。"]}
    assert names(done.undone) == [NAMES[2]]


def test_every_table_that_can_keep_a_row_has_a_word():
    from orgs.imports.undo_rules import REGISTER_UNDO
    from quannan.base.domain.undo_relations import pointers
    from quannan.base.undoing import ELSE

    undone = set(REGISTER_UNDO.subjects)
    asked = {p.model._meta.label for p in pointers() if p.target._meta.label in undone}
    named = {p.target._meta.label for p in pointers() if p.model._meta.label in undone}
    assert [label for label in sorted(asked | named | undone) if REGISTER_UNDO.word(label) == ELSE] == []


def test_figures_added_since_do_not_keep_what_was_there_before(form_file, zhang):
    import_as_job(form_file(lawful(1)), AS_OF)
    job = import_as_job(form_file(lawful(1, name="全南县新名有限公司")), LATER)
    with acting(zhang):
        f.figures(of(1), dt.date(2012, 7, 31), employees=9)

    assert names(undo(job).undone) == ["全南县新名有限公司"]
    assert (of(1).name, of(1).former_names, of(1).figures.count()) == (NAMES[1], [], 2)


def test_a_joint_body_stays_with_the_member_that_stays(form_file, zhang):
    job = import_as_job(form_file(joint(1), joint(2), joint(3)), AS_OF)
    with acting(zhang):
        of(2).figures.update(employees=41)

    done = undo(job)

    assert names(done.refused) == [NAMES[2]]
    body = Branch.objects.get(line="party")
    assert [m.organization.name for m in body.memberships.all()] == [NAMES[2]]
    assert body.forms.count() == 1


def test_a_joint_body_stays_with_the_member_a_later_import_brought(form_file):
    before = tables()
    first = import_as_job(form_file(joint(1), joint(2)), AS_OF)
    second = import_as_job(form_file(joint(3)), AS_OF)

    assert names(undo(first).undone) == [NAMES[1], NAMES[2]]
    body = Branch.objects.get(line="party")
    assert ([m.organization.name for m in body.memberships.all()], body.forms.count()) == ([NAMES[3]], 1)
    assert undo(first).writes is False

    assert names(undo(second).undone) == [NAMES[3]]
    # Nobody is left in it: the import that founded it can now be taken back to the end.
    assert (undo(first).deleted, tables()) == ({"orgs.Branch": 1, "orgs.BranchForm": 1}, before)


def test_what_depends_on_a_joint_body_keeps_all_its_members(form_file, zhang):
    job = import_as_job(form_file(joint(1), joint(2), lawful(3)), AS_OF)
    with acting(zhang):
        makers_leads.elected(Branch.objects.get(line="party"))

    said = ["导入之后已登记换届。"]
    assert reasons(undo(job)) == {NAMES[1]: said, NAMES[2]: said}


def test_what_depends_on_a_joint_body_that_stays_anyway_keeps_nobody(form_file, zhang):
    job = import_as_job(form_file(joint(1), joint(2)), AS_OF)
    with acting(zhang):
        makers_leads.elected(Branch.objects.get(line="party"))
        of(1).figures.update(employees=41)

    assert reasons(undo(job)) == {NAMES[1]: [f"导入之后,张三于 {TODAY} 改过年度数字。"]}
    assert (Branch.objects.filter(line="party").count(), Organization.objects.count()) == (1, 1)


def test_a_joint_body_that_somebody_changed_keeps_all_its_members(form_file, zhang):
    job = import_as_job(form_file(joint(1), joint(2), lawful(3)), AS_OF)
    with acting(zhang):
        Branch.objects.filter(line="party").update(confirmed_at=f.NOW, confirmed_by=zhang)

    said = [f"导入之后,张三于 {TODAY} 改过党群组织。"]
    assert reasons(undo(job)) == {NAMES[1]: said, NAMES[2]: said}


def test_who_joined_a_body_of_before_leaves_it(form_file):
    import_as_job(form_file(joint(1)), AS_OF)
    before = tables()
    job = import_as_job(form_file(joint(2, date="2003-07-01")), AS_OF)
    assert str(Branch.objects.get(line="party").founded_on) == "2003-07-01"

    undo(job)

    # Bodies carry a version as well: the import that made this one older raised it, and so did taking that back.
    assert Branch.objects.get(line="party").version == 3
    Branch.objects.filter(line="party").update(version=1)
    assert tables() == before


def test_two_imports_are_taken_back_in_reverse(form_file):
    empty = tables()
    first = import_as_job(form_file(joint(1), lawful(2)), AS_OF)
    between = tables(versions=False)
    second = import_as_job(
        form_file(joint(1, employees=41, unit="工业园区"), joint(2, remark="迁址"), lawful(3)), LATER
    )

    assert undo(second).refused == ()
    assert tables(versions=False) == between
    assert undo(first).refused == ()
    assert tables() == empty


def test_the_earlier_of_two_imports_is_refused_for_the_rows_of_both(form_file, zhang):
    first = import_as_job(form_file(lawful(1), lawful(2), lawful(3)), AS_OF)
    second = import_as_job(form_file(lawful(1, remark="迁址"), lawful(2)), AS_OF, by=zhang)

    done = undo(first)

    assert reasons(done) == {NAMES[1]: [f"导入之后,张三于 {TODAY} 又一次导入时改过组织的登记内容。"]}
    assert names(done.undone) == [NAMES[2], NAMES[3]]
    assert names(undo(second).undone) == [NAMES[1]] and names(undo(first).undone) == [NAMES[1]]
    assert not Organization.objects.exists()


def test_a_later_import_with_new_figures_keeps_the_row(form_file):
    first = import_as_job(form_file(lawful(1)), AS_OF)
    import_as_job(form_file(lawful(1)), LATER)

    assert reasons(undo(first)) == {NAMES[1]: ["导入之后已登记年度数字。"]}


def test_a_period_that_another_row_fills_since_is_not_restored(form_file, zhang):
    import_as_job(form_file(lawful(1), lawful(2)), AS_OF)
    job = import_as_job(
        form_file(lawful(1, union_form="无", union_date=None), lawful(2, remark="迁址")), LATER, endings={(3, "union")}
    )
    ended = BranchMembership.objects.get(organization=of(1))
    assert ended.period.upper == LATER
    with acting(zhang):
        f.member(ended.branch, of(1), dt.date(2012, 9, 1))

    done = undo(job)

    assert reasons(done) == {NAMES[1]: ["原来的党群组织的覆盖与现在的另一条记录不能并存,不能还原。"]}
    assert names(done.undone) == [NAMES[2]]


def test_rows_without_an_earlier_history_are_refused(form_file):
    import_as_job(form_file(lawful(1), lawful(2)), AS_OF)
    job = import_as_job(form_file(lawful(1, remark="迁址"), lawful(2, remark="迁址")), AS_OF)
    events = Organization._meta.get_field("events").related_model
    events.objects.filter(pgh_obj_id=of(1).pk).earliest("pgh_id").delete()

    done = undo(job)

    assert reasons(done) == {NAMES[1]: ["组织的登记内容在导入之前的内容没有留下记录,不能还原。"]}
    assert (of(1).remark, of(2).remark) == ("迁址", "")


def test_a_form_opened_before_the_undo_is_stale_afterwards(form_file):
    import_as_job(form_file(lawful(1)), AS_OF)
    job = import_as_job(form_file(lawful(1, remark="迁址")), AS_OF)
    assert of(1).version == 2

    undo(job)

    assert (of(1).version, of(1).remark) == (3, "")


def test_exclusions_and_other_rows_of_before_are_left_alone(form_file):
    row = f.organization(NAMES[1], uscc=uscc(1))
    f.excluded(row)
    job = import_as_job(form_file(lawful(1)), AS_OF)

    undo(job)

    assert (Exclusion.objects.count(), RoleAssignment.objects.count() > 0) == (1, True)
