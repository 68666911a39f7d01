"""bin/manage from nothing, twice at once, and after every kind of kill."""

import json
import os
import signal
import stat

import pytest

from tests.start.installation import Installation, until


def test_command_from_nothing_prints_its_own_output_only(installation: Installation) -> None:
    two = [installation.begin("bin/manage", "version") for _ in range(2)]
    assert [command.wait(300) for command in two] == [0, 0]
    done = installation.manage("coverage", "--as-of", "2011-06-30", "--json")
    assert (done.returncode, json.loads(done.stdout)["as_of"]) == (0, "2011-06-30")
    assert installation.is_quiet()


def test_keys_are_made_and_closed_to_others(installation: Installation) -> None:
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in installation.var.secrets.iterdir()}
    assert modes == dict.fromkeys(
        ["database-password", "database-superuser-password", "secret-key", "field-key"], 0o600
    )
    assert stat.S_IMODE(installation.var.secrets.stat().st_mode) == 0o700


def test_exit_code_is_passed_on(installation: Installation) -> None:
    assert installation.manage("shell", "-c", "raise SystemExit(7)").returncode == 7


def test_second_command_joins_and_the_last_one_stops(installation: Installation) -> None:
    first = installation.hold()
    postgres = installation.the_process("bin/postgres")
    assert installation.manage("version").returncode == 0
    assert installation.the_process("bin/postgres") == postgres
    first.send_signal(signal.SIGTERM)
    assert first.wait(120) == 128 + signal.SIGTERM
    assert installation.is_quiet()


def test_killed_command_leaves_nothing(installation: Installation) -> None:
    held = installation.hold()
    held.kill()
    held.wait()
    until(installation.is_quiet)


@pytest.mark.parametrize("part", ["bin/postgres", "valkey-server"])
def test_killed_server_is_started_again(installation: Installation, part: str) -> None:
    held = installation.hold()
    killed = installation.the_process(part)
    os.kill(killed, signal.SIGKILL)
    until(lambda: "已重新启动" in (installation.var.log / "services.log").read_text())
    ask = "from django.core.cache import cache; from orgs.models import Role; cache.set('a', 1); print(Role.objects.count())"
    done = installation.manage("shell", "-v", "0", "-c", ask)
    assert (done.returncode, done.stdout.strip()) == (0, "9")
    (installation.var.log / "services.log").unlink()
    held.terminate()
    held.wait(120)


def test_killed_keeper_is_replaced_at_the_next_command(installation: Installation) -> None:
    held = installation.hold()
    os.kill(installation.the_process("quannan.base.keeper"), signal.SIGKILL)
    done = installation.manage("shell", "-v", "0", "-c", "from orgs.models import Role; print(Role.objects.count())")
    assert (done.returncode, done.stdout.strip()) == (0, "9")
    held.terminate()
    held.wait(120)
    until(installation.is_quiet)


def test_everything_killed_at_once_is_recovered_from(installation: Installation) -> None:
    held = installation.hold()
    installation.end()
    held.wait()
    done = installation.manage("shell", "-v", "0", "-c", "from orgs.models import Role; print(Role.objects.count())")
    assert (done.returncode, done.stdout.strip()) == (0, "9")
    assert installation.is_quiet()
