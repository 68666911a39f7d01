"""Loading the form of 2011; a county's own changes to it stay."""

import json
from pathlib import Path

from evaluation.models import Question, ReportForm, Section

DATA = Path(__file__).resolve().parent.parent / "data"


def load_reference() -> None:
    """Adds the seed forms the county does not have yet, with their sections and questions; idempotent."""
    for row in json.loads((DATA / "forms.json").read_text(encoding="utf-8")):
        sections = row.pop("sections")
        form, made = ReportForm.objects.get_or_create(code=row["code"], defaults=row)
        if not made:
            continue
        for one in sections:
            questions = one.pop("questions")
            section = Section.objects.create(form=form, **one)
            Question.objects.bulk_create(Question(section=section, **question) for question in questions)
