from datetime import date

import pytest

from coverage.domain.spans import drain_marks
from quannan.base.events import announce
from tests import factories as make

PASSWORD = "城厢-Tree-2011"


@pytest.fixture
def county(transactional_db):
    """Thirty organizations of two units with figures and bodies, and an account that sees them."""
    make.reference()
    announce("reference.load")
    rows = []
    for number in range(30):
        row = make.organization(
            f"全南县第{number}号木业有限公司",
            make.unit(make.PARK if number % 2 else make.CHENGXIANG),
            contact_name="丘晓明",
            contact_phone="0797-2612345",
        )
        make.figures(row, date(2010, 12, 31), employees=20 + number, women=number, league_members=number % 6)
        make.figures(row, date(2011, 6, 30), employees=24 + number, women=number, full_members=number % 5)
        if number % 3 == 0:
            make.covered(row, line="union")
        if number % 4 == 0:
            make.covered(row, line="women", confirmed=False)
        rows.append(row)
    make.excluded(rows[7])
    drain_marks()
    return rows


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_in(page, live_server):
    """Signs an account in by hand, as people do, and gives the page."""

    def enter(user):
        with_password(user)
        page.goto(f"{live_server.url}/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("h1:has-text('工作台')")
        return page

    return enter
