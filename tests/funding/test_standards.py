"""Another version of the standard: seen first, from today on, nothing of the past rewritten."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from funding.domain.adequacy import Verdict, standard_on
from funding.domain.standards import Moved, preview_standard, save_standard, version_of
from funding.models import FundStandard
from orgs.domain.refusals import NotAllowed
from tests import factories as f
from tests import makers_funds as make

pytestmark = pytest.mark.usefixtures("seed")

FACTS = {"yearly_yuan_per_member": Decimal("150.00"), "counts": "receipts", "clause": "试行办法", "reading": ""}
DAY = date(2012, 6, 30)
TOMORROW = f.TODAY + timedelta(days=1)


def version(from_: date = TOMORROW, **facts) -> FundStandard:
    return version_of(from_=from_, facts=FACTS | facts)


def previewed(new: FundStandard, by=None):
    return preview_standard(new=new, as_of=DAY, by=by or f.owner(), now=f.NOW)


def saved(new: FundStandard, by=None, mark: str = ""):
    by = by or f.owner()
    return save_standard(new=new, as_of=DAY, mark=mark or previewed(new, by).mark, by=by, now=f.NOW)


def test_the_seed_holds_from_the_policy_on():
    (seed,) = FundStandard.objects.all()
    assert (seed.yearly_yuan_per_member, seed.period.lower, seed.clause) == (
        Decimal("100.00"),
        date(2011, 1, 24),
        "四(三)",
    )
    assert standard_on(date(2011, 1, 23)) is None
    assert standard_on(date(2011, 1, 24)) == seed


def test_a_version_ends_the_one_before_it():
    assert saved(version())
    assert [(str(s.yearly_yuan_per_member), s.period.lower, s.period.upper) for s in FundStandard.objects.all()] == [
        ("100.00", date(2011, 1, 24), TOMORROW),
        ("150.00", TOMORROW, None),
    ]
    assert str(standard_on(f.TODAY).yearly_yuan_per_member) == "100.00"


def test_a_version_that_has_not_begun_is_replaced():
    saved(version())
    saved(version(yearly_yuan_per_member=Decimal("200.00")))
    assert [str(s.yearly_yuan_per_member) for s in FundStandard.objects.all()] == ["100.00", "200.00"]


def test_a_version_between_ends_where_the_next_begins():
    later = TOMORROW + timedelta(days=30)
    saved(version(later))
    saved(version(TOMORROW, yearly_yuan_per_member=Decimal("120.00")))
    assert [(s.period.lower, s.period.upper) for s in FundStandard.objects.all()][1:] == [
        (TOMORROW, later),
        (later, None),
    ]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"from_": f.TODAY - timedelta(days=1)}, "from_"),
        ({"clause": " "}, "clause"),
        ({"yearly_yuan_per_member": Decimal(0)}, "yearly_yuan_per_member"),
    ],
)
def test_what_cannot_stand_is_refused(facts, field):
    for act in (previewed, lambda new: saved(new, mark="x")):
        with pytest.raises(ValidationError) as caught:
            act(version(**facts))
        assert list(caught.value.message_dict) == [field]


@pytest.mark.parametrize("who", [f.township, f.union_office, lambda: f.account("leader")])
def test_standards_are_the_owner_offices(who):
    with pytest.raises(NotAllowed):
        previewed(version(), by=who())


def test_the_preview_names_whose_verdict_changes():
    short, met, unknown = make.with_members(3), make.with_members(3), make.with_members(None)
    make.receipt(short, "300.00", date(2012, 2, 1))
    make.receipt(met, "450.00", date(2012, 2, 1))
    make.receipt(unknown, "450.00", date(2012, 2, 1))
    make.worked_in()
    found = previewed(version())
    assert found.moved == [Moved(short.pk, short.name, Verdict.MET, Verdict.SHORT)]
    assert (found.before.met, found.after.met, found.after.missing) == (2, 1, Decimal("150.00"))
    assert FundStandard.objects.count() == 1


def test_a_preview_that_is_out_of_date_saves_nothing():
    row = make.with_members(3)
    make.worked_in()
    new = version()
    mark = previewed(new).mark
    make.receipt(row, "300.00", date(2012, 2, 1))
    assert saved(new, mark=mark) is None
    assert FundStandard.objects.count() == 1


@pytest.mark.parametrize("yuan", ["100000000", "99999999.999", "0.001"])
def test_a_standard_that_cannot_be_kept_is_refused_at_its_field(yuan):
    facts = {"yearly_yuan_per_member": Decimal(yuan), "counts": "receipts", "clause": "四(三)", "reading": ""}
    with pytest.raises(ValidationError) as refused:
        preview_standard(new=version_of(from_=f.TODAY, facts=facts), as_of=f.TODAY, by=f.owner(), now=f.NOW)
    assert list(refused.value.message_dict) == ["yearly_yuan_per_member"]
