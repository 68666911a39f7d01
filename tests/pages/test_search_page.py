"""The search over everything: what it finds, for whom, and through which index."""

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from orgs.domain.naming import naming_fields
from orgs.models import Organization, Person
from orgs.queries_search import organizations_found, people_found
from tests import factories
from tests.factories import CHENGXIANG, PARK, account, covered, organization, owner, township, unit

pytestmark = pytest.mark.django_db


def person(name, **facts):
    facts = {"unit": unit(CHENGXIANG)} | facts
    derived = naming_fields(name, (), None, None)
    return Person.objects.create(
        name=name, search_text=derived["search_text"], sort_key=derived["sort_key"][:200], **facts
    )


@pytest.fixture
def look(client):
    def get(text, user=None, **query):
        client.force_login(user or owner())
        return client.get(reverse("search"), {"q": text, **query})

    return get


def found(response):
    parts = response.context["found"]
    return [[str(row) for row in part.rows] for part in (parts.organizations, parts.bodies, parts.people, parts.units)]


def test_one_text_finds_organizations_bodies_people_and_units(look):
    row = organization("城厢竹木制品厂")
    covered(row, organization("别家公司"), line="union", name="城厢片区联合工会")
    person("程香", organization=row)
    assert found(look("城厢")) == [["城厢竹木制品厂"], ["城厢片区联合工会"], [], ["城厢镇"]]
    assert found(look("cx"))[0::2] == [["城厢竹木制品厂"], ["程香"]]
    assert found(look("程香"))[2] == ["程香"]


def test_nothing_out_of_sight_is_found(look):
    there = organization("城厢外的公司", under=unit(PARK))
    covered(there, organization("园区别家", under=unit(PARK)), line="union", name="城厢外联合工会")
    person("城小明", unit=unit(PARK))
    person("城大明", organization=there, unit=None)
    assert found(look("城", township())) == [[], [], [], ["城厢镇"]]
    assert [len(part) for part in found(look("城", owner()))] == [1, 1, 2, 1]


def test_who_may_not_see_people_finds_none(look):
    row = organization("甲公司")
    person("甲小明", organization=row)
    filer = account("filer", organization=row)
    assert found(look("甲", filer))[2] == ["甲小明"]
    filer.role_assignments.get().role.__class__.objects.filter(code="filer").update(capabilities=["register.view"])
    assert found(look("甲", filer))[2] == []


def test_a_whole_code_leads_to_its_organization_and_only_in_sight(look):
    row, there = organization("甲公司", old_code="12345678-9"), organization("乙公司", under=unit(PARK))
    office = township()
    for text in (row.uscc, row.uscc.lower(), f" {row.uscc} ", "12345678-9"):
        assert look(text, office).url == reverse("organization-detail", args=[row.pk])
    assert found(look(there.uscc, office))[0] == []
    assert look(row.uscc[:10], office).status_code == 200


def test_the_code_of_a_merged_record_leads_to_what_it_was_merged_into(look):
    kept, gone = organization("甲公司"), organization("甲公司(旧)")
    Organization.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert look(gone.uscc).url == reverse("organization-detail", args=[kept.pk])


def test_refused_bodies_and_merged_records_are_left_out(look):
    row = organization("甲公司")
    body = covered(row, line="union", name="甲联合工会", confirmed=False)
    type(body).objects.filter(pk=body.pk).update(
        refused_at=factories.NOW, dissolved_on=body.founded_on, dissolved_reason="查无此组织"
    )
    Organization.objects.filter(pk=organization("甲公司二").pk).update(merged_into=row)
    assert found(look("甲"))[:2] == [["甲公司"], []]


def test_the_rest_is_one_link_away(look):
    for number in range(21):
        organization(f"城厢第{number}厂")
    response = look("城厢")
    assert len(found(response)[0]) == 20
    assert f"{reverse('organization-list')}?q=%E5%9F%8E%E5%8E%A2" in response.content.decode()


@pytest.mark.parametrize("text", ["", "   "])
def test_no_text_finds_nothing(look, text):
    organization("甲公司")
    assert "还没有输入要找的内容" in look(text).content.decode()


def test_the_page_of_a_found_organization_shows_its_unit_on_the_day(look):
    row = organization("甲公司")
    row.placements.update(period=f"(,{date(2012, 1, 1)})")
    factories.placed(row, unit(PARK), date(2012, 1, 1))
    assert "工业园区" not in _row(look("甲公司", as_of="2011-06-30"))
    assert "工业园区" in _row(look("甲公司", as_of="2012-06-30"))


def _row(response):
    text = response.content.decode()
    return text[text.index("found-organizations") :]


def test_it_takes_the_same_number_of_queries_for_one_row_and_for_three(client, django_assert_num_queries):
    client.force_login(owner())
    for number in range(3):
        row = organization(f"城厢第{number}厂")
        covered(row, line="union", name=f"城厢第{number}工会")
        person(f"城厢{number}", organization=row)
        with django_assert_num_queries(9):
            client.get(reverse("search"), {"q": "城厢"})


@pytest.mark.parametrize(
    ("rows", "index"),
    [(organizations_found, "orgs_organization_search_trgm"), (people_found, "orgs_person_search_trgm")],
)
def test_two_characters_are_looked_up_in_the_index(rows, index):
    query = rows(owner(), "城厢", date(2011, 6, 30))
    with connection.cursor() as cursor:
        # On an empty table any plan is as good; what counts is that the index serves the condition.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    assert index in query.explain()
