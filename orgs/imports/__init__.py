"""Imports of the register: forms from a file to the tables, checked first, then written whole.

``check_file`` reads and reports without writing; ``write_file`` reads again and writes in one
transaction, so that a plan can never be older than the register it is applied to. ``kinds`` declares
the forms for the import page.
"""

from orgs.imports import kinds, kinds_people
from orgs.imports.form import FORM_CODE, register_form
from orgs.imports.run import check_file, write_file
from quannan.base.domain.import_files import CheckResult

__all__ = ["FORM_CODE", "CheckResult", "check_file", "kinds", "kinds_people", "register_form", "write_file"]
