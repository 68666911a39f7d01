"""Pages of changes of leaders and of cases: what is shown, counted, exported, and never shown to the organization."""

import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import CaseMeasure, DismissalCase, LeaderChange
from quannan.base.models import AuditEntry
from tests import factories as make
from tests import makers_leadership as m

D = "2011-06-30"
SECRETS = (m.DISSENT, m.COMPLAINANT, m.DISMISSED, "追讨")


@pytest.fixture
def factory():
    return make.organization("全南县青竹工艺厂")


@pytest.fixture
def union(factory):
    return make.covered(factory, line="union")


def text(response) -> str:
    return response.content.decode()


def sheet(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def below(rows: list[tuple], title: str) -> list[tuple]:
    """The rows below the header."""
    return rows[next(i for i, row in enumerate(rows) if title in row) + 1 :]


def some_changes(n: int) -> None:
    """So many changes, each of another body."""
    by = make.owner()
    for i in range(n):
        row = make.organization(f"第{i}竹器厂")
        m.change(make.covered(row, line="union"), by, successor=m.person(f"接任人{i}", row))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_changes_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    some_changes(rows)
    user = make.township()
    opened(user, "leader-change-list", as_of=D)
    with django_assert_num_queries(11):
        assert len(opened(user, "leader-change-list", as_of=D).context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_cases_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    by, user = make.owner(), make.township()
    for i in range(rows):
        m.measure(m.case(make.organization(f"第{i}竹器厂"), by), by)
    opened(user, "case-list", as_of=D)
    with django_assert_num_queries(9):
        assert len(opened(user, "case-list", as_of=D).context["rows"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_workbench_asks_the_same_number_of_questions_whatever_waits(opened, rows, django_assert_num_queries):
    user = make.township()
    opened(user, "workbench", as_of=D)
    with CaptureQueriesContext(connection) as before:
        opened(user, "workbench", as_of=D)
    some_changes(rows)
    with django_assert_num_queries(len(before)):
        page = opened(user, "workbench", as_of=D)
    assert f"{rows} 件负责人调整等您的意见" in text(page)


def test_filters_of_the_list_of_changes(opened, factory, union):
    owner, park = make.owner(), make.organization("园区竹器厂", make.unit(make.PARK))
    late = m.change(union, owner, m.head(union, m.person("钟小兰", factory)), m.person("廖大河", factory))
    other = make.covered(park, line="women")
    answered = m.change(other, owner, successor=m.person("何五", park), requested_on=date(2011, 6, 25))
    m.answer_all(answered, owner, on=date(2011, 6, 28))
    m.answer(answered, "two_new", owner, "disagree", on=date(2011, 6, 28))

    def found(user=owner, **query):
        query = {"as_of": D} | query
        return {row.pk for row in opened(user, "leader-change-list", **query).context["rows"]}

    assert found() == {late.pk, answered.pk}
    assert found(as_of="2011-06-01") == {late.pk}
    assert found(waiting="late") == {late.pk}
    assert found(waiting="ready") == {late.pk, answered.pk}
    assert found(waiting="against") == {answered.pk}
    assert found(waiting="mine") == {late.pk}
    assert found(make.account("line_department", lines=["league"]), waiting="mine") == {late.pk}
    assert found(make.township(make.PARK), waiting="mine") == set()
    assert found(make.township(make.PARK)) == {answered.pk}
    assert found(unit=make.PARK) == {answered.pk}
    assert found(line="women") == {answered.pk}
    assert found(q="大河") == {late.pk}
    assert found(q="青竹") == {late.pk}
    assert found(state="effective") == set()


def test_a_change_is_told_as_it_stood_on_the_day(opened, factory, union):
    owner = make.owner()
    row = m.change(union, owner, successor=m.person("廖大河", factory))
    m.answer_all(row, owner, on=date(2011, 5, 3))
    LeaderChange.objects.update(
        state="effective", effective_on=date(2011, 5, 5), decided_at=m.noon(date(2011, 5, 5)), decided_by=owner
    )

    def told(day):
        (shown,) = opened(owner, "leader-change-list", as_of=day).context["rows"]
        return shown.record.state, shown.record.answers, shown.record.effective_on

    assert told("2011-05-02") == ("征求意见中", "0/5", None)
    assert told("2011-05-04") == ("征求意见中", "5/5", None)
    assert told("2011-05-05") == ("已生效", "5/5", date(2011, 5, 5))


@pytest.mark.parametrize("role", ["owner", "union_office", "township"])
def test_the_export_of_changes_holds_the_rows_of_the_list(opened, role):
    some_changes(3)
    user = getattr(make, role)()

    rows = below(sheet(opened(user, "leader-change-export", as_of=D)), "党群组织")

    shown = opened(user, "leader-change-list", as_of=D)
    assert shown.context["page_obj"].paginator.count == len(rows) == 3
    assert sorted(row[0] for row in rows) == sorted(row.record.body for row in shown.context["rows"])


def test_from_the_request_to_the_effect(opened, submit, factory, union):
    chair = m.head(union, m.person("钟小兰", factory))
    office = make.union_office()
    page = opened(office, "leader-change-request", union.pk, leaving=str(chair.pk))
    assert "钟小兰" in text(page)
    sent = {
        "leaving": chair.pk,
        "name": "廖大河",
        "works_at": "全南县青竹工艺厂",
        "change_reason": "原任调离",
        "answers_due_on": page.context["form"].initial["answers_due_on"],
    }
    assert submit(office, "leader-change-request", union.pk, **sent).status_code == 302
    change = LeaderChange.objects.get()
    assert (change.successor.name, change.successor.organization) == ("廖大河", factory)
    speakers = {
        "two_new": make.owner(),
        "superior": make.township(),
        "union": office,
        "league": make.account("line_department", lines=["league"]),
        "women": make.account("line_department", lines=["women"]),
    }
    for body, by in speakers.items():
        opinion = change.opinions.get(body=body)
        assert f'href="{reverse("opinion-give", args=[change.pk, opinion.pk])}"' in text(
            opened(by, "leader-change-detail", change.pk)
        )
        assert submit(by, "opinion-give", change.pk, opinion.pk, verdict="agree").status_code == 302
    effect = reverse("leader-change-effect", args=[change.pk])
    assert effect in text(opened(office, "leader-change-detail", change.pk))
    assert effect not in text(opened(speakers["league"], "leader-change-detail", change.pk))
    today = str(opened(office, "leader-change-effect", change.pk).context["form"].initial["effective_on"])
    assert submit(office, "leader-change-effect", change.pk, effective_on=today).status_code == 302

    change.refresh_from_db()
    assert change.state == "effective"
    assert union.appointments.get(period__upper_inf=True).person.name == "廖大河"


def test_a_refusal_keeps_what_was_typed(submit, factory, union):
    change = m.change(union, make.owner(), successor=m.person("廖大河", factory))
    opinion = change.opinions.get(body="league")

    page = submit(make.owner(), "opinion-give", change.pk, opinion.pk, verdict="disagree", reason="任期未满")

    assert "由它自己的账号填写" in text(page)
    assert "任期未满" in text(page)


def test_every_answer_ever_given_is_on_the_page(opened, factory, union):
    owner, change = make.owner(), None
    change = m.change(union, owner, successor=m.person("廖大河", factory))
    m.answer(change, "union", owner, "disagree")
    m.answer(change, "union", owner, "agree", on=date(2011, 5, 4))

    page = opened(owner, "leader-change-detail", change.pk, as_of=D)

    assert [said.word for said in page.context["found"].said] == ["同意", "不同意"]
    assert m.DISSENT in text(page)


# What the organization concerned never reads.


def everywhere(opened, user, factory, branch, people) -> str:
    """All that an account of an organization can open about it, in one text."""
    pages = [
        opened(user, "organization-detail", factory.pk, as_of=D, tab=tab)
        for tab in ("overview", "figures", "bodies", "people", "plans", "exclusions", "timeline", "changes")
    ]
    pages += [
        opened(user, name, as_of=D)
        for name in ("workbench", "organization-list", "branch-list", "appointment-list", "tenure-list")
    ]
    pages += [opened(user, "branch-detail", branch.pk, as_of=D)]
    pages += [opened(user, "person-detail", person.pk, as_of=D) for person in people]
    pages += [opened(user, name, as_of=D) for name in ("api-organizations", "api-bodies")]
    pages += [opened(user, "api-organization", factory.pk, as_of=D)]
    pages += [opened(user, "search", q=name) for name in ("zwl", "qwx", "青竹")]
    assert {page.status_code for page in pages} <= {200, 302}
    return "".join(text(page) for page in pages)


@pytest.mark.parametrize("role", ["secretary", "filer"])
def test_accounts_of_the_organization_read_no_opinion_and_no_case(opened, submit, factory, union, role):
    owner = make.owner()
    leaving = m.head(union, m.person("钟小兰", factory))
    change = m.change(union, owner, leaving, m.person("廖大河", factory))
    m.answer_all(change, owner)
    opinion = m.answer(change, "women", owner, "disagree")
    case = m.case(factory, owner)
    m.measure(case, owner)
    # The owner office reads all of it: it is there to leak.
    assert m.DISSENT in text(opened(owner, "leader-change-detail", change.pk, as_of=D))
    assert m.DISMISSED in text(opened(owner, "case-detail", case.pk, as_of=D))
    sent = {"effective_on": "2011-06-01", "decided_reason": "对妇联意见已作说明"}
    assert submit(owner, "leader-change-effect", change.pk, **sent).status_code == 302
    user = make.account(role, organization=factory)

    read = everywhere(opened, user, factory, union, [leaving.person, change.successor])

    assert [secret for secret in (*SECRETS, "妇联意见已作说明", "介绍到另一家企业") if secret in read] == []
    refused = [
        opened(user, "leader-change-list"),
        opened(user, "leader-change-export"),
        opened(user, "leader-change-detail", change.pk),
        opened(user, "opinion-give", change.pk, opinion.pk),
        opened(user, "case-list"),
        opened(user, "case-export"),
        opened(user, "case-detail", case.pk),
    ]
    assert {page.status_code for page in refused} == {403}
    assert [secret for secret in SECRETS for page in refused if secret in text(page)] == []


def test_an_account_that_is_both_sees_the_others_and_not_its_own(opened, factory, union):
    owner, other = make.owner(), make.organization("别处的厂")
    own = m.change(union, owner, successor=m.person("廖大河", factory))
    theirs = m.change(make.covered(other, line="union"), owner, successor=m.person("何五", other))
    case, elsewhere = m.case(factory, owner), m.case(other, owner)
    both = make.union_office()
    role = make.account("secretary", organization=factory).role_assignments.get().role
    both.role_assignments.create(role=role, organization=factory)

    changes = opened(both, "leader-change-list", as_of=D)
    cases = opened(both, "case-list", as_of=D)

    assert [row.pk for row in changes.context["rows"]] == [theirs.pk]
    assert [row.pk for row in cases.context["rows"]] == [elsewhere.pk]
    assert opened(both, "leader-change-detail", own.pk, as_of=D).status_code == 404
    assert opened(both, "case-detail", case.pk, as_of=D).status_code == 404
    exported = str(sheet(opened(both, "case-export", as_of=D)))
    assert "青竹" not in exported
    assert "别处的厂" in exported


# Cases.


def test_sums_of_the_list_and_rows_of_the_export_are_the_same(opened, factory):
    owner = make.owner()
    first, second = m.case(factory, owner), m.case(make.organization(), owner, date(2010, 7, 1))
    m.measure(first, owner, aid="3000")
    m.measure(first, owner, date(2011, 5, 1), aid="500.50", kind="aid")
    m.measure(second, owner, date(2010, 8, 1), aid="1000", kind="aid")
    m.measure(second, owner, date(2011, 12, 1), aid="9999", kind="aid")

    page = opened(owner, "case-list", as_of=D)
    years = [(y.year, y.cases, y.measures, str(y.aid)) for y in page.context["years"]]

    assert years == [(2011, 1, 2, "3500.50"), (2010, 1, 1, "1000.00")]
    total = page.context["total"]
    assert (total.cases, total.measures, str(total.aid)) == (2, 3, "4500.50")
    assert page.context["page_obj"].paginator.count == total.cases
    assert sum(row.record.aid for row in page.context["rows"]) == total.aid
    rows = below(sheet(opened(owner, "case-export", as_of=D)), "辞退日期")
    assert len(rows) == 2
    narrowed = opened(owner, "case-list", as_of=D, dismissed_from="2011-01-01").context
    assert [(y.year, y.cases) for y in narrowed["years"]] == [(2011, 1)]


@pytest.mark.parametrize("role", ["owner", "union_office", "township"])
def test_no_list_and_no_export_names_anybody(opened, factory, role):
    user = getattr(make, role)()
    m.measure(m.case(factory, make.owner()), make.owner())

    read = text(opened(user, "case-list", as_of=D)) + str(sheet(opened(user, "case-export", as_of=D)))

    assert "青竹" in read
    assert [secret for secret in SECRETS if secret in read] == []


def test_filters_of_the_list_of_cases(opened, factory):
    owner, park = make.owner(), make.organization("园区竹器厂", make.unit(make.PARK))
    one, two = m.case(factory, owner), m.case(park, owner, date(2011, 4, 1))
    m.measure(one, owner, kind="mediation")
    DismissalCase.objects.filter(pk=two.pk).update(closed_on=date(2011, 6, 1), outcome="已安排工作")

    def found(**query):
        query = {"as_of": D} | query
        return [row.pk for row in opened(owner, "case-list", **query).context["rows"]]

    assert found() == [two.pk, one.pk]
    assert found(state="closed") == [two.pk]
    assert found(state="closed", as_of="2011-05-31") == []
    assert found(as_of="2011-03-15") == [one.pk]
    assert found(measure="mediation") == [one.pk]
    assert found(unit=make.PARK) == [two.pk]
    assert found(q="青竹") == [one.pk]


def test_the_page_of_a_case_hides_the_complainant_until_a_reason_is_written(opened, submit, factory):
    case = m.case(factory, make.owner())
    for user in (make.owner(), make.union_office()):
        page = opened(user, "case-detail", case.pk, as_of=D)
        assert m.COMPLAINANT not in text(page)
        assert reverse("complainant-reveal", args=[case.pk]) in text(page)
        assert page.headers["Cache-Control"] == "no-store"
        assert m.COMPLAINANT not in text(submit(user, "complainant-reveal", case.pk, follow=True))
        shown = submit(user, "complainant-reveal", case.pk, reason="回访")
        assert m.COMPLAINANT in text(shown)
        assert shown.headers["Cache-Control"] == "no-store"
    township = make.township()
    page = opened(township, "case-detail", case.pk, as_of=D)
    assert m.DISMISSED in text(page)
    assert "反映人" not in text(page)
    assert submit(township, "complainant-reveal", case.pk, reason="回访").status_code == 403
    assert AuditEntry.objects.filter(action="case.reveal_complainant").count() == 2


def test_a_case_from_its_opening_to_its_end(opened, submit, factory):
    office = make.union_office()
    sent = {
        "organization": "全南县青竹工艺厂",
        "person_name": "曾维良",
        "post": "工会主席",
        "dismissed_on": "2012-03-01",
        "circumstances": "追讨工资后被辞退",
    }
    assert "请填写" in text(submit(office, "case-open", **(sent | {"post": ""})))
    assert submit(office, "case-open", **sent).status_code == 302
    case = DismissalCase.objects.get()
    measure = {"kind": "aid", "done_on": "2012-04-01", "text": "困难补助", "aid_yuan": "2000"}
    assert submit(office, "case-measure", case.pk, **measure).status_code == 302
    row = CaseMeasure.objects.get()
    corrected = measure | {"aid_yuan": "2500", "change_reason": "金额录错"}
    assert submit(office, "case-measure-correct", case.pk, row.pk, **corrected).status_code == 302
    assert submit(office, "case-close", case.pk, closed_on="2012-06-01", outcome="已安排工作").status_code == 302
    page = text(opened(office, "case-detail", case.pk))
    assert "2500.00" in page
    assert "已安排工作" in page
    assert submit(office, "case-reopen", case.pk, change_reason="新单位未履约").status_code == 302

    case.refresh_from_db()
    assert case.closed_on is None


def test_a_correction_after_somebody_elses_shows_the_difference(opened, submit, factory):
    owner = make.owner()
    case = m.case(factory, owner)
    form = opened(owner, "case-correct", case.pk).context["form"].initial
    assert "complainant" not in form
    sent = {k: str(v) for k, v in form.items()} | {"change_reason": "规范"}
    assert submit(owner, "case-correct", case.pk, **(sent | {"post": "主席"})).status_code == 302

    page = submit(owner, "case-correct", case.pk, **(sent | {"person_name": "曾伟良"}))

    assert [(d.label, d.theirs, d.mine) for d in page.context["differences"]] == [
        ("职务", "主席", "工会主席"),
        ("被辞退的负责人", "(不显示)", "(不显示)"),
    ]
    again = sent | {"person_name": "曾伟良", "post": "主席", "version": page.context["form"].data["version"]}
    submit(owner, "case-correct", case.pk, **again)
    case.refresh_from_db()
    assert (case.person_name, case.post, case.complainant) == ("曾伟良", "主席", m.COMPLAINANT)
    submit(owner, "case-correct", case.pk, **(again | {"version": case.version, "complainant": "--"}))
    case.refresh_from_db()
    assert case.complainant == ""
