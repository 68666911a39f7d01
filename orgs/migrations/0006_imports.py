from django.db import migrations

THERE = """
INSERT INTO base_importrun (id, form, attachment_id, marked_copy_id, as_of, reading, check_result, write_result,
                            undo_result, check_job_id, write_job_id, created_by_id, created_at)
SELECT id, form, attachment_id, marked_copy_id, as_of, reading, check_result, write_result,
       '{}'::jsonb, check_job_id, write_job_id, created_by_id, created_at
FROM orgs_importrun
"""
BACK = """
INSERT INTO orgs_importrun (id, form, attachment_id, marked_copy_id, as_of, reading, check_result, write_result,
                            check_job_id, write_job_id, created_by_id, created_at)
SELECT id, form, attachment_id, marked_copy_id, as_of, reading, check_result, write_result,
       check_job_id, write_job_id, created_by_id, created_at
FROM base_importrun
"""
# What is on its way just now is known by its new words as well: kinds of job, purposes of files, questions and answers.
NEW_WORDS = [
    "UPDATE base_job SET kind = replace(kind, 'orgs.import_', 'base.import_') WHERE kind LIKE 'orgs.import%'",
    "UPDATE base_attachment SET purpose = replace(purpose, 'orgs.import.', 'imports.') WHERE purpose LIKE 'orgs.import.%'",
    """
    UPDATE base_job SET params = (params - 'endings') || jsonb_build_object('answers', params -> 'endings')
    WHERE kind = 'base.import_write' AND jsonb_exists(params, 'endings')
    """,
    """
    UPDATE base_importrun SET check_result = jsonb_set(check_result, '{questions}', (
        SELECT coalesce(jsonb_agg(q || jsonb_build_object('key', q -> 'line')), '[]'::jsonb)
        FROM jsonb_array_elements(check_result -> 'questions') q
    ))
    WHERE jsonb_exists(check_result, 'questions')
    """,
]
OLD_WORDS = [
    "UPDATE base_job SET kind = replace(kind, 'base.import_', 'orgs.import_') WHERE kind LIKE 'base.import%'",
    "UPDATE base_attachment SET purpose = replace(purpose, 'imports.', 'orgs.import.') WHERE purpose LIKE 'imports.%'",
    """
    UPDATE base_job SET params = (params - 'answers') || jsonb_build_object('endings', params -> 'answers')
    WHERE kind = 'orgs.import_write' AND jsonb_exists(params, 'answers')
    """,
]


class Migration(migrations.Migration):
    """Imports are kept by the base, for the workbooks of every app; what was imported so far goes there."""

    dependencies = [
        ("base", "0005_imports"),
        ("orgs", "0005_change_decided_reason"),
    ]

    operations = [
        migrations.RunSQL(sql=[THERE, *NEW_WORDS], reverse_sql=[BACK, *OLD_WORDS]),
        migrations.DeleteModel(name="ImportRun"),
    ]
