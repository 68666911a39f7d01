"""What every declared list must keep to."""

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from quannan.base.listing import Listed

MODULES = [
    f"{path.parent.name}.{path.stem}"
    for app in ("coverage", "orgs")
    for path in sorted(Path(settings.BASE_DIR, app).glob("tables*.py"))
]
LISTS = {one.name: one for name in MODULES for one in vars(import_module(name)).values() if isinstance(one, Listed)}


@pytest.mark.parametrize("name", sorted(LISTS))
def test_each_column_of_a_list_has_its_own_key(name):
    keys = [column.key for column in LISTS[name].columns]
    assert sorted(keys) == sorted(set(keys))
