"""What the pages of funds are asked with, and the seed they stand on."""

import pytest

from quannan.base.events import announce


@pytest.fixture
def seed(db) -> None:
    """Units, code lists, roles and standards as a new installation has them."""
    announce("reference.load")
