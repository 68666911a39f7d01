"""Imports of the register: form F0 from a file to the tables, checked first, then written whole.

``check_file`` reads and reports without writing; ``write_file`` reads again and writes in one
transaction, so that a plan can never be older than the register it is applied to.
"""

from orgs.imports.form import FORM_CODE, register_form
from orgs.imports.run import CheckResult, check_file, write_file

__all__ = ["FORM_CODE", "CheckResult", "check_file", "register_form", "write_file"]
