"""The receipt of a filing as a PDF, with the reader's own Chinese face."""

from datetime import datetime
from io import BytesIO

from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from evaluation.models import Submission
from evaluation.models.rounds import SecondCertifier

FACE = "STSong-Light"
LEFT, RIGHT, TOP = 28 * mm, 182 * mm, 262 * mm
STEP = 10 * mm
LETTERS = 30


def receipt_facts(version: Submission) -> list[tuple[str, str]]:
    """What a receipt says, as (word, value).

    Args:
        version: with report, organization and round.
    """
    facts = [
        ("回执编号", version.receipt),
        ("单位名称", version.report.organization.name),
        ("批次", f"{version.report.round.name}(第 {version.number} 次报送)"),
        ("报送时间", f"{timezone.localtime(version.submitted_at):%Y-%m-%d %H:%M:%S}"),
        ("签署人", f"{version.signer_name} {version.signer_post}".strip()),
    ]
    if version.second_name:
        role = dict(SecondCertifier.choices).get(version.second_role, "")
        facts.append(("第二签署人", f"{version.second_name}({role})"))
    who = "代报人" if version.on_behalf else "报送人"
    facts.append((who, version.submitted_by_name))
    kind = [word for word, said in (("补报", version.is_late), ("更正", version.is_correction)) if said]
    if kind:
        facts.append(("性质", "、".join(kind)))
    return [*facts, ("内容摘要", version.digest)]


def receipt_pdf(version: Submission, now: datetime) -> BytesIO:
    """The receipt on one sheet of A4.

    Args:
        version: with report, organization and round.
        now: when it is printed.
    """
    pdfmetrics.registerFont(UnicodeCIDFont(FACE))
    file = BytesIO()
    page = Canvas(file, pagesize=A4)
    page.setTitle(f"年检年报报送回执 {version.receipt}")
    page.setFont(FACE, 20)
    page.drawCentredString(A4[0] / 2, TOP, "年检年报报送回执")
    y = TOP - 2 * STEP
    for word, value in receipt_facts(version):
        page.setFont(FACE, 11)
        page.drawString(LEFT, y, word)
        for start in range(0, len(value), LETTERS):
            page.drawString(LEFT + 32 * mm, y, value[start : start + LETTERS])
            y -= STEP * 0.7
        page.line(LEFT, y + 2 * mm, RIGHT, y + 2 * mm)
        y -= STEP * 0.5
    page.setFont(FACE, 9)
    page.drawString(LEFT, y - STEP, "凭回执编号可在“年检年报 → 回执查验”核对这份报送是否真实、有没有改动过。")
    page.drawString(LEFT, y - 1.6 * STEP, f"打印时间 {timezone.localtime(now):%Y-%m-%d %H:%M}")
    page.showPage()
    page.save()
    file.seek(0)
    return file
