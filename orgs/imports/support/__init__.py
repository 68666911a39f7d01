"""指导员和挂点表: instructors, leaders and units tied to organizations, one row one term."""

from orgs.imports.support.form import SUPPORT_CODE
from orgs.imports.support.run import SupportImporter

__all__ = ["SUPPORT_CODE", "SupportImporter"]
