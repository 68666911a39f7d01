"""What activities do when the apps below announce something."""

from activities.domain import (  # noqa: F401 - they name acts, load and clear the demo, speak to the class
    actions,
    demo,
    demo_clear,
    guidance,
    merging,
)
from activities.domain.reference import load_reference
from quannan.base.events import subscribe


@subscribe("reference.load")
def load_programmes(**payload: object) -> None:
    """Loads the start values of programmes and kinds.

    Args:
        payload: nothing that is needed here.
    """
    load_reference()
