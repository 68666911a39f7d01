"""上报数字 through its pages: freeze, correct, freeze again, see who changed what and why."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from coverage.domain.publications import freeze
from coverage.domain.spans import drain_marks
from coverage.models import Publication, PublishedOrganization
from coverage.queries_publications import difference_page
from orgs.models import Role
from quannan.base.domain.job_running import run_job
from quannan.base.jobs import job_kind
from quannan.base.models import Attachment, Job, JobState
from tests import factories as make

D = "2011-06-30"


@pytest.fixture
def owner():
    return make.owner()


def frozen(by, **more) -> Publication:
    facts = {"as_of": make.date(2011, 6, 30), "title": "六月上报", "addressed_to": "市委组织部"} | more
    return freeze(by=by, now=timezone.now(), **facts)


@pytest.fixture
def publish(opened, submit):
    """Freezes 2011-06-30 through the page, with the figures it shows."""

    def published(user, title="六月上报", **changed):
        page = opened(user, "publication-freeze", as_of=D)
        data = {"as_of": D, "title": title, "addressed_to": "市委组织部", "seen": page.context["seen"]} | changed
        return submit(user, "publication-freeze", **data)

    return published


def test_june_is_frozen_corrected_and_frozen_again(opened, submit, publish, county, owner):
    """Both stand; the difference names the organization, the change, its author."""
    clerk, gap = make.township(), county["gap"]
    first = publish(owner, "六月上报")
    assert first.status_code == 302
    submit(clerk, "figures-correct", gap.pk, gap.figures.get().pk, as_of=D, women=9, employees=60, league_members=4,
           full_members=1, change_reason="漏报退休三人")  # fmt: skip
    drain_marks()
    assert publish(owner, "六月上报(更正)").status_code == 302
    new, old = Publication.objects.order_by("-pk")
    assert (old.title, new.title, new.previous) == ("六月上报", "六月上报(更正)", old)
    for row, eligible in ((old, 2), (new, 1)):
        page = opened(owner, "publication-detail", row.pk)
        assert page.context["found"].report.populations["all"].lines["women"].eligible == eligible
    page = opened(owner, "publication-differences", publication=old.pk, against=new.pk)
    text = page.content.decode()
    assert page.context["page_obj"].paginator.count == 1
    for words in (gap.name, "其中:女性", "12", "9", "更正", clerk.name, "漏报退休三人"):
        assert words in text
    rows = {row.line: row for row in page.context["found"].lines("all")}
    assert (rows["women"].old.eligible, rows["women"].new.eligible) == (2, 1)


def test_dashboard_leads_to_freezing_and_says_that_the_day_is_frozen(opened, county, owner):
    text = opened(owner, "coverage-dashboard", as_of=D).content.decode()
    assert "发布本期数字" in text
    assert "本日数字已定稿" not in text
    row = frozen(owner)
    text = opened(owner, "coverage-dashboard", as_of=D).content.decode()
    assert "本日数字已定稿" in text
    assert "现在的数字与定稿一致" in text
    county["gap"].figures.update(women=9)
    drain_marks()
    text = opened(owner, "coverage-dashboard", as_of=D).content.decode()
    assert f"differences/?publication={row.pk}" in text
    assert "本日数字已定稿" not in opened(owner, "coverage-dashboard", as_of="2011-05-31").content.decode()


def test_dashboard_tells_an_account_of_one_organization_nothing_of_publications(opened, county, owner):
    frozen(owner)
    text = opened(make.account("secretary", organization=county["gap"]), "coverage-dashboard", as_of=D).content.decode()
    assert "定稿" not in text
    assert "发布本期数字" not in text


def test_withdrawn_publication_is_no_longer_named_on_the_dashboard(opened, submit, county, owner):
    row = frozen(owner)
    assert submit(owner, "publication-withdraw", row.pk, change_reason="口径有误").status_code == 302
    assert "本日数字已定稿" not in opened(owner, "coverage-dashboard", as_of=D).content.decode()
    text = opened(owner, "publication-detail", row.pk).content.decode()
    assert "已作废" in text
    assert "口径有误" in text


def test_freezing_page_shows_what_would_be_frozen_and_what_is_open(opened, county, owner):
    make.covered(county["small"], line="union", composition="joint_area", is_provisional=True)
    drain_marks()
    page = opened(owner, "publication-freeze", as_of=D)
    quality = page.context["quality"]
    assert (quality.unknown_figures, quality.unknown_scale, quality.provisional) == (1, 1, 1)
    assert quality.unconfirmed == {"union": 1}
    text = page.content.decode()
    for words in ("在册正常经营 4 家", "剔除 1 家", "联合组织待归并", "定稿,不再改动"):
        assert words in text


def test_day_to_come_is_refused_with_a_sentence(opened, submit, county, owner):
    day = (timezone.localdate() + timedelta(days=1)).isoformat()
    text = opened(owner, "publication-freeze", as_of=day).content.decode()
    assert "还没有到" in text
    assert "定稿,不再改动" not in text
    answer = submit(owner, "publication-freeze", as_of=day, title="早报", addressed_to="市委组织部", seen="")
    assert answer.status_code == 422
    assert "还没有到" in answer.content.decode()
    assert not Publication.objects.exists()


def test_what_was_typed_stays_when_something_is_missing(publish, county, owner):
    answer = publish(owner, "半年统计", addressed_to="")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="半年统计"' in text
    assert "请填写报送对象。" in text


def test_figures_that_moved_since_the_page_are_shown_again(opened, submit, county, owner):
    seen = opened(owner, "publication-freeze", as_of=D).context["seen"]
    county["gap"].figures.update(women=9)
    data = {"as_of": D, "title": "六月上报", "addressed_to": "市委组织部"}
    answer = submit(owner, "publication-freeze", **data, seen=seen)
    assert answer.status_code == 422
    assert "数字已不是刚才显示的" in answer.content.decode()
    assert submit(owner, "publication-freeze", **data, seen=answer.context["seen"]).status_code == 302


def test_large_county_is_frozen_by_a_job_that_leads_to_the_publication(publish, county, owner, monkeypatch):
    monkeypatch.setattr("coverage.views.publications.INLINE", 3)
    answer = publish(owner)
    job = Job.objects.get()
    assert answer.url.endswith(f"{job.pk}/")
    assert not Publication.objects.exists()
    assert run_job(job_id=job.pk, attempt=job.attempt, worker="probe", now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.failure
    row = Publication.objects.get()
    assert (row.frozen_by, row.organizations) == (owner, 5)
    assert job.result["publication"] == row.pk


def test_every_number_of_the_page_opens_to_as_many_frozen_organizations(opened, county, owner):
    row = frozen(owner)
    county["gap"].figures.update(women=1)
    county["gap"].placements.update(unit=make.unit(make.PARK))
    drain_marks()
    found = opened(owner, "publication-detail", row.pk).context["found"]

    def listed(**query):
        page = opened(owner, "published-organizations", publication=row.pk, **query)
        return page.context["page_obj"].paginator.count

    base = found.report.base
    for measure, number in (("base", base.organizations), ("excluded", base.excluded), ("assumed", base.assumed),
                            ("unknown_figures", base.unknown_figures), ("unknown_scale", base.unknown_scale)):  # fmt: skip
        assert listed(measure=measure) == number
    for population, _, counts in found.populations:
        assert listed(population=population, measure="organizations") == counts.organizations
        assert listed(population=population, measure="work") == counts.work
        for line, _ in found.lines:
            for measure in ("eligible", "covered", "gap", "unknown", "voluntary", "unconfirmed"):
                wanted = getattr(counts.lines[line], measure)
                assert listed(population=population, line=line, measure=measure) == wanted
    for unit in found.report.units:
        assert listed(unit=unit.unit.code, own=1, measure="base") == unit.organizations


def test_unit_office_reads_its_own_subtree_alone(opened, county, owner):
    row = frozen(owner)
    office = make.township(make.PARK)
    page = opened(office, "publication-detail", row.pk)
    assert page.context["found"].report.base.organizations == 1
    text = page.content.decode() + opened(office, "published-organizations", publication=row.pk).content.decode()
    assert county["built"].name in text
    for hidden in ("gap", "silent", "away", "small"):
        assert county[hidden].name not in text
    assert opened(office, "publication-freeze").status_code == 403


def test_organizations_keep_the_names_and_figures_of_then(opened, county, owner):
    row = frozen(owner)
    county["gap"].figures.update(women=1)
    type(county["gap"]).objects.filter(pk=county["gap"].pk).update(name="改了名的厂")
    text = opened(owner, "published-organizations", publication=row.pk, q="长青").content.decode()
    assert "全南县长青竹木厂" in text
    assert "改了名的厂" not in text


def test_digest_is_checked_on_request(submit, county, owner):
    row = frozen(owner)
    text = submit(owner, "publication-verify", row.pk, follow=True).content.decode()
    assert "摘要一致" in text
    assert row.digest in text


def sheets(response) -> dict:
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return {name: [list(row) for row in book[name].iter_rows(values_only=True)] for name in book.sheetnames}


def test_workbook_holds_the_whole_publication(opened, county, owner):
    row = frozen(owner)
    found = sheets(opened(owner, "publication-export", row.pk))
    assert list(found) == ["总表", "各党(工)委", "目标节点", "组织名单", "剔除名单", "规则与算法", "原始单元格"]
    names = [line[0] for line in found["组织名单"]]
    assert PublishedOrganization.objects.filter(publication=row).count() == sum(
        county[key].name in names for key in county
    )
    assert county["away"].name in [line[0] for line in found["剔除名单"]]
    assert any(row.digest in str(line[0]) for line in found["总表"])
    office = make.township(make.PARK)
    theirs = sheets(opened(office, "publication-export", row.pk))
    assert county["gap"].name not in str(theirs)


def test_differences_are_exported_with_their_causes(opened, county, owner):
    row = frozen(owner)
    county["gap"].figures.update(women=9)
    drain_marks()
    book = load_workbook(
        BytesIO(b"".join(opened(owner, "publication-differences-export", publication=row.pk).streaming_content))
    )
    (last,) = [line for line in book.worksheets[0].iter_rows(values_only=True) if line[0] == county["gap"].name]
    assert "其中:女性 12→9" in last[3]
    assert last[4].startswith("更正:2011-06-30 的年度数字:其中:女性 12→9(系统 ")


def test_differences_can_be_filtered_by_what_moved_and_why(opened, county, owner):
    row = frozen(owner)
    county["gap"].figures.update(women=9)
    make.organization("补录的厂")
    drain_marks()

    def names(**query):
        page = opened(owner, "publication-differences", publication=row.pk, **query)
        return [r.record.name for r in page.context["rows"]]

    assert names(cause="late") == ["补录的厂"]
    assert names(cause="correction") == [county["gap"].name]
    assert names(move="entered") == ["补录的厂"]
    assert names(line="women") == [county["gap"].name]
    assert names(q="补录") == ["补录的厂"]
    assert names(cause="unknown") == []


def test_differences_of_nothing_published_say_so(opened, owner):
    assert "还没有定稿的上报数字" in opened(owner, "publication-differences").content.decode()
    assert opened(owner, "publication-differences", publication=99).status_code == 404


def test_unchanged_register_is_said_to_be_the_same(opened, county, owner):
    row = frozen(owner)
    assert "两边的数字和名单完全相同" in opened(owner, "publication-differences", publication=row.pk).content.decode()


@pytest.mark.parametrize("more", [0, 3])
def test_pages_ask_a_fixed_number_of_questions(opened, county, owner, django_assert_num_queries, more):
    for i in range(more):
        row = make.organization(f"又一家{i}", make.unit("36072906"))
        make.figures(row, employees=60, women=12)
        make.excluded(row, from_=make.date(2011, 6, 1)) if i == 0 else None
    drain_marks()
    row = frozen(owner)
    for i in range(more):
        frozen(owner, title=f"又一份{i}")
    county["gap"].figures.update(women=9)
    if more:
        county["built"].figures.update(women=39)
    drain_marks()
    opened(owner, "publication-list", as_of=D)
    for name, args, query, number in (
        ("publication-list", (), {}, 8),
        ("publication-detail", (row.pk,), {}, 8),
        ("published-organizations", (), {"publication": row.pk}, 9),
        ("publication-differences", (), {"publication": row.pk}, 32),
        ("publication-differences", (), {"publication": row.pk, "against": row.pk}, 11),
    ):
        with django_assert_num_queries(number):
            assert opened(owner, name, *args, as_of=D, **query).status_code == 200


def test_api_gives_the_frozen_figures_of_the_sight_with_the_digest(opened, county, owner):
    row = frozen(owner)
    county["gap"].figures.update(women=1)
    drain_marks()
    body = opened(owner, "api-publications").json()
    assert [(p["id"], p["digest"], p["title"]) for p in body["results"]] == [(row.pk, row.digest, "六月上报")]
    whole = opened(owner, "api-publication", row.pk).json()
    assert whole["populations"]["all"]["lines"]["women"]["eligible"] == 2
    assert sum(c["organizations"] for c in whole["cells"] if c["day"] == D) == whole["base"]["organizations"] == 4
    part = opened(make.township(make.PARK), "api-publication", row.pk).json()
    assert part["base"]["organizations"] == 1
    assert {c["unit"] for c in part["cells"]} == {make.PARK}
    assert opened(make.account("filer", organization=county["gap"]), "api-publications").status_code == 403


@pytest.fixture
def large(monkeypatch):
    """Every publication is too large for a page to wait for."""
    monkeypatch.setattr("coverage.queries_kept_results.INLINE", 0)


def worked_through(answer) -> Job:
    """The job a button has started, done; the answer leads to its page."""
    job = Job.objects.latest("created_at")
    assert answer.status_code == 302 and str(job.pk) in answer.headers["Location"]
    run_job(job_id=job.pk, attempt=1, worker="w", now=timezone.now())
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.failure
    return job


def test_a_large_publication_is_compared_by_a_job_and_the_page_shows_what_it_found(
    opened, submit, county, owner, large, client
):
    row = frozen(owner)
    small = {**county["gap"].figures.values().get()}
    county["gap"].figures.update(women=9, annual_revenue_yuan="1234567.50")
    drain_marks()
    asked = {"publication": row.pk, "against": "live"}
    page = opened(owner, "publication-differences", **asked)
    assert page.context["found"] is None
    assert "开始比较" in page.content.decode() and "两边的数字和名单完全相同" not in page.content.decode()
    job = worked_through(submit(owner, "publication-compare", row.pk, against="live"))
    client.force_login(owner)
    page = client.get(job_kind(job.kind).result_url(job))
    (found,) = page.context["found"].comparison.differences
    (inline,) = difference_page(row, None, user=owner).comparison.differences
    assert (found.old, found.new, found.causes) == (inline.old, inline.new, inline.causes)
    assert small["women"] == found.old["women"] != found.new["women"] == 9
    assert "比较的结果" in page.content.decode() and not page.context["kept"].moved
    book = load_workbook(BytesIO(b"".join(opened(owner, "publication-differences-export", **asked).streaming_content)))
    assert county["gap"].name in [cell.value for cell in book.active["A"]]
    # The next one replaces the first, whose figures are not those of the register any more.
    county["gap"].figures.update(women=25)
    drain_marks()
    page = opened(owner, "publication-differences", **asked)
    assert page.context["kept"].moved and "请重新比较" in page.content.decode()
    worked_through(submit(owner, "publication-compare", row.pk, against="live"))
    assert Attachment.objects.filter(purpose="coverage.compare").count() == 1
    assert opened(make.union_office(), "publication-differences", **asked).context["found"] is None


def test_what_was_made_for_a_wider_sight_is_not_shown_to_a_narrower_one(opened, submit, county, owner, large):
    row = frozen(owner)
    worked_through(submit(owner, "publication-compare", row.pk, against="live"))
    worked_through(submit(owner, "publication-file-job", row.pk))
    kept = Attachment.objects.get(purpose="coverage.published_file")
    assert b"".join(opened(owner, "attachment-download", kept.pk).streaming_content).startswith(b"PK")
    assert opened(make.township(), "attachment-download", kept.pk).status_code == 404
    owner.role_assignments.all().delete()
    owner.role_assignments.create(role=Role.objects.get(code="unit_office"), unit=make.unit())
    owner = type(owner).objects.get(pk=owner.pk)
    assert opened(owner, "publication-differences", publication=row.pk, against="live").context["found"] is None
    assert opened(owner, "publication-detail", row.pk).context["file"] is None
    assert opened(owner, "attachment-download", kept.pk).status_code == 404


def test_workbook_and_digest_of_a_large_publication_come_from_jobs(opened, submit, county, owner, large):
    row = frozen(owner)
    text = opened(owner, "publication-detail", row.pk).content.decode()
    assert "生成 Excel" in text and "最近一次核对" not in text
    assert opened(owner, "publication-export", row.pk).status_code == 302
    worked_through(submit(owner, "publication-file-job", row.pk))
    worked_through(submit(owner, "publication-verify", row.pk))
    page = opened(owner, "publication-detail", row.pk)
    text = page.content.decode()
    assert "摘要一致,留存的内容没有变动" in text and "为您写成的 Excel" in text
    with page.context["file"].attachment.file.open("rb") as file:
        assert "组织名单" in load_workbook(file).sheetnames
