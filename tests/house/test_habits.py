"""Habits that hold for every file: its length, its words, what it may not contain."""

import ast
import json
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files, told, tree_of

LONGEST = 600
TEXT = (".py", ".sh", ".html", ".js", ".css", ".md", ".json", ".toml", ".txt", ".yml", ".conf", ".service", ".sql", "")
# Written by machines in the shape their tools want, or figures to compare with.
GENERATED = re.compile(r"(^|/)(migrations/\d{4}_|package-lock\.json$)|^tests/data/")
ELSEWHERE = {
    "a path of one machine": re.compile(r"(?<![\w./-])/(work|root|home|Users)/[\w.-]"),
    "a registry's address": re.compile(r"registry\.npm|npmmirror|pypi\.org/simple|files\.pythonhosted|/artifactory/"),
    "a locked address": re.compile(r'"resolved"\s*:'),
    "a number of somebody's task list": re.compile(r"\b(?:issue|ticket)\s*#?\d+\b", re.IGNORECASE),
    "work put off": re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"),
}


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in files():
        if path == Path(__file__) or path.suffix not in TEXT or path.name.startswith(".env"):
            continue
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


def test_no_file_is_longer_than_six_hundred_lines():
    long = {told(path): n for path, text in texts() if (n := text.count("\n")) > LONGEST and path.suffix != ".md"}
    assert [name for name in long if not GENERATED.search(name)] == []


def test_nothing_is_called_utils():
    assert [told(p) for p in files() if re.fullmatch(r"(utils?|helpers?|misc|common)", p.stem)] == []


@pytest.mark.parametrize("what", ELSEWHERE)
def test_the_repository_speaks_of_itself_alone(what):
    wrong = [
        f"{told(path)}:{text[: found.start()].count(chr(10)) + 1} {found.group()}"
        for path, text in texts()
        for found in ELSEWHERE[what].finditer(text)
    ]
    assert wrong == []


def test_no_test_is_skipped_or_expected_to_fail():
    wrong = [
        f"{told(path)}:{node.lineno}"
        for path in files(".py", folders=("tests",))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr in {"skip", "skipif", "xfail", "importorskip"}
    ]
    assert wrong == []


def test_tests_put_nothing_in_the_place_of_our_own_code():
    """Mocks of our code test the mock; only the standard library's clock and the like may be replaced."""
    wrong = [
        f"{told(path)}:{node.lineno}"
        for path in files(".py", folders=("tests",))
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(
            name.startswith("unittest.mock")
            for name in [getattr(node, "module", "") or "", *(n.name for n in node.names)]
        )
    ]
    assert wrong == []


MARKUP = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I),
    "a style in the page": re.compile(r"<style\b", re.I),
    "a style on an element": re.compile(r"\sstyle\s*=", re.I),
    "a handler on an element": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an address outside": re.compile(r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//", re.I),
    "code in an address": re.compile(r"javascript:", re.I),
    "text let through unescaped": re.compile(r"\|\s*safe\b|autoescape\s+off", re.I),
}


@pytest.mark.parametrize("what", MARKUP)
def test_templates_hold_no(what):
    wrong = [
        f"{told(path)}:{text[: found.start()].count(chr(10)) + 1} {found.group()}"
        for path in files(".html")
        for text in [path.read_text(encoding="utf-8")]
        for found in MARKUP[what].finditer(re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.S))
    ]
    assert wrong == []


def test_static_files_are_all_our_own():
    """Other people's code comes as a package, never as a copy: no fonts, no minified files, no licence headers."""
    wrong = []
    for path in files(folders=("static",)):
        if path.suffix in {".woff", ".woff2", ".ttf", ".otf", ".eot", ".map"} or ".min." in path.name:
            wrong.append(told(path))
        elif path.suffix in {".js", ".css"}:
            text = path.read_text(encoding="utf-8")
            if re.search(r"@license|Licensed under|\bMIT License|Copyright \(c\)", text, re.I):
                wrong.append(told(path))
            if any(len(line) > 400 for line in text.splitlines()):
                wrong.append(f"{told(path)} is minified")
    assert wrong == []


def test_styles_and_scripts_fetch_nothing_from_outside():
    wrong = [
        f"{told(path)}: {found.group()}"
        for path in files(".css", ".js", folders=("static",))
        for found in re.finditer(
            r"(?:@import|url\(|fetch\(|import\()\s*[\"']?(?:https?:)?//[^\s\"')]*", path.read_text()
        )
    ]
    assert wrong == []


def test_styles_need_nothing_that_chromium_90_lacks():
    """No :has(), container queries, nesting, oklch, color-mix or light-dark: the office's browsers are of 2021."""
    lacking = re.compile(
        r":has\(|@container\b|\bcolor-mix\(|\boklch\(|\blight-dark\(|^\s+&[\s:.\[>]|@layer\b|\bdvh\b", re.M
    )
    wrong = [
        f"{told(path)}: {found.group().strip()}"
        for path in files(".css", folders=("static",))
        for found in lacking.finditer(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S))
    ]
    assert wrong == []


def test_every_requirement_is_pinned_to_one_version():
    wrong = [
        f"{path.name}: {line}"
        for path in ROOT.glob("requirements*.txt")
        for line in path.read_text().splitlines()
        if line and not line.startswith(("#", "-r ")) and not re.fullmatch(r"[\w.\[\]-]+==[\w.]+(\s*;.*)?", line)
    ]
    assert wrong == []
    package = json.loads((ROOT / "package.json").read_text())
    wrong = [f"{name} {version}" for name, version in package["dependencies"].items() if not version[0].isdigit()]
    assert wrong == []


PUBLIC_DOCUMENTED = ("domain", "queries", "validators", "permissions")


def test_public_functions_of_the_inner_layers_say_what_they_promise():
    """Every public function that takes something has a docstring."""
    wrong = []
    for path in files(".py", folders=("orgs", "coverage", "quannan/base")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if not any(part.split("_")[0] in PUBLIC_DOCUMENTED for part in parts):
            continue
        for node in tree_of(path).body:
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and len(node.args.args + node.args.kwonlyargs) > 1
            ):
                if not ast.get_docstring(node):
                    wrong.append(f"{told(path)}:{node.lineno} {node.name}")
    assert wrong == []


def test_refusals_say_what_to_do():
    """No 非法, 无效 or 请重试 in what a user reads: they name neither what is wrong nor how to mend it."""
    wrong = [
        f"{told(path)}: {found.group()}"
        for path in files(".py", ".html", ".js", folders=("quannan", "orgs", "coverage", "templates", "static"))
        for found in re.finditer(r"非法|无效|请重试|操作失败", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_migrations_install_triggers_without_making_every_model_anew():
    wrong = [told(p) for p in files(".py") if "migrations" in p.parts and "pgtrigger.migrations" in p.read_text()]
    assert wrong == [], "write quannan.base.triggers.AddTrigger and RemoveTrigger (docs/developer/testing.md)"
