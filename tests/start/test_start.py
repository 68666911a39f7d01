"""bin/start: a page at the printed address, and nothing left when it stops, however it stops."""

import http.client
import os
import re
import signal
import socket
import stat
import subprocess

from tests.start.installation import Installation, until


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def begin(installation: Installation, port: int) -> tuple[subprocess.Popen[str], str]:
    """Start and read until the greeting is whole; the process and what it said."""
    started = installation.begin("bin/start", "--empty", PORT=str(port))
    assert started.stdout is not None
    said = ""
    while "按 Ctrl-C 停止" not in said:
        line = started.stdout.readline()
        assert line, said
        said += line
    return started, said


def page(port: int, path: str) -> tuple[int, dict[str, str]]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path)
    answer = line.getresponse()
    line.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def stop(started: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    started.send_signal(number)
    assert started.stdout is not None
    rest = started.stdout.read()
    return started.wait(120), rest


def test_first_start_shows_address_and_account_once(installation: Installation) -> None:
    port = free_port()
    started, said = begin(installation, port)
    assert f"http://127.0.0.1:{port}/" in said
    password = re.search(r"首个管理员账号:admin +初始口令:(\w{14})", said)
    noted = installation.folder / "first-account.txt"
    assert password is not None
    assert password[1] in noted.read_text()
    assert stat.S_IMODE(noted.stat().st_mode) == 0o600
    assert page(port, "/healthz")[0] == 200
    status, headers = page(port, "/static/npm/tabler/tabler.min.css")
    assert (status, headers["content-type"]) == (200, 'text/css; charset="utf-8"')
    assert "script-src 'self';" in page(port, "/healthz")[1]["content-security-policy"]
    code, rest = stop(started)
    assert (code, rest.split()[-1]) == (0, "已停止。")
    assert installation.is_quiet()


def test_parts_that_stop_are_reported_and_started_again(installation: Installation) -> None:
    port = free_port()
    started, said = begin(installation, port)
    assert "初始口令见" in said
    assert started.stdout is not None
    for mark, label in [
        ("celery -A quannan.celery worker", "后台任务"),
        ("gunicorn", "网页服务"),
        ("bin/postgres", "数据库"),
        ("quannan.base.keeper", "数据库和消息队列"),
    ]:
        os.kill(installation.the_process(mark), signal.SIGKILL)
        line = started.stdout.readline()
        assert f"{label}意外停止" in line
        assert "已重新启动" in line
        until(lambda: _page_or_none(port) == 200)
    code, _ = stop(started, signal.SIGINT)
    assert code == 0
    assert installation.is_quiet()


def _page_or_none(port: int) -> int | None:
    try:
        return page(port, "/healthz")[0]
    except OSError:
        return None


def test_killed_program_leaves_no_process_and_starts_again(installation: Installation) -> None:
    port = free_port()
    started, _ = begin(installation, port)
    started.kill()
    started.wait()
    until(lambda: not installation.processes())
    again, _ = begin(installation, port)
    assert page(port, "/healthz")[0] == 200
    second = installation.begin("bin/start", PORT=str(free_port()))
    assert "已经在运行" in second.communicate(timeout=120)[0]
    assert second.returncode == 1
    assert stop(again)[0] == 0
    assert installation.is_quiet()


def test_taken_port_is_said_with_what_to_do(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = installation.begin("bin/start", PORT=str(port))
        said = refused.communicate(timeout=120)[0]
    assert refused.returncode == 1
    assert f"端口 {port} 已被别的程序占用" in said
    assert f"PORT={port + 1} bin/start" in said


def test_wrong_settings_are_refused_with_a_hint(installation: Installation) -> None:
    done = installation.manage("check", DATABASE_URL="mysql://x", REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode != 0
    assert "DATABASE_URL 不是 PostgreSQL 的地址" in done.stderr
