"""Settings read from environment variables; one that cannot be read is refused with a hint on how to write it."""

import os
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or blanks."""
    return text(name, default).replace(",", " ").split()


def flag(name: str) -> bool:
    value = text(name).lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"环境变量 {name} 现为“{value}”,应写成 1(是)或 0(否)。")
    return value in TRUE


def number(name: str, default: int, least: int, most: int) -> int:
    value = text(name) or str(default)
    if not value.isdecimal() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"环境变量 {name} 现为“{value}”,应为 {least} 到 {most} 之间的整数。")
    return int(value)


def database(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL address.

    Args:
        url: `postgresql://role:password@host:5432/name`, or with `?host=/folder` for a unix socket; other query
            parameters (sslmode, sslrootcert, ...) go to the driver.
    """
    hint = "应写成 postgresql://用户:口令@主机:5432/库名(口令中的特殊字符按网址规则转码)。"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(f"环境变量 DATABASE_URL 读不出来,{hint}") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"环境变量 DATABASE_URL 不是 PostgreSQL 的地址(本系统只用 PostgreSQL),{hint}")
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise ImproperlyConfigured(f"环境变量 DATABASE_URL 没有写库名,{hint}")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }


def broker(url: str) -> tuple[str, str]:
    """The address for the cache and the one for Celery, from one Redis or Valkey address.

    Args:
        url: `redis://[:password@]host:6379/0`, `rediss://...`, or `unix:///path.sock?db=0`.
    """
    parts = urlsplit(url)
    if parts.scheme in {"redis", "rediss"} and parts.hostname:
        return url, url
    if parts.scheme == "unix" and parts.path:
        index = parse_qs(parts.query).get("db", ["0"])[-1]
        return url, f"redis+socket://{parts.path}?virtual_host={index}"
    raise ImproperlyConfigured(
        "环境变量 REDIS_URL 读不出来,应写成 redis://:口令@主机:6379/0,或 unix:///套接字路径?db=0。"
    )
