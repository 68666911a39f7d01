"""Elections and the state of a term at any date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orgs.domain.elections import correct_election, extend_term, record_election
from orgs.domain.refusals import NotAllowed, StaleRecord
from orgs.domain.terms import TermState, due_after, plus_months, state_of, term_for
from orgs.lines import Precision
from orgs.models import BodyForm, Branch, BranchForm, Election, TermRule
from orgs.queries_terms import bodies_with_terms, calendar_of, terms_of, waiting_terms, with_terms
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_terms as m

pytestmark = pytest.mark.django_db

# A clock of its own: the terms told of here run into the 2020s.
NOW = datetime(2023, 1, 9, 4, 0, tzinfo=UTC)


def branch(line: str = "party", from_: date = date(2010, 5, 1), **facts) -> Branch:
    return f.covered(f.organization(), line=line, from_=from_, **facts)


def record(body: Branch, held_on: date, **changes) -> Election:
    act = {"branch": body, "held_on": held_on, "by": f.owner(), "now": NOW} | changes
    return record_election(**act)


def extend(election: Election, **changes) -> Election:
    act = {
        "election": election,
        "version": election.version,
        "extended_to": date(2013, 11, 1),
        "extended_on": date(2013, 4, 20),
        "approver": "城厢镇党委",
        "reason": "换届人选尚在考察",
        "by": f.owner(),
        "now": NOW,
    }
    return extend_term(**(act | changes))


def correct(election: Election, **changes) -> Election:
    act = {
        "election": election,
        "version": election.version,
        "held_on": election.held_on,
        "held_precision": election.held_precision,
        "term_years": election.term_years,
        "approval": election.approval,
        "note": election.note,
        "reason": "原来录错了",
        "by": f.owner(),
        "now": NOW,
    }
    return correct_election(**(act | changes))


def fields(error) -> list[str]:
    return list(error.value.error_dict)


# The branch of the county's own question: elected on 2016-05-10 for three years, and again on 2019-05-10.
@pytest.mark.parametrize(
    ("as_of", "due_on", "state"),
    [
        (date(2016, 5, 9), None, TermState.NONE),
        (date(2016, 5, 10), date(2019, 5, 10), TermState.IN_ORDER),
        (date(2018, 11, 9), date(2019, 5, 10), TermState.IN_ORDER),
        (date(2018, 11, 10), date(2019, 5, 10), TermState.DUE),
        (date(2019, 5, 9), date(2019, 5, 10), TermState.DUE),
        (date(2019, 5, 10), date(2022, 5, 10), TermState.IN_ORDER),
        (date(2021, 11, 9), date(2022, 5, 10), TermState.IN_ORDER),
        (date(2021, 11, 10), date(2022, 5, 10), TermState.DUE),
        (date(2022, 5, 10), date(2022, 5, 10), TermState.DUE),
        (date(2022, 5, 11), date(2022, 5, 10), TermState.OVERDUE),
    ],
)
def test_a_branch_elected_in_2016_and_in_2019_at_any_date(as_of, due_on, state):
    body = branch()
    record(body, date(2016, 5, 10))
    record(body, date(2019, 5, 10))

    row = with_terms(Branch.objects.all(), as_of).get()

    assert (row.term_due_on, row.term_state) == (due_on, state)
    found = terms_of(body, as_of)
    assert (found.last.due_on if found.last else None, found.state) == (due_on, state)


def test_a_branch_elected_once_is_overdue_from_the_day_after():
    body = branch()
    record(body, date(2016, 5, 10))

    states = [with_terms(Branch.objects.all(), date(2019, 5, day)).get().term_state for day in (9, 10, 11)]

    assert states == [TermState.DUE, TermState.DUE, TermState.OVERDUE]


@pytest.mark.parametrize(
    ("as_of", "ends_on", "state"),
    [
        (date(2012, 10, 31), date(2013, 5, 1), TermState.IN_ORDER),
        (date(2013, 4, 19), date(2013, 5, 1), TermState.DUE),
        (date(2013, 4, 20), date(2013, 11, 1), TermState.EXTENDED),
        (date(2013, 11, 1), date(2013, 11, 1), TermState.EXTENDED),
        (date(2013, 11, 2), date(2013, 11, 1), TermState.EXCEEDED),
    ],
)
def test_an_extension_counts_from_its_approval(as_of, ends_on, state):
    body = branch()
    m.extended(body, date(2010, 5, 1), to=date(2013, 11, 1), on=date(2013, 4, 20))

    row = with_terms(Branch.objects.all(), as_of).get()

    assert (row.term_ends_on, row.term_state) == (ends_on, state)


def test_an_extension_approved_late_leaves_the_days_before_overdue():
    body = branch()
    m.extended(body, date(2010, 5, 1), to=date(2013, 11, 1), on=date(2013, 8, 1))

    states = [with_terms(Branch.objects.all(), date(2013, month, 1)).get().term_state for month in (7, 8)]

    assert states == [TermState.OVERDUE, TermState.EXTENDED]


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2011, 8, 31), 6, date(2012, 2, 29)),
        (date(2012, 2, 29), 36, date(2015, 2, 28)),
        (date(2011, 12, 31), 1, date(2012, 1, 31)),
        (date(2011, 3, 31), -1, date(2011, 2, 28)),
        (date(2011, 6, 30), 12, date(2012, 6, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day, months, expected):
    assert plus_months(day, months) == expected


DAYS = st.dates(date(2009, 1, 1), date(2014, 12, 31))


class SqlAndPythonAgree(TestCase):
    """One rule in two languages."""

    @settings(max_examples=60, deadline=None)
    @given(held=st.lists(DAYS, max_size=3, unique=True), years=st.integers(2, 5), as_of=DAYS, data=st.data())
    def test_state_at_any_date(self, held, years, as_of, data):
        body = branch(from_=date(2008, 1, 1))
        for day in held:
            due = due_after(day, years)
            if data.draw(st.booleans()):
                m.extended(
                    body,
                    day,
                    to=due + timedelta(days=data.draw(st.integers(1, 500))),
                    on=day + timedelta(days=data.draw(st.integers(0, 1600))),
                    term_years=years,
                )
            else:
                m.election(body, day, years)

        row = with_terms(Branch.objects.filter(pk=body.pk), as_of).get()

        last = max((e for e in body.elections.all() if e.held_on <= as_of), key=lambda e: e.held_on, default=None)
        assert row.election_id == (last.pk if last else None)
        assert row.term_state == state_of(last, as_of)
        assert terms_of(body, as_of).ends_on == row.term_ends_on


@pytest.mark.parametrize(
    ("line", "form", "held_on", "years", "allowed"),
    [
        ("party", "party_branch", date(2011, 3, 1), 3, (2, 3)),
        ("party", "party_general", date(2018, 6, 30), 3, (2, 3)),
        ("party", "party_joint", date(2018, 7, 1), 3, (3,)),
        ("party", "party_committee", date(2018, 6, 30), 3, (3, 4, 5)),
        ("party", "party_committee", date(2018, 7, 1), 5, (5,)),
        ("union", "union_committee", date(2011, 3, 1), 3, (3, 5)),
        ("league", "league_committee", date(2011, 3, 1), 3, (3, 4, 5)),
        ("league", "league_branch", date(2011, 3, 1), 3, (2, 3)),
        ("women_workers", "ww_committee", date(2011, 3, 1), 3, (3, 5)),
        ("women", "women_committee", date(2011, 3, 1), 3, (2, 3)),
    ],
)
def test_the_rule_of_the_day_and_form_gives_the_length(line, form, held_on, years, allowed):
    term = term_for(branch(line, form=form), held_on)

    assert (term.usual, term.allowed) == (years, allowed)


def test_a_womens_body_follows_the_term_of_the_party_body_beside_it():
    row = f.organization()
    m.election(f.covered(row, line="party", form="party_committee"), date(2010, 5, 1), 5)
    women = f.covered(row, line="women")

    election = record(women, date(2011, 3, 8))

    assert (election.term_years, election.due_on) == (5, date(2016, 3, 8))
    assert "随同一组织的党组织" in election.rule_source


def test_a_womens_body_follows_its_own_rule_where_the_county_has_set_one():
    body = branch("women")
    TermRule.objects.create(
        line="women", level="妇委会", forms=["women_committee"], shortest_years=4, usual_years=4, longest_years=4,
        period=(None, None), source="县妇联的规定",
    )  # fmt: skip

    assert record(body, date(2011, 3, 8)).due_on == date(2015, 3, 8)


def test_the_form_of_the_election_day_decides():
    body = branch(form="party_branch")
    held = BranchForm.objects.get(branch=body)
    BranchForm.objects.filter(pk=held.pk).update(period=(None, date(2019, 1, 1)))
    BranchForm.objects.create(
        branch=body, form=BodyForm.objects.get(code="party_committee"), period=(date(2019, 1, 1), None)
    )

    assert record(body, date(2018, 12, 1)).term_years == 3
    assert record(body, date(2019, 2, 1)).term_years == 5


def test_recorded_election_keeps_its_term_when_the_rule_changes():
    body = branch()
    election = record(body, date(2011, 5, 1), approval=" 城党组〔2011〕3号 ", note="")

    TermRule.objects.filter(line="party").update(shortest_years=2, usual_years=2)
    election.refresh_from_db()

    assert (election.due_on, election.approval) == (date(2014, 5, 1), "城党组〔2011〕3号")
    assert election.rule_source == "2018年7月以前:党的总支部、支部每届两至三年"
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail["due_on"]) == ("election.record", "2014-05-01")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"held_on": date(2023, 1, 10)}, "held_on"),
        ({"held_on": date(2010, 4, 30)}, "held_on"),
        ({"term_years": 4}, "term_years"),
        ({"term_years": 1}, "term_years"),
        ({"approval": "文" * 65}, "approval"),
        ({"note": "说" * 201}, "note"),
    ],
)
def test_an_election_is_refused_by_field(changes, field):
    act = {"held_on": date(2011, 5, 1)} | changes
    with pytest.raises(ValidationError) as error:
        record(branch(), **act)
    assert fields(error) == [field]
    assert not Election.objects.exists()


def test_two_elections_on_one_day_are_one_too_many():
    body = branch()
    record(body, date(2011, 5, 1))

    with pytest.raises(ValidationError) as error:
        record(body, date(2011, 5, 1))
    assert fields(error) == ["held_on"]


def test_unions_serve_three_years_or_five():
    assert record(branch("union"), date(2011, 5, 1), term_years=5).due_on == date(2016, 5, 1)
    with pytest.raises(ValidationError) as error:
        record(branch("union"), date(2011, 5, 1), term_years=4)
    assert "3年或5年" in error.value.messages[0]


@pytest.mark.parametrize(
    ("line", "form"), [("mechanism", ""), ("union", "union_organizer"), ("women_workers", "ww_member")]
)
def test_who_elects_nobody_has_no_term(line, form):
    with pytest.raises(ValidationError) as error:
        record(branch(line, form=form), date(2011, 5, 1))
    assert error.value.code == "no_term"


def test_a_dissolved_body_may_have_elected_before_and_not_after():
    body = branch(dissolved_on=date(2012, 1, 1), dissolved_reason="合并")

    assert record(body, date(2011, 12, 31)).term_years == 3
    with pytest.raises(ValidationError):
        record(body, date(2012, 1, 1))


@pytest.mark.parametrize(
    ("precision", "day"),
    [(Precision.DAY, date(2012, 8, 17)), (Precision.MONTH, date(2012, 8, 1)), (Precision.YEAR, date(2012, 1, 1))],
)
def test_a_day_known_by_month_or_year_is_the_first(precision, day):
    election = record(branch(), date(2012, 8, 17), held_precision=precision)

    assert (election.held_on, election.due_on) == (day, due_after(day, 3))


def test_a_first_election_known_by_year_is_not_before_the_founding():
    assert record(branch(), date(2010, 8, 17), held_precision=Precision.YEAR).held_on == date(2010, 5, 1)


def test_correction_moves_the_due_date_with_the_day_and_leaves_it_otherwise():
    election = m.election(branch(), due_on=date(2013, 6, 30))

    assert correct(election, approval="城党组〔2010〕1号").due_on == date(2013, 6, 30)
    election.refresh_from_db()
    assert correct(election, held_on=date(2010, 6, 1)).due_on == date(2013, 6, 1)


def test_correction_needs_a_reason():
    with pytest.raises(ValidationError) as error:
        correct(m.election(branch()), reason=" ")
    assert fields(error) == ["reason"]


def test_correction_of_an_older_version_shows_the_difference():
    election = m.election(branch())
    correct(election, held_on=date(2010, 6, 1))

    with pytest.raises(StaleRecord) as stale:
        correct(election, term_years=2)

    assert stale.value.theirs["held_on"] == (date(2010, 5, 1), date(2010, 6, 1))
    assert stale.value.mine == {"term_years": (3, 2)}
    assert Election.objects.get().term_years == 3


def test_correction_does_not_pass_over_an_extension():
    election = m.extended(branch(), date(2010, 5, 1), to=date(2013, 6, 1), on=date(2013, 4, 1))

    with pytest.raises(ValidationError) as error:
        correct(election, held_on=date(2010, 7, 1))
    assert fields(error) == ["held_on"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"approver": ""}, "approver"),
        ({"reason": ""}, "reason"),
        ({"extended_to": date(2013, 5, 1)}, "extended_to"),
        ({"extended_on": date(2010, 4, 30)}, "extended_on"),
        ({"extended_on": date(2023, 1, 10)}, "extended_on"),
        ({"extended_to": date(2014, 5, 2)}, "beyond_reason"),
    ],
)
def test_an_extension_is_refused_by_field(changes, field):
    with pytest.raises(ValidationError) as error:
        extend(m.election(branch()), **changes)
    assert fields(error) == [field]
    assert Election.objects.get().extended_to is None


def test_an_extension_of_twelve_months_is_usual_and_a_longer_one_says_why():
    election = m.election(branch())

    extend(election, extended_to=date(2014, 5, 1))
    election.refresh_from_db()
    assert election.extension_reason == "换届人选尚在考察"
    extend(election, extended_to=date(2014, 5, 2), beyond_reason="企业正在重组")
    assert Election.objects.get().extension_reason == "换届人选尚在考察;超过12个月的原因:企业正在重组"


def test_only_the_last_term_is_extended():
    body = branch()
    first = m.election(body)
    m.election(body, date(2013, 5, 1))

    with pytest.raises(ValidationError) as error:
        extend(first)
    assert error.value.code == "not_last"


def test_a_department_writes_elections_of_its_line_and_a_township_of_its_bodies():
    union, party = branch("union"), branch()
    away = f.covered(f.organization(under=f.unit(f.PARK)), line="union")

    assert record(union, date(2011, 5, 1), by=f.union_office())
    with pytest.raises(NotAllowed):
        record(party, date(2011, 5, 1), by=f.union_office())
    assert record(party, date(2011, 5, 1), by=f.township())
    for act in (
        lambda: record(away, date(2011, 5, 1), by=f.township()),
        lambda: extend(m.election(away), by=f.township()),
    ):
        with pytest.raises(NotAllowed):
            act()
    secretary = f.account("secretary", organization=party.memberships.get().organization)
    with pytest.raises(NotAllowed):
        correct(Election.objects.get(branch=party), by=secretary)


def test_a_joint_body_with_a_member_elsewhere_is_not_a_townships_to_write():
    joint = f.covered(
        f.organization(), f.organization(under=f.unit(f.PARK)), line="union", form="union_joint", name="联合工会"
    )

    with pytest.raises(NotAllowed):
        record(joint, date(2011, 5, 1), by=f.township())
    assert record(joint, date(2011, 5, 1), by=f.union_office())


def test_the_calendar_counts_what_the_list_would_show():
    as_of = date(2013, 4, 10)
    m.election(branch(), date(2010, 4, 30))
    m.election(branch(), date(2010, 7, 10))
    m.election(branch("union"), date(2010, 10, 10))
    m.election(branch("union"), date(2010, 4, 1))
    m.election(branch("league"), date(2011, 1, 1), 2)
    m.extended(branch("league"), date(2010, 1, 1), to=date(2013, 12, 31), on=date(2013, 1, 5))
    branch("mechanism")
    branch("union", form="union_organizer")
    branch("women")
    branch(dissolved_on=date(2013, 4, 10), dissolved_reason="合并")

    found = calendar_of(bodies_with_terms(f.owner(), as_of), as_of)

    assert found.windows == [(6, 3), (3, 2), (1, 1)]
    assert {tag.word: n for tag, n in found.states} == {
        "正常": 0,
        "6个月内届满": 3,
        "逾期": 2,
        "延期中": 1,
        "延期已过": 0,
        "无换届记录": 1,
    }
    assert {month.code: month.count for month in found.months if month.count} == {
        "2013-04": 2,
        "2013-07": 1,
        "2013-10": 1,
        "2013-12": 1,
    }


def test_what_waits_is_of_ones_own_line_and_scope():
    as_of = date(2013, 4, 10)
    m.election(branch(), date(2010, 4, 30))
    m.election(branch("union"), date(2010, 4, 1))
    m.election(f.covered(f.organization(under=f.unit(f.PARK)), line="union"), date(2010, 4, 20))

    def told(user):
        return [(one.text, one.due, one.late) for one in waiting_terms(user, as_of)]

    late = ("1 个党群组织任期已过,还没有换届", date(2013, 4, 1), True)
    assert told(f.township()) == [late, ("1 个党群组织的任期在1个月内届满", date(2013, 4, 30), False)]
    assert told(f.union_office()) == [late, ("1 个党群组织的任期在1个月内届满", date(2013, 4, 20), False)]
    assert told(f.account("leader")) == []
