"""The pages of the review: queue, difference, the acts' way on, and a fixed number of queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from evaluation.domain.reviewers import left_to_county
from evaluation.models import AnnualReport, Comment, ReportState, Stage
from evaluation.queries_home import waiting_reports
from evaluation.queries_review import next_waiting
from orgs.models import Role, RoleAssignment
from tests import factories
from tests import makers_reports as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
KNOWN = {code: value for code, value in make.ANSWERS.items() if code != "name"}


def same(round_):
    organization = factories.organization(registration_type="private", industry="C")
    return make.report(organization, round_, known=make.known(name=organization.name, **KNOWN))


@pytest.fixture
def round_():
    return make.round_()


@pytest.fixture
def township(client):
    user = factories.township()
    client.force_login(user)
    return user


def cost(client, url):
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


def test_the_queue_costs_the_same_for_one_and_three(client, township, round_):
    make.submitted(same(round_))
    first = cost(client, reverse("review-queue"))
    for _ in range(2):
        make.submitted(same(round_))
    assert cost(client, reverse("review-queue")) == first
    assert first <= 12


def test_the_queue_holds_what_waits_for_me_and_nothing_else(client, township, round_):
    mine, own, accepted = same(round_), same(round_), same(round_)
    make.submitted(mine)
    make.submitted(own, by=township)
    make.accepted(accepted)
    rows = client.get(reverse("review-queue")).context["rows"]
    assert [row.pk for row in rows] == [mine.pk]


def test_the_page_is_the_difference(client, township, round_):
    row = same(round_)
    make.submitted(row, **(KNOWN | {"employees": 60, "women": None}))
    make.opened(row)
    found = client.get(reverse("review-detail", args=[row.pk])).context["difference"]
    assert [(line.code, line.before, line.after) for line in found.changed] == [("employees", "48 人", "60 人")]
    assert "women" in [line.code for line in found.open]


def test_after_acceptance_the_next_in_the_queue_is_shown(client, township, round_):
    first, second = same(round_), same(round_)
    make.opened(first)
    make.submitted(second, now=NOW + timedelta(hours=1))
    facts = {"stage": "unit", "seen": first.submission_id}
    response = client.post(reverse("review-accept", args=[first.pk]), facts)
    assert response.headers["Location"] == reverse("review-detail", args=[second.pk])
    assert AnnualReport.objects.get(pk=first.pk).state == ReportState.UNIT_ACCEPTED


def test_a_return_without_a_word_keeps_the_page_and_says_what_is_missing(client, township, round_):
    row = make.opened(same(round_))
    response = client.post(reverse("review-return", args=[row.pk]), {"seen": row.submission_id, "text": ""})
    assert response.status_code == 422
    assert "退回须写明要改什么" in response.content.decode()
    client.post(reverse("review-comment", args=[row.pk]), {"question": "employees", "text": "请核对", "stage": "unit"})
    assert Comment.objects.get().made_by == township
    client.post(reverse("review-return", args=[row.pk]), {"seen": row.submission_id, "text": ""})
    assert AnnualReport.objects.get(pk=row.pk).state == ReportState.RETURNED


def test_bulk_shows_who_passes_and_who_not_and_then_does_it(client, township, round_):
    fine, changed = same(round_), same(round_)
    make.submitted(fine)
    make.submitted(changed, **(KNOWN | {"employees": 60}))
    url = reverse("review-bulk")
    preview = client.post(url, {"whole": "1"})
    assert (preview.context["passing_count"], preview.context["refused_count"]) == (1, 1)
    client.post(url, {"whole": "1", "step": "confirm", "mark": preview.context["mark"]})
    states = dict(AnnualReport.objects.values_list("pk", "state"))
    assert states == {fine.pk: "unit_accepted", changed.pk: "submitted"}


def test_the_owner_office_sees_first_what_no_unit_can_review(client, round_):
    owner, township = factories.owner(), factories.township()
    factories.account("unit_office", unit=factories.unit("360729"))
    retired = factories.township(factories.PARK)
    retired.is_active = False
    retired.save()
    theirs, filed_by_them = same(round_), same(round_)
    parked = make.report(factories.organization(under=factories.unit(factories.PARK)), round_)
    nowhere = make.report(factories.organization(), round_)
    nowhere.organization.placements.all().delete()
    for row in (theirs, parked, nowhere):
        make.submitted(row)
    make.submitted(filed_by_them, by=township)
    client.force_login(owner)
    url = reverse("review-queue")
    answer = client.get(url, {"stage": "unit"})
    assert {row.pk for row in answer.context["rows"]} == {filed_by_them.pk, parked.pk, nowhere.pk}
    assert "只列须由本级做单位审核的 3 份" in answer.content.decode()
    answer = client.get(url, {"stage": "unit", "units": "all"})
    assert len(answer.context["rows"]) == 4
    assert "全部单位等单位审核的 4 份;其中 3 份须由本级审核" in answer.content.decode()
    assert [one.text for one in waiting_reports(owner, factories.TODAY)] == ["2012 年度年检年报:3 份待单位审核"]
    chosen = client.post(f"{reverse('review-bulk')}?stage=unit", {"whole": "1"}).context
    assert chosen["passing_count"] + chosen["refused_count"] == 3
    client.force_login(township)
    answer = client.get(url)
    assert [row.pk for row in answer.context["rows"]] == [theirs.pk]
    assert answer.context["share"] is None


def test_what_the_units_only_account_files_for_falls_to_the_owner_office(round_):
    township = factories.township()
    row = same(round_)
    make.submitted(row)
    left = AnnualReport.objects.filter(left_to_county(factories.TODAY))
    assert not left.exists()
    role = Role.objects.filter(capabilities__contains=["reports.file"]).first()
    RoleAssignment.objects.create(user=township, role=role, organization=row.organization)
    assert list(left) == [row]
    # Another account of the unit does it.
    factories.township()
    assert not left.all().exists()


def test_after_a_decision_the_next_is_of_the_same_share(round_):
    owner = factories.owner()
    factories.township()
    theirs = same(round_)
    first, second = (make.report(factories.organization(under=factories.unit(factories.PARK)), round_) for _ in "ab")
    make.submitted(theirs, now=NOW - timedelta(days=2))
    make.submitted(first, now=NOW - timedelta(days=1))
    make.submitted(second)
    assert next_waiting(owner, Stage.UNIT, NOW, second) == first
    assert next_waiting(owner, Stage.UNIT, NOW, theirs) == theirs
