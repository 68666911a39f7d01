"""Lets the test database be emptied although the audit trail refuses TRUNCATE."""

import pytest
from django.core.management.commands import flush

TRIGGER = "base_audit_keep_table"


@pytest.fixture(scope="session", autouse=True)
def audit_trail_may_be_emptied_between_tests():
    """Tests with real transactions end in a flush; the trigger stands aside for that one statement."""
    original = flush.sql_flush

    def sql_flush(*args, **kwargs):
        statements = original(*args, **kwargs)
        if not any("base_auditentry" in statement for statement in statements):
            return statements
        return [
            f"ALTER TABLE base_auditentry DISABLE TRIGGER {TRIGGER}",
            *statements,
            f"ALTER TABLE base_auditentry ENABLE TRIGGER {TRIGGER}",
        ]

    flush.sql_flush = sql_flush
    yield
    flush.sql_flush = original
