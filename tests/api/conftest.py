import pytest

from tests.house.world import World, make_world


@pytest.fixture
def world(db) -> World:
    return make_world()
