"""What the pages of annual reports are asked with."""

from tests.pages.conftest import opened, submit

__all__ = ["opened", "submit"]
