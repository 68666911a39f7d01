import pytest

from coverage.domain import spans
from orgs.domain.demo import load_demo
from orgs.domain.demo.county import plan_county
from quannan.base.events import announce
from tests.factories import NOW

SMALL = 150


@pytest.fixture(scope="session")
def planned():
    """The demo county as it is planned, before any database."""
    return plan_county()


@pytest.fixture(scope="session")
def small():
    """A smaller county of the same kind: enough for every account, quickly loaded."""
    return plan_county(size=SMALL)


@pytest.fixture
def rules(db):
    """Reference data of a new installation."""
    announce("reference.load")


@pytest.fixture
def demo(rules, small):
    """A small demo county, loaded, with its figures up to date."""
    loaded = load_demo(by=None, now=NOW, county=small)
    spans.rebuild()
    return loaded
