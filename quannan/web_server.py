"""How gunicorn serves the pages; read by bin/start and by the systemd unit in deploy/."""

import ctypes
import os
import signal
from typing import Any

from quannan.base.var import Var

_var = Var.from_environment()

# nginx or the browser on this machine; never the open network.
bind = os.environ.get("BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_class = "gthread"
threads = 4
preload_app = True
# Long work is a job; no page takes longer than this.
timeout = 120
graceful_timeout = 5
keepalive = 5
accesslog = str(_var.log / "access.log")
errorlog = "-"
loglevel = "info"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
control_socket_disable = True

PR_SET_PDEATHSIG = 1


def post_fork(server: Any, worker: Any) -> None:
    """No worker may hold the port after its master was killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
