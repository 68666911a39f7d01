from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from coverage.domain.spans import drain_marks
from quannan.base.events import announce
from tests import factories as make

AS_OF = date(2011, 6, 30)


@pytest.fixture(autouse=True)
def rules(db):
    """The seed standards, scale rule, milestones, units and forms."""
    make.reference()
    announce("reference.load")


@pytest.fixture
def opened():
    """Opens a page by its URL name as an account: opened(user, "organization-list", as_of="2011-06-30")."""

    clients: dict[int, Client] = {}

    def get(user, view, /, *args, headers=None, **query):
        if user.pk not in clients:
            clients[user.pk] = Client()
            clients[user.pk].force_login(user)
        return clients[user.pk].get(reverse(view, args=args), query, headers=headers or {})

    return get


@pytest.fixture
def submit(django_capture_on_commit_callbacks):
    """Submits a form as an account, with what follows the commit: submit(user, "figures-record", pk, employees=30)."""

    def post(user, view, /, *args, follow=False, query=None, **data):
        client = Client()
        client.force_login(user)
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(reverse(view, args=args, query=query), data)
        return client.get(response.url) if follow and response.status_code == 302 else response

    return post


@pytest.fixture
def county():
    """Five organizations that differ: above scale and built, a gap, unknown figures, excluded, another unit's."""
    park = make.unit(make.PARK)
    built = make.organization("全南县启明电子有限公司", park)
    make.figures(built, employees=120, women=40, league_members=12, full_members=9)
    for line in ("party", "union", "league", "women", "mechanism"):
        make.covered(built, line=line)
    gap = make.organization("全南县长青竹木厂")
    make.figures(gap, employees=60, women=12, league_members=4, full_members=1)
    make.covered(gap, line="union", confirmed=False)
    make.covered(gap, line="league")
    silent = make.organization("全南县晨曦服饰店")
    away = make.organization("全南县停工矿业有限公司")
    make.figures(away, employees=80, women=20, league_members=8, full_members=4)
    make.excluded(away)
    small = make.organization("龙源坝镇便民超市", make.unit("36072906"))
    make.figures(small, employees=12, women=0, league_members=3, full_members=0)
    drain_marks()
    return {"built": built, "gap": gap, "silent": silent, "away": away, "small": small}
