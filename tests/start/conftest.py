from collections.abc import Iterator

import pytest

from tests.start.installation import Installation


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One folder for the tests of a module, which run one after another: below a path with blanks and Chinese, deep enough for long names."""
    made = Installation(tmp_path_factory.mktemp("全南 县") / ("很长的 目录" * 4) / "数据")
    yield made
    made.end()


@pytest.fixture(autouse=True)
def closed_lines(installation: Installation) -> Iterator[None]:
    yield
    installation.close()
