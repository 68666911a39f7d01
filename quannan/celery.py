"""The Celery application: its tasks are found in every app's tasks.py, its clockwork stands in settings."""

import ctypes
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quannan.settings")

app = Celery("quannan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

PR_SET_PDEATHSIG = 1


@worker_process_init.connect
def die_with_the_worker(**_: Any) -> None:
    """Have the kernel end a pool process whose worker was killed: no orphan may go on with a job nobody watches."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
