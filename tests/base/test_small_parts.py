"""Events, encryption, masks, addresses of clients."""

import json
from urllib.parse import urlencode

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from orgs.models import Unit
from quannan.base.domain.job_running import run_job
from quannan.base.domain.jobs import start_job
from quannan.base.encryption import EncryptedTextField, mask_name, mask_phone
from quannan.base.events import announce, subscribe
from quannan.base.jobs import job_handler
from quannan.base.middleware import HistoryMiddleware, RequestOriginMiddleware, client_address
from quannan.base.origin import current_origin


def test_announce_runs_subscribers_in_order_once_each():
    told = []

    def first(**payload):
        told.append(("first", payload))

    def second(**payload):
        told.append(("second", payload))

    subscribe("probe.moved")(first)
    subscribe("probe.moved")(second)
    subscribe("probe.moved")(first)
    assert announce("probe.moved", organization=7) == 2
    assert told == [("first", {"organization": 7}), ("second", {"organization": 7})]
    assert announce("probe.nobody") == 0


def test_announce_does_not_swallow_errors():
    @subscribe("probe.broken")
    def broken():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        announce("probe.broken")


@given(st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])))
def test_encrypted_field_round_trip(text):
    field = EncryptedTextField()
    token = field.get_prep_value(text)
    assert token != text
    assert field.from_db_value(token, None, connection) == text


@pytest.mark.parametrize("blank", [None, ""])
def test_encrypted_field_keeps_blank_as_it_is(blank):
    field = EncryptedTextField()
    assert field.get_prep_value(blank) == blank
    assert field.from_db_value(blank, None, connection) == blank


def test_encrypted_field_reads_with_an_older_key(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    field = EncryptedTextField()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    token = field.get_prep_value("王小明")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert field.from_db_value(token, None, connection) == "王小明"
    settings.FIELD_ENCRYPTION_KEYS = [new]
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS"):
        field.from_db_value(token, None, connection)


@pytest.mark.parametrize("keys", [[], ["short"]])
def test_encrypted_field_says_what_is_wrong_with_the_keys(settings, keys):
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS"):
        EncryptedTextField().get_prep_value("x")


def test_encrypted_field_cannot_be_searched():
    field = EncryptedTextField()
    assert field.get_lookup("exact") is None
    assert field.get_lookup("isnull") is not None


@pytest.mark.parametrize(("name", "masked"), [("王小明", "王**"), (" 欧阳小明 ", "欧***"), ("王", "*"), ("", "")])
def test_mask_name(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("0797-2612345", "0797-26*****"),
        ("13800001234", "138****1234"),
        ("2612345", "2612***"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_mask_phone(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "address"),
    [
        ("10.0.0.9", "", [], "10.0.0.9"),
        ("10.0.0.9", "1.2.3.4", [], "10.0.0.9"),
        ("127.0.0.1", "1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", ["127.0.0.1"], "1.2.3.4"),
        ("127.0.0.1", "1.2.3.4, 10.1.1.1", ["127.0.0.1", "10.1.1.1"], "1.2.3.4"),
        ("", "", [], None),
        ("::1", "", [], "::1"),
    ],
)
def test_client_address(settings, remote, forwarded, trusted, address):
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", REMOTE_ADDR=remote, headers={"x-forwarded-for": forwarded})
    assert client_address(request) == address


@pytest.mark.parametrize(("given", "kept"), [("abcdef123456", True), ("short", False), ("a b; drop-table", False)])
def test_request_has_a_number_everywhere(given, kept):
    seen = []

    def view(request):
        seen.append((current_origin().request_id, request.error_id, current_origin().ip))
        return HttpResponse()

    response = RequestOriginMiddleware(view)(RequestFactory().get("/", headers={"x-request-id": given}))
    ((number, error_id, ip),) = seen
    assert (number == given) is kept
    assert number == error_id == response["X-Request-ID"]
    assert ip == "127.0.0.1"
    assert current_origin().request_id == ""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "reason"), [({"change_reason": " 企业更名 "}, "企业更名"), ({"change_reason": " "}, None), ({}, None)]
)
def test_history_knows_who_from_where_and_why(wang, data, reason):
    request = RequestFactory().post(
        "/organizations/7/", urlencode(data), content_type="application/x-www-form-urlencoded"
    )
    request.user, request.request_id = wang, "abcdef123456"
    context = HistoryMiddleware(lambda request: None).get_context(request)
    assert (context["user"], context["url"], context["request"]) == (wang.pk, "/organizations/7/", "abcdef123456")
    assert context.get("reason") == reason


@pytest.mark.django_db
def test_history_of_a_job_names_the_job_and_its_user(wang, now):
    seen = []

    @job_handler("probe.history")
    def look(run):
        unit = Unit.objects.create(code="99", name="测试党委", path="/99/")
        seen.append(unit.pk)

    job = start_job(kind="probe.history", title="历史", params={}, by=wang, now=now)
    run_job(job_id=job.pk, attempt=1, worker="w", now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.metadata FROM orgs_unitevent e JOIN pghistory_context c ON c.id = e.pgh_context_id"
            " WHERE e.pgh_obj_id = %s",
            seen,
        )
        (metadata,) = cursor.fetchone()
    assert json.loads(metadata) == {"job": str(job.pk), "user": wang.pk}
