"""Files: taken in within limits, given out only where their purpose allows."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from quannan.base.attachments import attachment_permission
from quannan.base.domain.attachments import store_attachment, sweep_stray_files
from quannan.base.models import Attachment, AuditEntry

pytestmark = pytest.mark.django_db


@attachment_permission("probe.own")
def own_only(user, attachment):
    return attachment.uploaded_by_id == user.pk


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def store(wang, now):
    def make(content=b"PK12345", name="全南县登记表.xlsx", purpose="probe.own", max_bytes=100):
        return store_attachment(
            file=ContentFile(content),
            name=name,
            purpose=purpose,
            allowed={"xlsx", "csv"},
            max_bytes=max_bytes,
            by=wang,
            now=now,
        )

    return make


def test_store_attachment_keeps_hash_name_and_uploader(store, wang, media):
    attachment = store()
    attachment.refresh_from_db()
    assert attachment.sha256 == hashlib.sha256(b"PK12345").hexdigest()
    assert (attachment.size, attachment.original_name) == (7, "全南县登记表.xlsx")
    assert (attachment.uploaded_by, attachment.file.name) == (wang, f"attachments/2026/11/{attachment.pk}.xlsx")
    assert (media / attachment.file.name).read_bytes() == b"PK12345"
    assert AuditEntry.objects.get().action == "attachment.store"


def test_store_attachment_takes_no_path_from_the_name(store):
    attachment = store(name="..\\..\\etc/../a.xlsx")
    assert attachment.original_name == "a.xlsx"
    assert attachment.file.name == f"attachments/2026/11/{attachment.pk}.xlsx"


@pytest.mark.parametrize(
    ("change", "code", "sentence"),
    [
        ({"name": "a.exe"}, "file_type", "请上传 .csv、.xlsx 文件"),
        ({"name": "noending"}, "file_type", "请上传 .csv、.xlsx 文件"),
        ({"content": b""}, "file_empty", "是空文件"),
        ({"max_bytes": 6}, "file_too_large", "超过上限"),
    ],
)
def test_store_attachment_refuses(store, media, change, code, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        store(**change)
    assert refused.value.code == code
    assert not Attachment.objects.exists()
    assert list(media.iterdir()) == []


def test_download_gives_the_own_name_and_no_sniffing(store, client, wang):
    attachment = store()
    client.force_login(wang)
    response = client.get(reverse("attachment-download", args=[attachment.pk]))
    assert b"".join(response.streaming_content) == b"PK12345"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%85%A8%E5%8D%97%E5%8E%BF%E7%99%BB%E8%AE%B0%E8%A1%A8.xlsx"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")


def test_download_by_others_is_as_if_it_did_not_exist(store, client, account):
    attachment = store()
    url = reverse("attachment-download", args=[attachment.pk])
    assert client.get(url).status_code == 302
    client.force_login(account("li", "jobs.see_all", "audit.read"))
    assert client.get(url).status_code == 404


def test_download_of_a_purpose_without_rule(store, client, wang):
    client.force_login(wang)
    attachment = store(purpose="probe.unruled")
    assert client.get(reverse("attachment-download", args=[attachment.pk])).status_code == 404


def test_sweep_stray_files(store, media):
    kept = store()
    default_storage.save("attachments/2026/11/stray.xlsx", ContentFile(b"x"))
    now = timezone.now()
    old = (now - timedelta(days=2)).timestamp()
    assert sweep_stray_files(now=now) == 0
    for path in (media / "attachments/2026/11").iterdir():
        os.utime(path, (old, old))
    assert sweep_stray_files(now=now) == 1
    assert [path.name for path in (media / "attachments/2026/11").iterdir()] == [f"{kept.pk}.xlsx"]
