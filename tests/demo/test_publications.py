"""The demo's published figures: something to compare, and nothing left when the demo goes."""

from django.core.management import call_command

from coverage.domain.causes import find_causes
from coverage.domain.demo_publications import publish_demo
from coverage.domain.differences import CauseKind, compare
from coverage.domain.publications import check_digest, freeze
from coverage.models import Publication, PublishedCell, PublishedOrganization
from orgs.models import User
from tests.factories import NOW


def test_june_is_frozen_and_two_organizations_differ_with_author_and_reason(demo):
    row = publish_demo(now=NOW)
    assert check_digest(row).agrees
    found = compare(row, None, user=None)
    find_causes(found, user=None)
    told = {cause.kind: cause for d in found.differences for cause in d.causes}
    assert set(told) == {CauseKind.CORRECTION, CauseKind.LATE}
    assert told[CauseKind.CORRECTION].who == "两新工委办公室"
    assert told[CauseKind.CORRECTION].why == "按花名册核对,多计了已离职女职工"
    assert len(found.differences) == 2


def test_clearing_removes_publications_of_the_demo_and_of_its_accounts(demo):
    row = publish_demo(now=NOW)
    freeze(as_of=row.as_of, title="演示账号自己定的", addressed_to="试用", by=row.frozen_by, now=NOW)
    call_command("clear_demo", verbosity=0)
    for model in (Publication, PublishedCell, PublishedOrganization):
        assert not model.objects.exists()
    assert not User.objects.filter(username__startswith="owner").exists()
