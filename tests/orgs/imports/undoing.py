"""What the tests of undoing share: an import as a job writes it, later acts of people, and the tables as they stand."""

import json
import uuid
from contextlib import contextmanager

import pghistory
from django.apps import apps
from django.db import connection
from django.utils import timezone
from pghistory.models import Event

from orgs.imports import write_file
from orgs.imports.undo_rules import REGISTER_UNDO
from quannan.base.domain.undoing import perform_undo, preview_undo
from quannan.base.models import Job
from tests import factories


def import_as_job(path, as_of, by=None, endings=(), kind="base.import_write"):
    """Writes the good rows of a file as the worker does; returns the job's number."""
    by = by or factories.owner()
    now = timezone.now()
    job = Job.objects.create(kind=kind, title="写入摸底表", created_by=by, created_at=now, sent_at=now)
    with pghistory.context(job=str(job.pk), user=by.pk):
        write_file(path, as_of, mode="valid", by=None, now=now, endings=endings)
    without_context()
    return job.pk


@contextmanager
def acting(by):
    """What one person does in one request."""
    with pghistory.context(user=by.pk):
        yield
    without_context()


def without_context():
    """Ends what a real transaction's end would: a test is one transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )


def undo(job, by=None, rules=REGISTER_UNDO, **more):
    """Takes an import back after asking what that does: the two must tell the same."""
    by = by or factories.owner()
    told = preview_undo(job, rules, by)
    done = perform_undo(job, rules, by=by, now=timezone.now(), **more)
    without_context()
    assert (done.subjects, done.deleted, done.restored) == (told.subjects, told.deleted, told.restored)
    return done


def tables(*, versions=True):
    """Every row of every table of the register, table by table; accounts and what is derived left out.

    Args:
        versions: whether `version` is kept.
    """
    found = {}
    for model in apps.get_app_config("orgs").get_models():
        if issubclass(model, Event) or model._meta.label in {"orgs.User", "orgs.RoleAssignment"}:
            continue
        row = "to_jsonb(t)" if versions else "to_jsonb(t) - 'version'"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {row} FROM {model._meta.db_table} t ORDER BY {model._meta.pk.column}")
            found[model._meta.label] = [json.loads(line) for (line,) in cursor.fetchall()]
    return found


def reasons(result):
    """Name → sentences, of the rows that are refused."""
    return {subject.name: list(subject.refusals) for subject in result.refused}


def names(subjects):
    return [subject.name for subject in subjects]


def new_number():
    return str(uuid.uuid4())
