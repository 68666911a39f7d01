import pytest

from quannan.base.events import announce


@pytest.fixture
def rules(db):
    """The seed standards, scale rule, milestones, units and forms."""
    announce("reference.load")
