"""Saved filters: what is kept, who sees it, and that it never holds a result."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from quannan.base.models import SavedFilter
from tests import factories as make

LIST = "organization-list"
D = "2011-06-30"


def keep(user, name="本镇应建未建", query="union=gap&sort=-employees&col=code&col=kind", **more):
    client = Client()
    client.force_login(user)
    address = f"{reverse('saved-filter-save')}?list={LIST}&query={query.replace('&', '%26')}"
    return client.post(address, {"name": name, **more})


def links(response):
    return {link.saved.name: parse_qs(link.query) for link in response.context["saved_filters"]}


def test_saved_filter_leads_back_to_filters_columns_and_order_at_the_day_of_the_page(opened):
    user = make.township()
    response = keep(user)
    assert parse_qs(urlsplit(response.url).query) == {
        "union": ["gap"],
        "sort": ["-employees"],
        "col": ["code", "kind"],
    }
    assert links(opened(user, LIST, as_of=D)) == {
        "本镇应建未建": {"union": ["gap"], "sort": ["-employees"], "col": ["code", "kind"], "as_of": [D]}
    }


def test_what_the_list_does_not_know_is_dropped(opened):
    user = make.township()
    keep(user, query="union=gap&as_of=2011-01-01&page=3&evil=1&q=")
    assert SavedFilter.objects.get().query == "union=gap"
    SavedFilter.objects.update(query="union=gap&gone=1&tab=filters")
    assert links(opened(user, LIST)) == {"本镇应建未建": {"union": ["gap"]}}


def test_private_ones_are_seen_by_their_owner_and_shared_ones_by_all(opened):
    owner, other = make.owner(), make.township()
    keep(owner, "自己用")
    keep(owner, "大家用", is_shared="on")
    keep(other, "镇里用")
    assert set(links(opened(owner, LIST))) == {"自己用", "大家用"}
    assert set(links(opened(other, LIST))) == {"大家用", "镇里用"}
    assert links(opened(other, "coverage-organizations")) == {}


def test_sharing_is_for_those_who_may(opened):
    secretary = make.account("secretary", organization=make.organization())
    keep(secretary, is_shared="on")
    assert SavedFilter.objects.get().is_shared is False


def test_shared_filter_shows_each_account_its_own_rows(opened):
    make.organization("甲", under=make.unit(make.PARK))
    owner, other = make.owner(), make.township()
    keep(owner, "园区的", query=f"unit={make.PARK}", is_shared="on")
    query = links(opened(other, LIST))["园区的"]
    response = opened(other, LIST, **{name: value[0] for name, value in query.items()})
    assert response.context["page_obj"].paginator.count == 0
    assert "甲</a>" not in response.content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("", "请填写名称。"), ("本镇应建未建", "您已有同名的筛选,请换一个名称,或先删除原来的。")],
)
def test_refused_names_say_how_to_mend_it(name, sentence):
    user = make.township()
    keep(user)
    assert sentence in keep(user, name).content.decode()
    assert SavedFilter.objects.count() == 1


def test_own_filter_is_renamed_and_deleted_and_others_are_not_found(opened, submit):
    user, other = make.township(), make.owner()
    keep(user)
    saved = SavedFilter.objects.get()
    assert submit(other, "saved-filter-rename", saved.pk, name="我的").status_code == 404
    assert submit(other, "saved-filter-delete", saved.pk).status_code == 404
    submit(user, "saved-filter-rename", saved.pk, name="镇里的")
    saved.refresh_from_db()
    assert (saved.name, saved.query) == ("镇里的", "union=gap&sort=-employees&col=code&col=kind")
    submit(user, "saved-filter-delete", saved.pk)
    assert not SavedFilter.objects.exists()


def test_saving_for_an_unknown_list_is_not_found(opened):
    assert opened(make.township(), "saved-filter-save", list="nowhere").status_code == 404
