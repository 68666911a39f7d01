"""Our styles and scripts run in Chromium 90 (奇安信, UOS), and so does the style sheet of Tabler that is served."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

STATIC = Path(settings.BASE_DIR) / "static"
# What came after Chromium 90, as far as anybody might be tempted to write it.
LATER_CSS = [":has(", "@container", "@layer", "color-mix(", "oklch(", "light-dark(", "dvh", "subgrid", ":is(:has"]
NESTING = re.compile(r"^\s*&", re.M)
LATER_SCRIPT = [".at(", "structuredClone", "Object.hasOwn", ".replaceAll(", "??=", "||=", "static {", "await import"]
OURS_CSS = sorted(STATIC.glob("css/*.css"))
OURS_SCRIPT = sorted(STATIC.glob("js/*.js"))


@pytest.mark.parametrize("path", OURS_CSS, ids=lambda path: path.name)
def test_style_sheet_uses_nothing_later(path):
    text = path.read_text()
    assert [word for word in LATER_CSS if word in text] == []
    assert not NESTING.search(text)


@pytest.mark.parametrize("path", OURS_SCRIPT, ids=lambda path: path.name)
def test_script_uses_nothing_later(path):
    assert [word for word in LATER_SCRIPT if word in path.read_text()] == []


def test_tabler_served_gives_colours_that_chromium_90_reads():
    text = Path(finders.find("npm/tabler/tabler.min.css")).read_text()
    assert [word for word in ("oklch(", "color-mix(") if word in text] == []
