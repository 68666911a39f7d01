"""年检年报 in a real browser: unchanged in a few clicks; changed, returned, answered, accepted, and in the register."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coverage.domain.figures import report as figures_report
from coverage.domain.spans import drain_marks
from evaluation.domain.filing import save_answers
from evaluation.domain.rounds import open_round
from evaluation.models import AnnualReport, ReportState, ReportStep, StepKind
from orgs.models import Figures
from quannan.base.events import announce
from tests import factories as make
from tests import makers_reports
from tests.browser.conftest import PASSWORD, with_password

MOST_CLICKS = 12


class Clicks:
    """A page on which every click counts."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def on(self, selector):
        self.page.click(selector)
        self.count += 1


@pytest.fixture
def opened(transactional_db):
    """Two enterprises, last year's reports accepted, this year's round open since five days."""
    make.reference()
    announce("reference.load")
    rows = [make.organization(f"全南县第{n}号竹木有限公司", registration_type="private", industry="C") for n in (1, 2)]
    today = timezone.localdate()
    last = makers_reports.round_(today.year - 1)
    for row in rows:
        make.figures(row, date(2012, 6, 30), employees=48, women=12, league_members=5, full_members=2,
                     probationary_members=0, union_members=0, annual_revenue_yuan=3_000_000)  # fmt: skip
        # 300 yuan a member: less than 100 would ask for a word each year (四(三)).
        filed = makers_reports.answered(makers_reports.report(row, last), funds_total="600")
        makers_reports.accepted(filed, timezone.now() - timedelta(days=300))
    this = makers_reports.round_(
        today.year, as_of=today - timedelta(days=10), opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=20), unit_due_on=today + timedelta(days=30),
        county_due_on=today + timedelta(days=40), opened_at=None, opened_by_name="",
    )  # fmt: skip
    open_round(round_=this, by=None, now=timezone.now() - timedelta(days=5))
    drain_marks()
    return rows


def sign_in(page, live_server, user, clicks=None):
    with_password(user)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    (clicks or Clicks(page)).on("main button[type=submit], form button")
    page.wait_for_selector("h1:has-text('工作台')")


def test_an_unchanged_enterprise_files_in_few_clicks(opened, page, live_server):
    user = make.account("filer", organization=opened[0])
    clicks = Clicks(page)
    sign_in(page, live_server, user, clicks)
    clicks.on("text=去填报")
    clicks.on("text=全部无变化")
    clicks.on("text=检查并报送")
    page.fill("[name=signer_name]", "钟小明")
    clicks.on("button:has-text('签署并报送')")
    page.wait_for_selector("text=NB")
    row = AnnualReport.objects.get(organization=opened[0], year=timezone.localdate().year)
    assert row.state == ReportState.SUBMITTED
    assert row.submission.changed == []
    assert clicks.count <= MOST_CLICKS
    page.goto(f"{live_server.url}/")
    assert row.submission.receipt in page.inner_text("main")
    page.goto(f"{live_server.url}{reverse('receipt-check')}")
    page.fill("main input[type=text], main input:not([type=hidden])", row.submission.receipt)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"text={opened[0].name}")


def test_a_changed_one_is_returned_answered_accepted_and_stands_in_the_register(opened, page, live_server):
    organization = opened[1]
    filer = make.account("filer", organization=organization)
    township, county = make.township(), make.owner()
    row = AnnualReport.objects.get(organization=organization, year=timezone.localdate().year)
    before = figures_report(user=None, as_of=timezone.localdate())

    sign_in(page, live_server, filer)
    page.goto(live_server.url + reverse("report-fill", args=[row.pk]))
    page.click("text=全部无变化")
    page.goto(live_server.url + reverse("report-whole", args=[row.pk]))
    page.fill("[name=a-employees]", "120")
    page.fill("[name=a-women]", "40")
    page.wait_for_selector("[data-save-state]:has-text('已保存')")
    row.refresh_from_db()
    assert (row.answers["employees"], row.answers["women"]) == (120, 40)
    page.reload()
    for box in page.query_selector_all("[name^='r-']"):
        box.fill("新开一条生产线,人数按花名册核对过。")
    page.click("button:has-text('保存并继续')")
    page.goto(live_server.url + reverse("report-sign", args=[row.pk]))
    page.fill("[name=signer_name]", "钟小明")
    page.click("button:has-text('签署并报送')")
    page.wait_for_selector("text=NB")
    row.refresh_from_db()
    assert {flag["question"] for flag in row.submission.flags} == {"employees", "women"}

    sign_in(page, live_server, township)
    page.goto(live_server.url + reverse("review-detail", args=[row.pk]))
    page.click("text=打开审核")
    page.click("#q-employees summary")
    page.fill("#q-employees textarea[name=text]", "请写明是年末在册人数还是平均人数。")
    page.click("#q-employees button:has-text('记下意见')")
    page.click("button:has-text('退回')")
    page.wait_for_load_state()
    row.refresh_from_db()
    assert row.state == ReportState.RETURNED

    sign_in(page, live_server, filer)
    page.goto(live_server.url + reverse("report-fill", args=[row.pk]))
    page.fill("textarea[name=answer]", "是年末在册人数。")
    page.click("button:has-text('答复')")
    page.click("text=检查并报送")
    page.fill("[name=signer_name]", "钟小明")
    page.click("button:has-text('签署并报送')")
    page.wait_for_selector("text=NB")

    for who, stage in ((township, "unit_accepted"), (county, "accepted")):
        sign_in(page, live_server, who)
        page.goto(live_server.url + reverse("review-detail", args=[row.pk]))
        if page.query_selector("text=打开审核"):
            page.click("text=打开审核")
        page.click("button:has-text('通过,看下一份')")
        page.wait_for_load_state()
        row.refresh_from_db()
        assert row.state == stage

    figures = Figures.objects.get(organization=organization, as_of=row.round.as_of)
    assert (figures.employees, figures.women, figures.source) == (120, 40, "annual_report")
    assert row.submission.receipt in figures.note
    written = ReportStep.objects.get(report=row, kind=StepKind.WRITTEN)
    assert any(one["pk"] == figures.pk for one in written.detail["written"])
    drain_marks()
    after = figures_report(user=None, as_of=timezone.localdate())
    # With 120 employees it is 规模以上, and owes 一会三组 (三(四)).
    owed = [one.populations["all"].lines["mechanism"].eligible for one in (before, after)]
    assert owed == [0, 1]
    page.goto(f"{live_server.url}{reverse('organization-detail', args=[organization.pk])}?tab=changes")
    assert "年报" in page.inner_text("main")


def test_what_was_not_stored_is_shown_again_and_two_values_are_chosen_from(opened, page, live_server):
    row = AnnualReport.objects.get(organization=opened[0], year=timezone.localdate().year)
    filer = make.account("filer", organization=opened[0])
    sign_in(page, live_server, filer)
    url = live_server.url + reverse("report-whole", args=[row.pk])
    page.goto(url)
    meanwhile = {"employees": "51", "registration_type": "limited"}
    save_answers(report=row, typed=meanwhile, by=filer, now=timezone.now())
    page.fill("[name=a-employees]", "60")
    mine = "#q-employees [data-conflict]"
    page.wait_for_selector(mine)
    assert [page.inner_text(f"{mine} {part}") for part in ("[data-mine]", "[data-stored]")] == ["60 人", "51 人"]
    page.reload()
    page.wait_for_selector(mine)
    assert page.input_value("[name=a-employees]") == "60"
    assert page.is_visible("#q-employees [data-unsaved]")
    page.click(f"{mine} button:has-text('用我的')")
    page.wait_for_selector("[data-save-state]:has-text('已保存')")
    row.refresh_from_db()
    assert row.answers["employees"] == 60
    assert not page.is_visible(mine) and not page.is_visible("#q-employees [data-unsaved]")

    save_answers(report=row, typed={"employees": "52"}, by=filer, now=timezone.now())
    page.fill("[name=a-employees]", "61")
    page.wait_for_selector(mine)
    page.click(f"{mine} button:has-text('用已保存的')")
    assert page.input_value("[name=a-employees]") == "52"
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('report:'))") == []

    page.context.clear_cookies()
    page.fill("[name=a-women]", "17")
    page.check("[name=u-league_members]")
    page.wait_for_selector("[data-save-state]:has-text('登录已过期')")
    assert page.is_visible("#q-women [data-unsaved]")
    page.route("**/save/", lambda route: route.abort())
    sign_in(page, live_server, filer)
    page.goto(url)
    assert page.input_value("[name=a-women]") == "17"
    assert page.is_checked("[name=u-league_members]")
    assert page.is_visible("#q-women [data-unsaved]")
    page.unroute("**/save/")
    page.fill("[name=a-women]", "18")
    page.wait_for_selector("[data-save-state]:has-text('已保存')")
    row.refresh_from_db()
    assert (row.answers["women"], row.answers["league_members"]) == (18, None)
