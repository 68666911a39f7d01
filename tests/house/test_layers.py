"""The order of spec and folder names: arrows between apps, and between the roles of files inside one, point down."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import APPS, BELOW, app_files, app_of, files, imports_of, module_of, told, tree_of

# The file name is the role; a name may carry its subject before or behind the role: forms_accounts, import_views.
LEVELS = {
    "apps": 0,
    "lines": 0,
    "validators": 0,
    "permissions": 0,
    "models": 1,
    "domain": 2,
    "queries": 3,
    "tags": 3,
    "forms": 3,
    "filters": 3,
    "tables": 3,
    "imports": 3,
    "exports": 3,
    "tasks": 3,
    "jobs": 3,
    "listeners": 3,
    "api": 4,
    "views": 4,
    "context_processors": 4,
    "middleware": 4,
    "templatetags": 4,
    "management": 4,
    "urls": 5,
}
INNER = {"models", "validators", "permissions", "domain"}
# Scope conditions and querysets need each other: the later of the two is read when the first call comes.
MEETS_LATE = {("permissions", "models"), ("models", "domain")}


def role_of(module: str, app: str) -> str | None:
    """The role of a module inside its app, None for the app's own package."""
    rest = module.removeprefix(app).strip(".").split(".")[0]
    if not rest:
        return None
    parts = rest.split("_")
    whole = [rest, parts[-1], parts[0]]
    return next((name for name in whole if name in LEVELS), rest)


def modules() -> set[str]:
    return {module_of(path) for path in files(".py")}


def as_module(name: str, known: set[str]) -> str:
    """The module an imported name stands in: `orgs.models.Unit` is `orgs.models`."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name


def test_no_app_imports_one_that_does_not_lie_below_it_except_queries_from_the_outer_layer():
    known, wrong = modules(), []
    for app, path in app_files():
        inner = role_of(module_of(path), app) in INNER
        for found in imports_of(path):
            other = app_of(found.module)
            if other is None or other == app or other in BELOW[app]:
                continue
            reads_queries = role_of(as_module(found.module, known), other) == "queries"
            if app == "quannan.base" or inner or not reads_queries:
                wrong.append(f"{told(path)}:{found.line} imports {found.module}")
    assert wrong == []


def test_inside_an_app_every_file_imports_only_roles_below_or_beside_its_own():
    known, wrong = modules(), []
    for app, path in app_files():
        if app == "quannan.base":
            continue
        mine = role_of(module_of(path), app)
        if mine is None:
            continue
        for found in imports_of(path):
            module = as_module(found.module, known)
            other = role_of(module, app) if app_of(module) == app else None
            if (
                other is None
                or LEVELS.get(other, 3) <= LEVELS.get(mine, 3)
                or (found.late and (mine, other) in MEETS_LATE)
            ):
                continue
            if mine == "apps" and found.late:  # an app that is ready takes up its listeners and jobs
                continue
            wrong.append(f"{told(path)}:{found.line} imports {found.module}")
    assert wrong == []


def test_every_file_of_an_app_bears_a_role_for_its_name():
    unknown = {
        told(path)
        for app, path in app_files()
        if app != "quannan.base" and (role := role_of(module_of(path), app)) and role not in LEVELS
    }
    assert unknown == set()


def test_a_lower_app_names_no_higher_one_in_its_migrations_and_data():
    wrong = []
    for path in files(".py", ".json"):
        app = app_of(module_of(path))
        if app is None or "migrations" not in path.parts:
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Tuple) and node.elts and isinstance(node.elts[0], ast.Constant):
                label = {"base": "quannan.base"}.get(str(node.elts[0].value), str(node.elts[0].value))
                if label in BELOW and label != app and label not in BELOW[app] and len(node.elts) == 2:
                    wrong.append(f"{told(path)}:{node.lineno} depends on {label}")
    assert wrong == []


SURFACE = {"views", "api", "context_processors", "templatetags"}
FORBIDDEN = {"save", "delete", "update", "aggregate", "annotate", "bulk_create", "bulk_update", "raw", "get_or_create",
             "update_or_create"}  # fmt: skip


def surface_files() -> list[Path]:
    return [path for app, path in app_files() if role_of(module_of(path), app) in SURFACE]


def of_models(call: ast.Call) -> bool:
    """Whether a method call may be one of a row or a queryset, and not of a dict or a session."""
    assert isinstance(call.func, ast.Attribute)
    said = ast.unparse(call.func.value)
    plain = re.compile(r"(context|data|query|params|parameters|seen|found|headers|session|kept|extra)$")
    return not (call.func.attr == "update" and (plain.search(said) or any(k.arg is None for k in call.keywords)))


def test_views_and_serializers_write_no_row_and_count_nothing():
    wrong = [
        f"{told(path)}:{node.lineno} {ast.unparse(node.func)}()"
        for path in surface_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in FORBIDDEN
        and of_models(node)
    ]
    assert wrong == []


def test_views_and_serializers_ask_rows_only_for_what_the_account_may_see():
    """`.objects` in a view is followed by `.visible_to(…)`; reading without an account is a query's business."""
    wrong = []
    for path in surface_files():
        parents = {child: node for node in ast.walk(tree_of(path)) for child in ast.iter_child_nodes(node)}
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"}:
                follows = parents.get(node)
                if not (isinstance(follows, ast.Attribute) and follows.attr in {"visible_to", "none"}):
                    wrong.append(f"{told(path)}:{node.lineno} {ast.unparse(follows or node)}")
    assert wrong == []


def test_our_apps_send_each_other_no_signals():
    wrong = [
        f"{told(path)}:{found.line} {found.module}"
        for _, path in app_files()
        for found in imports_of(path)
        if found.module.startswith(("django.dispatch", "django.db.models.signals")) or "post_save" in found.module
    ]
    assert wrong == []


def test_only_a_job_catches_every_exception():
    """Cleaning up and letting it go on is not catching."""
    wrong = []
    for _, path in app_files():
        for node in ast.walk(tree_of(path)):
            if not isinstance(node, ast.ExceptHandler):
                continue
            caught = [] if node.type is None else [ast.unparse(n) for n in getattr(node.type, "elts", [node.type])]
            tidies = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if not tidies and (not caught or {"Exception", "BaseException"} & set(caught)):
                wrong.append(told(path))
    assert wrong == ["quannan/base/domain/job_running.py"]


def test_no_save_is_overridden():
    wrong = [
        f"{told(path)}:{node.lineno}"
        for _, path in app_files()
        for parent in ast.walk(tree_of(path))
        if isinstance(parent, ast.ClassDef)
        for node in parent.body
        if isinstance(node, ast.FunctionDef) and node.name == "save" and "models" in path.as_posix()
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_every_app_is_a_package_of_ours(app):
    assert any(found == app for found, _ in app_files())
