"""Personal facts at rest: encrypted fields, and the masks under which they are shown."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

MASK = "*"


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The cipher of ``FIELD_ENCRYPTION_KEYS``: the first key writes, all of them read."""
    keys = tuple(settings.FIELD_ENCRYPTION_KEYS)
    if not keys:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS 为空,请至少配置一个字段加密密钥。")
    try:
        return _cipher(keys)
    except ValueError as error:
        raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS 应为 Fernet 密钥(32 字节的 urlsafe base64)。") from error


class EncryptedTextField(models.TextField):
    """Text that stands in the database as a Fernet token. Blank stays blank.

    It can be neither searched nor ordered in SQL; lookups other than isnull are refused.
    """

    description = "加密文本"

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return cipher().encrypt(value.encode()).decode("ascii")

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        if value in (None, ""):
            return value
        try:
            return cipher().decrypt(value.encode("ascii")).decode()
        except (InvalidToken, UnicodeEncodeError) as error:
            raise ImproperlyConfigured("加密字段无法解密:FIELD_ENCRYPTION_KEYS 中缺少写入时所用的密钥。") from error

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            return None
        return super().get_lookup(lookup_name)


def mask_name(name: str) -> str:
    """王小明 → 王**; a name of one character is masked whole."""
    name = name.strip()
    if len(name) <= 1:
        return MASK * len(name)
    return name[0] + MASK * (len(name) - 1)


def mask_phone(phone: str) -> str:
    """0797-2612345 → 0797-26*****, 13800001234 → 138****1234.

    A mobile number keeps three digits before and four after, a landline its area code and
    two more; anything shorter than seven digits is masked whole.
    """
    phone = phone.strip()
    digits = sum(character.isdigit() for character in phone)
    if digits == 11 and phone.startswith("1") and phone.isdigit():
        return f"{phone[:3]}****{phone[-4:]}"
    if digits < 7:
        return MASK * len(phone)
    head, dash, number = phone.rpartition("-")
    keep = 2 if dash else 4
    return head + dash + number[:keep] + MASK * max(0, len(number) - keep)
