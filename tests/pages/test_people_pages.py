"""任职, 交叉任职, 连续任职三年, 人才库, 职业党群干部 and a person's page: what each role sees, finds and carries out."""

import io
from datetime import date

import openpyxl
import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse

from orgs.models import Appointment, Candidate, Person
from quannan.base.models import AuditEntry
from tests import factories as f
from tests import makers_people as m

pytestmark = pytest.mark.django_db
D = "2011-06-30"
DAY = date(2011, 6, 30)


def names(response) -> list[str]:
    return [row.cells[0].value for row in response.context["rows"]]


def exported(response) -> list[tuple]:
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    found = list(book.active.iter_rows(values_only=True))
    head = next(i for i, row in enumerate(found) if row[0] in ("姓名", "主管党(工)委"))
    return found[head + 1 :]


@pytest.fixture
def team():
    """A township's factory with a secretary who chairs the union, and another unit's factory."""
    here, there = f.organization("甲厂"), f.organization("乙厂", f.unit(f.PARK))
    party, union, league = (f.covered(here, line=line) for line in ("party", "union", "league"))
    boss = m.person("陈书记", here, phone="13800001234", political_status="full")
    member, chair, foreign = m.person("林委员", here), m.person("团小王", here), m.person("外书记", there)
    m.post(boss, party, source="investor", is_full_time=False, from_=date(2008, 6, 30))
    Appointment.objects.filter(person=boss).update(period=DateRange(date(2010, 5, 1), None))
    m.post(boss, union, source="investor")
    m.post(member, party, "party.publicity", source="sent", is_full_time=True)
    m.post(member, league)
    m.post(foreign, f.covered(there), source="recruited")
    return {"here": here, "there": there, "party": party, "union": union, "league": league,
            "boss": boss, "member": member, "chair": chair, "foreign": foreign}  # fmt: skip


@pytest.mark.parametrize("rows", [1, 3])
def test_posts_ask_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for i in range(rows):
        at = f.organization()
        m.post(m.person(f"书记{i}", at), f.covered(at))
    opened(user, "appointment-list", as_of=D)
    with django_assert_num_queries(14):
        assert len(names(opened(user, "appointment-list", as_of=D))) == rows


def test_each_role_sees_the_posts_of_its_scope_on_page_and_in_export(opened, team):
    mine = ["陈书记", "陈书记", "林委员", "林委员"]
    seen = {
        f.owner(): [*mine, "外书记"],
        f.union_office(): [*mine, "外书记"],
        f.account("leader"): [*mine, "外书记"],
        f.township(): mine,
        f.township(f.PARK): ["外书记"],
        f.account("secretary", organization=team["here"]): mine,
        f.account("filer", organization=team["there"]): ["外书记"],
    }
    for user, expected in seen.items():
        response = opened(user, "appointment-list", as_of=D)
        assert sorted(names(response)) == sorted(expected)
        assert response.context["page_obj"].paginator.count == len(expected)
        if user.can("register.export"):
            assert sorted(row[0] for row in exported(opened(user, "appointment-export", as_of=D))) == sorted(expected)
        else:
            assert opened(user, "appointment-export", as_of=D).status_code == 403
    assert opened(f.account("auditor"), "appointment-list").status_code == 403


def test_a_day_shows_who_served_on_it(opened, team):
    user = f.township()
    row = Appointment.objects.get(person=team["member"], branch=team["party"])
    row.period = DateRange(date(2010, 5, 1), date(2011, 4, 1))
    row.save()
    assert names(opened(user, "appointment-list", as_of="2011-03-31", line="party")) == ["陈书记", "林委员"]
    assert names(opened(user, "appointment-list", as_of="2011-04-01", line="party")) == ["陈书记"]
    branch = team["union"]
    branch.dissolved_on, branch.dissolved_reason = date(2011, 5, 1), "企业停办"
    branch.save()
    assert len(names(opened(user, "appointment-list", as_of="2011-04-30", line="union"))) == 1
    assert names(opened(user, "appointment-list", as_of="2011-05-01", line="union")) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"head": "1"}, ["外书记", "林委员", "陈书记", "陈书记"]),
        ({"post": "party.publicity"}, ["林委员"]),
        ({"way": "internal"}, ["陈书记", "陈书记"]),
        ({"way": "recruited"}, ["外书记"]),
        ({"source": "sent"}, ["林委员"]),
        ({"full_time": "yes"}, ["林委员"]),
        ({"full_time": "no"}, ["陈书记"]),
        ({"full_time": "unknown", "line": "party"}, ["外书记"]),
        ({"unit": f.PARK}, ["外书记"]),
        ({"unit": f.COUNTY, "line": "league"}, ["林委员"]),
        ({"cross": "chair"}, ["陈书记", "陈书记"]),
        ({"cross": "member"}, ["林委员", "林委员"]),
        ({"cross": "any", "line": "party"}, ["林委员", "陈书记"]),
        ({"q": "乙厂"}, ["外书记"]),
        ({"q": "csj"}, ["陈书记", "陈书记"]),
        ({"q": "林委"}, ["林委员", "林委员"]),
    ],
)
def test_filters_of_posts(opened, team, query, expected):
    response = opened(f.owner(), "appointment-list", as_of=D, **query)
    assert sorted(names(response)) == sorted(expected)
    found = exported(opened(f.owner(), "appointment-export", as_of=D, **query))
    assert sorted(row[0] for row in found) == sorted(expected)


def test_the_head_of_the_list_counts_heads_full_time_and_cross_posted(opened, team):
    note = opened(f.owner(), "appointment-list", as_of=D).context["note"]
    assert note == "负责人 4 人次,其中专职 0;交叉任职 4"


def test_a_secretary_who_chairs_another_factory_s_union_is_not_cross_posted(opened, team):
    other = f.organization("丙厂")
    alone = m.person("邓两地", team["here"])
    m.post(alone, f.covered(f.organization("丁厂")))
    m.post(alone, f.covered(other, line="union"))
    assert "邓两地" not in names(opened(f.owner(), "appointment-list", as_of=D, cross="any"))


def test_cross_posting_by_unit_opens_to_the_posts_counted(opened, team, django_assert_num_queries):
    user = f.owner()
    response = opened(user, "cross-posting", as_of=D)
    rows = {share.name: (share, cells) for share, cells in response.context["rows"]}
    share, cells = rows["全县"]
    assert (share.heads["party"], share.crossed["party"], share.rate("party")) == (2, 1, 50.0)
    assert (share.heads["league"], share.crossed["league"], share.heads["women"]) == (1, 1, 0)
    assert share.rate("women") is None
    for shown, cells in rows.values():
        for line, cell in zip(("party", "league", "women"), cells, strict=True):
            for number, query in ((shown.heads[line], "heads_query"), (shown.crossed[line], "crossed_query")):
                pairs = dict(pair.split("=") for pair in cell[query].lstrip("?").split("&"))
                listed = opened(user, "appointment-list", **pairs)
                assert listed.context["page_obj"].paginator.count == number
    table = exported(opened(user, "cross-posting-export", as_of=D))
    assert [row[:4] for row in table][0] == ("全县", 2, 1, 50)
    assert len(table) == len(rows)
    with django_assert_num_queries(7):
        opened(user, "cross-posting", as_of=D)


def test_a_joint_body_counts_in_each_unit_and_once_in_the_total(opened, team):
    joint = f.covered(team["here"], team["there"], line="women", form="women_committee", name="联合妇委会")
    m.post(m.person("钟妇女", team["here"]), joint)
    shares = [share for share, _ in opened(f.owner(), "cross-posting", as_of=D).context["rows"]]
    found = {share.code: share.heads["women"] for share in shares}
    assert (found[""], found[f.CHENGXIANG], found[f.PARK]) == (1, 1, 1)
    assert f.COUNTY not in found
    mine = [share for share, _ in opened(f.township(), "cross-posting", as_of=D).context["rows"]]
    assert {share.code for share in mine} == {"", f.CHENGXIANG}
    chosen = [share for share, _ in opened(f.owner(), "cross-posting", as_of=D, unit=f.PARK).context["rows"]]
    assert [(share.code, share.heads["women"]) for share in chosen] == [(f.PARK, 1)]


def test_heads_serving_three_years_running_in_one_or_several_bodies(opened):
    at, other = f.organization(), f.organization()
    first, second = (f.covered(row, from_=date(2005, 1, 1)) for row in (at, other))
    stayed, moved, paused, new = (m.person(name, at) for name in ("老书记", "换厂", "断档", "新人"))
    m.post(stayed, first, from_=date(2008, 6, 30))
    m.post(moved, first, from_=date(2007, 1, 1), last_day=date(2008, 6, 29))
    m.post(moved, second, from_=date(2008, 6, 30))
    third, fourth = (f.covered(f.organization(), from_=date(2005, 1, 1)) for _ in range(2))
    m.post(paused, third, from_=date(2005, 1, 1), last_day=date(2009, 12, 31))
    m.post(paused, fourth, from_=date(2010, 1, 2))
    m.post(new, third, from_=date(2010, 1, 1))
    m.post(m.person("老委员", at), first, "party.member", from_=date(2006, 1, 1))
    response = opened(f.township(), "tenure-list", as_of=D)
    assert [(row.record.person.name, row.record.since, row.record.years) for row in response.context["rows"]] == [
        ("换厂", date(2007, 1, 1), 4),
        ("老书记", date(2008, 6, 30), 3),
    ]
    assert "待考核登记" in response.content.decode()
    assert names(opened(f.township(), "tenure-list", as_of="2011-06-29")) == ["换厂"]
    assert sorted(row[0] for row in exported(opened(f.township(), "tenure-export", as_of=D))) == ["换厂", "老书记"]
    assert names(opened(f.township(f.PARK), "tenure-list", as_of=D)) == []
    assert names(opened(f.township(), "tenure-list", as_of=D, line="union")) == []
    assert names(opened(f.township(), "tenure-list", as_of=D, q="换厂", unit=f.CHENGXIANG)) == ["换厂"]


@pytest.mark.parametrize("rows", [1, 3])
def test_tenure_asks_the_same_number_of_questions(opened, rows, django_assert_max_num_queries):
    user = f.township()
    for i in range(rows):
        at = f.organization()
        m.post(m.person(f"书记{i}", at), f.covered(at, from_=date(2006, 1, 1)), from_=date(2006, 1, 1))
    opened(user, "tenure-list", as_of=D)
    # Twelve, and one more where the code lists a process keeps have just grown old.
    with django_assert_max_num_queries(13):
        assert len(names(opened(user, "tenure-list", as_of=D))) == rows


def test_phone_and_political_status_are_masked_on_the_page_and_shown_for_a_reason(opened, submit, team):
    user, pk = f.township(), team["boss"].pk
    text = opened(user, "person-detail", pk).content.decode()
    assert "138****1234" in text and "13800001234" not in text and "正式党员" not in text
    assert "13800001234" not in submit(user, "person-reveal", pk, reason="", follow=True).content.decode()
    answer = submit(user, "person-reveal", pk, reason="通知开会")
    assert "13800001234" in answer.content.decode() and "正式党员" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="person.reveal").count() == 1


def test_a_person_s_page_names_nothing_out_of_sight(opened, team):
    joint = f.covered(team["here"], team["there"], line="union", form="union_joint", name="片区联合工会")
    m.post(team["foreign"], joint, "union.vice")
    text = opened(f.township(), "person-detail", team["foreign"].pk).content.decode()
    assert "片区联合工会" in text and "管理范围以外的单位" in text and "乙厂" not in text
    assert opened(f.township(), "person-detail", m.person("外人", team["there"]).pk).status_code == 404
    m.candidate(team["boss"])
    assert "人才库</h2>" in opened(f.township(), "person-detail", team["boss"].pk).content.decode()
    secretary = f.account("secretary", organization=team["here"])
    assert "人才库</h2>" not in opened(secretary, "person-detail", team["boss"].pk).content.decode()


def test_an_organization_s_page_and_a_body_s_page_show_who_serves(opened, team):
    m.owner("陈书记", team["here"], phone="13900009999")
    text = opened(f.township(), "organization-detail", team["here"].pk, tab="people", as_of=D).content.decode()
    assert "林委员" in text and "宣传委员" in text and "139****9999" in text and "13900009999" not in text
    assert "姓名相同,请核对" in text and "没有登记负责人" not in text
    page = opened(f.account("leader"), "branch-detail", team["party"].pk, as_of=D).content.decode()
    assert "陈书记" in page and "工会主席" in page and "登记任职" not in page


def test_a_post_is_entered_with_somebody_new_and_a_namesake_is_offered_first(opened, submit, team):
    user = f.township()
    data = {"post": "party.member", "name": "林委员", "works_at": "甲厂", "from_": "2012-01-01"}
    other = f.organization("戊厂")
    branch = f.covered(other)
    answer = submit(user, "appointment-begin", branch.pk, **data)
    assert answer.status_code == 200 and "林委员,甲厂" in answer.content.decode()
    assert Person.objects.filter(name="林委员").count() == 1
    answer = submit(user, "appointment-begin", branch.pk, **data, same=str(team["member"].pk))
    assert answer.status_code == 302
    assert Appointment.objects.get(branch=branch).person == team["member"]
    answer = submit(user, "appointment-begin", branch.pk, **data | {"works_at": "戊厂", "same": "new"})
    assert answer.status_code == 302 and Person.objects.filter(name="林委员").count() == 2
    answer = submit(user, "appointment-begin", branch.pk, **data | {"name": "新来的", "works_at": "没有这家"})
    assert "没有这个全称或代码的组织" in answer.content.decode()


def test_who_would_follow_a_head_is_sent_to_the_change_of_the_leader(submit, team):
    data = {"post": "party.secretary", "name": "接任人", "works_at": "甲厂", "from_": "2012-01-01"}
    answer = submit(f.township(), "appointment-begin", team["party"].pk, **data)
    assert (
        "请办理“负责人调整”" in answer.content.decode()
        and reverse("leader-change-request", args=[team["party"].pk]) in answer.content.decode()
    )
    assert not Person.objects.filter(name="接任人").exists()


def test_the_body_is_looked_for_by_a_part_of_its_name(opened, team):
    found = opened(f.township(), "appointment-pick", q="甲厂").content.decode()
    assert reverse("appointment-begin", args=[team["union"].pk]) in found
    assert (
        reverse("appointment-begin", args=[team["union"].pk])
        in opened(f.union_office(), "appointment-pick", q="jc").content.decode()
    )
    assert (
        reverse("appointment-begin", args=[team["party"].pk])
        not in opened(f.union_office(), "appointment-pick", q="甲厂").content.decode()
    )
    assert "没有找到" in opened(f.township(), "appointment-pick", q="乙厂").content.decode()


def test_a_person_is_corrected_and_the_second_sees_the_difference(opened, submit, team):
    user, pk = f.township(), team["boss"].pk
    data = {"name": "陈书记", "works_at": "甲厂", "workplace": "办公室", "version": "1"}
    assert submit(user, "person-correct", pk, **data).status_code == 302
    team["boss"].refresh_from_db()
    assert (team["boss"].workplace, team["boss"].phone) == ("办公室", "13800001234")
    answer = submit(user, "person-correct", pk, **data | {"workplace": "车间", "phone": "13911112222"})
    text = answer.content.decode()
    assert "别人已改过" in text and "办公室" in text and "13800001234" not in text
    team["boss"].refresh_from_db()
    assert team["boss"].workplace == "办公室"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pool_asks_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for i in range(rows):
        m.candidate(m.person(f"人才{i}", f.organization()))
    opened(user, "candidate-list", as_of=D)
    with django_assert_num_queries(9):
        assert len(names(opened(user, "candidate-list", as_of=D))) == rows


def test_the_pool_shows_each_keeper_its_own_and_leaves_out_who_left(opened, team):
    m.candidate(team["chair"], "union", qualifications=["management"], source="sent")
    m.candidate(team["foreign"], "party")
    m.candidate(
        m.person("退出者"), status="withdrawn", left_on=date(2011, 6, 1), leaving_reason="本人要求",
        entered_on=date(2011, 1, 1),
    )  # fmt: skip
    assert sorted(names(opened(f.owner(), "candidate-list", as_of=D))) == ["团小王", "外书记"]
    assert names(opened(f.township(), "candidate-list", as_of=D)) == ["团小王"]
    assert names(opened(f.township(), "candidate-list", as_of=D, status="withdrawn")) == ["退出者"]
    assert sorted(names(opened(f.township(), "candidate-list", as_of="2011-05-31"))) == ["团小王", "退出者"]
    for query in ({"line": "union"}, {"qualification": "management"}, {"source": "sent"}, {"q": "甲厂"}):
        assert names(opened(f.owner(), "candidate-list", as_of=D, **query)) == ["团小王"]
        assert [row[0] for row in exported(opened(f.owner(), "candidate-export", as_of=D, **query))] == ["团小王"]
    for role in ("secretary", "filer"):
        assert opened(f.account(role, organization=team["here"]), "candidate-list").status_code == 403


def test_somebody_is_entered_into_the_pool_and_chosen(opened, submit, team):
    user = f.township()
    data = {"name": "新才", "works_at": "甲厂", "lines": ["women"], "entered_on": "2012-01-05"}
    assert submit(user, "candidate-enter", **data).status_code == 302
    entry = Candidate.objects.get()
    branch = f.covered(team["here"], line="women")
    url = reverse("candidate-choose", args=[entry.pk])
    assert "妇女组织" in opened(user, "candidate-choose", entry.pk, q="甲厂").content.decode()
    client = Client()
    client.force_login(user)
    answer = client.post(
        f"{url}?q=甲厂", {"branch": branch.pk, "post": "women.chair", "from_": "2012-02-01", "full_time": ""}
    )
    assert answer.status_code == 302
    entry.refresh_from_db()
    assert entry.status == "chosen" and entry.person.appointments.get().is_head


def test_professionals_are_seen_by_employer_and_host(opened, team):
    root = f.unit(f.COUNTY)
    m.professional(team["chair"], f.unit(), team["here"])
    m.professional(m.person("驻乙", under=root), root, team["there"])
    m.professional(m.person("县里的", under=root), root)
    assert sorted(names(opened(f.owner(), "professional-list", as_of=D))) == ["县里的", "团小王", "驻乙"]
    assert names(opened(f.township(), "professional-list", as_of=D)) == ["团小王"]
    assert names(opened(f.township(f.PARK), "professional-list", as_of=D)) == ["驻乙"]
    assert names(opened(f.account("filer", organization=team["there"]), "professional-list", as_of=D)) == ["驻乙"]
    assert names(opened(f.owner(), "professional-list", as_of="2011-02-28")) == []
    assert [row[0] for row in exported(opened(f.township(), "professional-export", as_of=D))] == ["团小王"]


@pytest.mark.parametrize("rows", [1, 3])
def test_professionals_ask_the_same_number_of_questions(opened, rows, django_assert_num_queries):
    user = f.township()
    for i in range(rows):
        at = f.organization()
        m.professional(m.person(f"干部{i}", at), f.unit(), at)
    opened(user, "professional-list", as_of=D)
    with django_assert_num_queries(9):
        assert len(names(opened(user, "professional-list", as_of=D))) == rows


def test_a_worker_and_an_owner_are_entered_through_their_forms(submit, team):
    user = f.township()
    data = {"name": "温干部", "unit": f.unit().pk, "sent_to": "甲厂", "lines": ["party"], "from_": "2012-01-05"}
    assert submit(user, "professional-hire", **data).status_code == 302
    worker = Person.objects.get(name="温干部").employments.get()
    assert worker.organization == team["here"]
    answer = submit(user, "professional-end", worker.pk, last_day="2012-06-30", change_reason="合同期满")
    assert answer.status_code == 302
    answer = submit(user, "owner-record", team["here"].pk, role="legal", name="黄法人", phone="", note="")
    assert answer.status_code == 302
    owner = team["here"].owners.get()
    answer = submit(user, "owner-correct", owner.pk, role="investor", name="黄法人", change_reason="原录入有误")
    assert answer.status_code == 302
    owner.refresh_from_db()
    assert owner.role == "investor"
    assert submit(user, "owner-end", owner.pk, last_day="2012-06-30", change_reason="股权转让").status_code == 302
