"""What annual reports do when the apps below announce something."""

from evaluation.domain import actions, demo_clear, merging  # noqa: F401 - names acts, clears the demo, moves along
from evaluation.domain.reference import load_reference
from quannan.base.events import subscribe


@subscribe("reference.load")
def load_forms(**payload: object) -> None:
    """Loads the seed form.

    Args:
        payload: nothing that is needed here.
    """
    load_reference()
