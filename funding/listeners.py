"""What funds do when the apps below announce something."""

from funding.domain import actions, demo, guidance, merging  # noqa: F401 - they name acts, load and clear the demo
from funding.domain.reference import load_reference
from quannan.base.events import subscribe


@subscribe("reference.load")
def load_seed(**payload: object) -> None:
    """Loads the code lists and the seed standard.

    Args:
        payload: nothing that is needed here.
    """
    load_reference()
