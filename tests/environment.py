"""Loaded before Django's settings: gives every test process its own corner of the broker."""

import os
import re

from quannan.base.keeper import running_environment
from quannan.base.var import Var

# Playwright's synchronous interface keeps a loop running in the thread of the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ.pop("DEBUG", None)


def own_broker() -> None:
    """Number 1 to 15 by worker: number 0 belongs to a program that runs on the same services."""
    for name, value in running_environment(Var.from_environment()).items():
        os.environ.setdefault(name, value)
    address = os.environ.get("REDIS_URL", "")
    worker = re.sub(r"\D", "", os.environ.get("PYTEST_XDIST_WORKER", "")) or "0"
    number = int(worker) % 14 + 1
    if address.startswith("unix:"):
        os.environ["REDIS_URL"] = address.split("?")[0] + f"?db={number}"
    else:
        os.environ["REDIS_URL"] = re.sub(r"(://[^/]+)(/\d*)?", rf"\1/{number}", address)


own_broker()


def pytest_configure() -> None:
    from django.conf import settings

    # Argon2 is slow on purpose; tests make many accounts.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Every test client would read through all static files.
    settings.WHITENOISE_AUTOREFRESH = True
