"""The repository as the house rules read it: its files, their place, and what each module imports."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "quannan", "orgs", "coverage", "activities", "funding", "evaluation", "templates", "static", "tests", "docs",
    "bench", "bin", "deploy", ".ci",
)  # fmt: skip
SKIPPED = {"__pycache__", "node_modules", ".venv", "var", ".git", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
# What an app stands on: it may import those, and nothing that is not below it.
BELOW = {
    "quannan.base": frozenset(),
    "orgs": frozenset({"quannan.base"}),
    "coverage": frozenset({"orgs", "quannan.base"}),
    "activities": frozenset({"coverage", "orgs", "quannan.base"}),
    "funding": frozenset({"coverage", "orgs", "quannan.base"}),
    "evaluation": frozenset({"funding", "activities", "coverage", "orgs", "quannan.base"}),
}
APPS = tuple(BELOW)


@dataclass(frozen=True)
class Import:
    """One imported module of ours.

    Attributes:
        module: dotted name, with the imported name where that may itself be a module.
        line: where it stands.
        late: whether it stands inside a function.
    """

    module: str
    line: int
    late: bool


def files(*suffixes: str, folders: tuple[str, ...] = FOLDERS) -> list[Path]:
    """Files of the repository, those at its top included.

    Args:
        suffixes: such as ".py"; every file where none is given.
        folders: the top folders looked through.
    """
    found = [p for p in ROOT.iterdir() if p.is_file()] if folders == FOLDERS else []
    for folder in folders:
        for place, names, inside in os.walk(ROOT / folder):
            names[:] = [n for n in names if n not in SKIPPED]
            found += [Path(place) / name for name in inside]
    return sorted(p for p in found if not suffixes or p.suffix in suffixes)


def told(path: Path) -> str:
    """A file's path inside the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_of(path: Path) -> str:
    """The dotted name of a source file."""
    return told(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def app_of(module: str) -> str | None:
    """The app a module belongs to, None for the project's own and for other people's."""
    return next((app for app in APPS if module == app or module.startswith(f"{app}.")), None)


def app_files() -> Iterator[tuple[str, Path]]:
    """Source files of the apps without their migrations, each with its app."""
    for path in files(".py", folders=("quannan", *(a for a in APPS if "." not in a))):
        app = app_of(module_of(path))
        if app and "migrations" not in path.parts:
            yield app, path


def imports_of(path: Path) -> list[Import]:
    """What of ours a source file imports, at its top and inside functions."""
    return list(_imports(tree_of(path), module_of(path), path.name == "__init__.py", late=False))


def _imports(node: ast.AST, module: str, is_package: bool, *, late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for name in child.names:
                yield Import(name.name, child.lineno, late)
        elif isinstance(child, ast.ImportFrom):
            base = child.module or ""
            if child.level:
                parts = module.split(".")
                keep = len(parts) - child.level + (1 if is_package else 0)
                base = ".".join([*parts[:keep], *([child.module] if child.module else [])])
            for name in child.names:
                yield Import(f"{base}.{name.name}", child.lineno, late)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, module, is_package, late=late or inside)
