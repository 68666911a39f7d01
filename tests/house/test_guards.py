"""The rules that every test keeps without asking do bite."""

import socket
import warnings

import pytest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import engines
from django.urls import path

from orgs.models import Code, Unit
from tests.guards import GetWrote, NetworkUsed


def writes(request):
    Code.objects.create(list_name="industry", code="Z9", label="测")
    return HttpResponse("好")


def reads(request):
    return HttpResponse(str(Code.objects.count()))


urlpatterns = [path("writes/", writes), path("reads/", reads)]


def test_a_connection_that_leaves_the_machine_fails():
    with pytest.raises(NetworkUsed), socket.socket() as line:
        line.connect(("192.0.2.1", 80))


def test_an_undefined_template_variable_fails():
    template = engines["django"].from_string("{{ nobody_set_this }}")
    with pytest.raises(pytest.fail.Exception):
        template.render({})


def test_a_warning_fails():
    with pytest.raises(DeprecationWarning):
        warnings.warn("old", DeprecationWarning, stacklevel=1)


@pytest.mark.urls(__name__)
@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_get_that_writes_fails_and_one_that_reads_does_not(client, method):
    assert getattr(client, method)("/reads/").status_code == 200
    with pytest.raises(GetWrote):
        getattr(client, method)("/writes/")


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_a_post_may_write(client):
    client.post("/writes/")
    assert Code.objects.filter(code="Z9").exists()


@pytest.fixture
def units(db):
    return [Unit.objects.create(code=f"T{i:02}", name=f"单位{i:02}", path=f"/T{i:02}/") for i in range(20)]


def test_rows_without_an_order_come_in_any_order(units):
    rows = Unit.objects.filter(pk__in=[u.pk for u in units])
    assert list(rows.order_by("code")) == units
    assert list(rows.order_by()) != units


def test_pages_of_rows_without_an_order_fail(units):
    from django.core.paginator import UnorderedObjectListWarning

    with pytest.raises(UnorderedObjectListWarning):
        Paginator(Unit.objects.order_by(), 5).page(1)
