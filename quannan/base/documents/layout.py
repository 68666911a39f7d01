"""The official look of a document of Word: A4, type area, faces and sizes after GB/T 9704."""

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from lxml import etree

# GB/T 9704: A4, 天头 37 mm, 订口 28 mm, 版心 156 mm × 225 mm.
PAGE_WIDTH, PAGE_HEIGHT = 210, 297
TOP, LEFT, WIDTH, HEIGHT = 37, 28, 156, 225

TITLE_FACE, TEXT_FACE, HEAD_FACE, TABLE_FACE = "方正小标宋简体", "仿宋_GB2312", "黑体", "宋体"
RED = RGBColor(0xB3, 0x26, 0x1E)
BLACK = RGBColor(0, 0, 0)

# What stands in for a face that a computer does not have, best first; Word reads them from the table of faces.
STAND_INS = {
    TITLE_FACE: "FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC",
    TEXT_FACE: "仿宋,FangSong,华文仿宋,STFangsong,宋体,SimSun,Noto Serif CJK SC",
    HEAD_FACE: "SimHei,微软雅黑,Microsoft YaHei,Noto Sans CJK SC",
    TABLE_FACE: "SimSun,Noto Serif CJK SC",
}
_SANS = {HEAD_FACE}

# 二号, 三号, 五号, 小五.
TITLE_SIZE, TEXT_SIZE, NOTE_SIZE, CELL_SIZE = Pt(22), Pt(16), Pt(10.5), Pt(9)
_LINE = Pt(28)

HEAD_STYLE, TEXT_STYLE, NOTE_STYLE = "公文红头", "公文正文", "公文说明"
CAPTION_STYLE, CHART_STYLE, CELL_STYLE, SIGN_STYLE = "公文表题", "公文图", "公文表格", "公文落款"


def official_layout(document: WordDocument) -> None:
    """Sets page, faces and styles of a new document.

    Args:
        document: as python-docx makes it.
    """
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT)
    section.top_margin, section.left_margin = Mm(TOP), Mm(LEFT)
    section.right_margin = Mm(PAGE_WIDTH - LEFT - WIDTH)
    section.bottom_margin = Mm(PAGE_HEIGHT - TOP - HEIGHT)
    section.footer_distance = Mm(22)
    _faces_known(document)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _type(normal, TEXT_FACE, TEXT_SIZE)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)

    text = _style(document, TEXT_STYLE, TEXT_FACE, TEXT_SIZE)
    text.paragraph_format.first_line_indent = 2 * TEXT_SIZE
    _exactly(text, _LINE)
    head = document.styles["Heading 1"]
    assert isinstance(head, ParagraphStyle)
    _type(head, HEAD_FACE, TEXT_SIZE)
    head.font.bold, head.font.color.rgb = False, BLACK
    head.paragraph_format.space_before, head.paragraph_format.space_after = Pt(6), Pt(0)
    head.paragraph_format.first_line_indent = 2 * TEXT_SIZE
    _exactly(head, _LINE)
    red = _style(document, HEAD_STYLE, TITLE_FACE, TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    red.font.color.rgb = RED
    _exactly(red, Pt(36))
    note = _style(document, NOTE_STYLE, TEXT_FACE, NOTE_SIZE)
    note.paragraph_format.space_before = Pt(3)
    _exactly(note, Pt(17))
    caption = _style(document, CAPTION_STYLE, HEAD_FACE, NOTE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
    # Exact spacing would cut a chart off at the height of a line.
    chart = _style(document, CHART_STYLE, TABLE_FACE, NOTE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    chart.paragraph_format.space_before = Pt(6)
    chart.paragraph_format.keep_with_next = True
    _style(document, CELL_STYLE, TABLE_FACE, CELL_SIZE)
    _style(document, SIGN_STYLE, TEXT_FACE, Pt(14))


def _style(
    document: WordDocument, name: str, face: str, size: Pt, alignment: WD_ALIGN_PARAGRAPH | None = None
) -> ParagraphStyle:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    style.base_style = document.styles["Normal"]
    _type(style, face, size)
    style.paragraph_format.alignment = alignment
    return style


def _type(style: ParagraphStyle, face: str, size: Pt) -> None:
    """Face and size, for digits and quotation marks as well; the faces of the theme would win and are taken away."""
    style.font.name, style.font.size = face, size
    faces = style.element.rPr.rFonts
    for name in [name for name in faces.attrib if name.endswith("Theme")]:
        del faces.attrib[name]
    faces.set(qn("w:eastAsia"), face)
    language = style.element.rPr.find(qn("w:lang"))
    if language is None:
        language = etree.SubElement(style.element.rPr, qn("w:lang"))
    # Figures count as words of another language, so that no line ends within one.
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _exactly(style: ParagraphStyle, height: Pt) -> None:
    style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    style.paragraph_format.line_spacing = height


def _faces_known(document: WordDocument) -> None:
    """Adds our faces, each with its stand-ins, to the document's table of faces."""
    old = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    table = etree.fromstring(old.blob)
    for face, stand_ins in STAND_INS.items():
        font = etree.SubElement(table, qn("w:font"), {qn("w:name"): face})
        for tag, value in (
            ("altName", stand_ins),
            ("charset", "86"),
            ("family", "swiss" if face in _SANS else "roman"),
            ("pitch", "variable"),
        ):
            etree.SubElement(font, qn(f"w:{tag}"), {qn("w:val"): value})
    blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)
    for key, relation in list(document.part.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.FONT_TABLE:
            document.part.drop_rel(key)
    part = Part(PackURI(str(old.partname)), CONTENT_TYPE.WML_FONT_TABLE, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FONT_TABLE)
