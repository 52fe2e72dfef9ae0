"""The official blank with what departments and other programs leave in a workbook: pictures, notes, charts, controls, names, WPS parts…

    rich_blank("seal", "chart")         # two features
    rich_blank(*FEATURES)               # all at once

Every feature is put into the XML by hand, the same bytes every time, and touches no cell of the forms. Things stand above, inside and below
the rows of the tables, so that growing a table has something to move. Sheet 附页 is foreign: it reads the forms' amounts.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from lxml import etree

from tests.ooxml.parts import unpacked

BLANK = Path(__file__).resolve().parents[1] / "templates" / "2019" / "绩效目标申报.xlsx"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
OFFICE = "application/vnd.openxmlformats-officedocument"
MS_REL = "http://schemas.microsoft.com/office"
WPS_REL = "http://www.wps.cn/officeDocument/2020/cellImage"
EXTRA = "附页"
SHEETS = {"汇总表": 1, "支出方向表": 2, "部门整体": 3, "指标分解表": 4, "编报说明": 5, EXTRA: 6}
FUNDS, TARGETS, CARD = "汇总表", "支出方向表", "部门整体"
FUND_ROWS, TARGET_ROWS = (4, 23), (6, 25)
"""First and last row of the two tables of the blank."""

ORDER = re.findall(
    r"\w+",
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
    "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins "
    "pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF "
    "drawingHF picture oleObjects controls webPublishItems tableParts extLst",
)


def png(red: int = 200) -> bytes:
    """A seal of 8 × 8 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + bytes((red, 16, 16)) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(row * 8)) + chunk(b"IEND", b"")


# --- a package being made ----------------------------------------------------------------------------------------------


class Draft:
    """The parts of a workbook while features are put in."""

    def __init__(self, source: bytes) -> None:
        self.parts = unpacked(source)

    def packed(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in self.parts.items():
                archive.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
        return out.getvalue()

    def text(self, part: str) -> str:
        return self.parts[part].decode()

    def replace(self, part: str, old: str, new: str) -> None:
        """Put `new` for the one place where `old` stands."""
        text = self.text(part)
        assert text.count(old) == 1, f"{part} has {old!r} {text.count(old)} times"
        self.parts[part] = text.replace(old, new).encode()

    def type(self, part: str, kind: str) -> None:
        self.replace("[Content_Types].xml", "</Types>", f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')

    def default(self, extension: str, kind: str) -> None:
        if f'Extension="{extension}"' not in self.text("[Content_Types].xml"):
            self.replace(
                "[Content_Types].xml",
                '<Default Extension="xml"',
                f'<Default Extension="{extension}" ContentType="{kind}"/><Default Extension="xml"',
            )

    def relate(self, owner: str, kind: str, target: str, *, external: bool = False) -> str:
        """A relationship of a part, with the next free id. kind: the last word of an official type, or a whole one."""
        folder, _, leaf = owner.rpartition("/")
        rels = f"{folder}/_rels/{leaf}.rels" if folder else f"_rels/{leaf}.rels"
        text = self.parts.get(rels, f'<Relationships xmlns="{PACKAGE}"></Relationships>'.encode()).decode()
        number = 1 + max([int(n) for n in re.findall(r'Id="rId(\d+)"', text)], default=0)
        type_ = kind if ":" in kind else f"{REL}/{kind}"
        mode = ' TargetMode="External"' if external else ""
        one = f'<Relationship Id="rId{number}" Type="{type_}" Target="{target}"{mode}/>'
        self.parts[rels] = text.replace("</Relationships>", f"{one}</Relationships>").encode()
        return f"rId{number}"

    def sheet(self, name: str) -> str:
        return f"xl/worksheets/sheet{SHEETS[name]}.xml"

    def insert(self, sheet: str, element: str) -> None:
        """One element at its place in a sheet; the content joins that of one that is there already, but for conditional formats."""
        part = self.sheet(sheet)
        tree = etree.fromstring(self.parts[part])
        new = etree.fromstring(
            f'<m xmlns="{MAIN}" xmlns:r="{REL}" xmlns:mc="{MC}" xmlns:x14="{X14}" xmlns:xm="{XM}">{element}</m>'
        )[0]
        local = etree.QName(new).localname if not new.tag.startswith(f"{{{MC}}}") else "controls"
        there = tree.find(f"{{{MAIN}}}{local}")
        if there is not None and local != "conditionalFormatting":
            there.extend(list(new))
            if there.get("count"):
                there.set("count", str(len(there)))
        else:
            places = [
                ORDER.index(etree.QName(child).localname) for child in tree if "AlternateContent" not in child.tag
            ]
            at = sum(place <= ORDER.index(local) for place in places)
            tree.insert(at, new)
        etree.cleanup_namespaces(tree, keep_ns_prefixes=["r", "x14", "xm"])
        text = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.parts[part] = text.replace(b"<sheetData/>", b"<sheetData></sheetData>")

    def cells(self, sheet: str, row: int, cells: str, *, height: str = "") -> None:
        """A row below all others of the sheet."""
        self.replace(self.sheet(sheet), "</sheetData>", f'<row r="{row}"{height}>{cells}</row></sheetData>')

    def anchor(self, sheet: str, markup: str) -> str:
        """Something on the sheet's drawing, which is made when there is none."""
        number = SHEETS[sheet]
        part = f"xl/drawings/drawing{number}.xml"
        if part not in self.parts:
            self.parts[part] = f'<xdr:wsDr xmlns:xdr="{XDR}" xmlns:a="{A}" xmlns:r="{REL}"></xdr:wsDr>'.encode()
            self.type(part, f"{OFFICE}.drawing+xml")
            key = self.relate(self.sheet(sheet), "drawing", f"../drawings/drawing{number}.xml")
            self.insert(sheet, f'<drawing r:id="{key}"/>')
        self.replace(part, "</xdr:wsDr>", f"{markup}</xdr:wsDr>")
        return part

    def extend(self, sheet: str, uri: str, content: str) -> None:
        self.insert(sheet, f'<extLst><ext uri="{uri}">{content}</ext></extLst>')

    def shape(self, sheet: str, markup: str) -> None:
        """A shape on the sheet's VML drawing, which is made when there is none."""
        number = SHEETS[sheet]
        part = f"xl/drawings/vmlDrawing{number}.vml"
        if part not in self.parts:
            self.parts[part] = VML.encode()
            self.default("vml", f"{OFFICE}.vmlDrawing")
            key = self.relate(self.sheet(sheet), "vmlDrawing", f"../drawings/vmlDrawing{number}.vml")
            self.insert(sheet, f'<legacyDrawing r:id="{key}"/>')
        self.replace(part, "</xml>", f"{markup}</xml>")

    def note(self, sheet: str, row: int, col: int, text: str) -> None:
        number = SHEETS[sheet]
        part = f"xl/comments{number}.xml"
        if part not in self.parts:
            self.parts[part] = (
                f'<comments xmlns="{MAIN}"><authors><author>经办人</author></authors><commentList></commentList></comments>'
            ).encode()
            self.type(part, f"{OFFICE}.spreadsheetml.comments+xml")
            self.relate(self.sheet(sheet), "comments", f"../comments{number}.xml")
        self.replace(
            part,
            "</commentList>",
            f'<comment ref="{_letter(col)}{row}" authorId="0"><text><r><rPr><b/><sz val="9"/></rPr><t>经办人:</t></r>'
            f"<r><t>{text}</t></r></text></comment></commentList>",
        )
        id_ = 1025 + self.parts.get(f"xl/drawings/vmlDrawing{number}.vml", b"").count(b"<v:shape ") + 1024 * number
        self.shape(
            sheet,
            f'<v:shape id="_x0000_s{id_}" type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#ffffe1">'
            '<v:fill color2="#ffffe1"/><v:textbox><div style="text-align:left"></div></v:textbox>'
            f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{col}, 15, {max(row - 2, 0)}, 10, {col + 2}, 31, {row + 2}, 9</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{col - 1}</x:Column></x:ClientData></v:shape>",
        )

    def names(self, *names: str) -> None:
        self.replace("xl/workbook.xml", "</definedNames>", f"{''.join(names)}</definedNames>")

    def dxf(self, markup: str) -> int:
        """A differential format; its index."""
        text = self.text("xl/styles.xml")
        if "<dxfs" not in text:
            text = text.replace("</cellStyles>", '</cellStyles><dxfs count="0"/>')
        found = re.search(r'<dxfs count="(\d+)"\s*(/?)>', text)
        assert found is not None
        count = int(found[1])
        if found[2]:
            text = text.replace(found[0], f'<dxfs count="{count}"></dxfs>')
        text = re.sub(r'<dxfs count="\d+"', f'<dxfs count="{count + 1}"', text).replace("</dxfs>", f"{markup}</dxfs>")
        self.parts["xl/styles.xml"] = text.encode()
        return count

    def extra_sheet(self) -> None:
        """The foreign sheet, once."""
        part = self.sheet(EXTRA)
        if part in self.parts:
            return
        self.parts[part] = f'<worksheet xmlns="{MAIN}"><sheetData></sheetData></worksheet>'.encode()
        self.type(part, f"{OFFICE}.spreadsheetml.worksheet+xml")
        key = self.relate("xl/workbook.xml", "worksheet", "worksheets/sheet6.xml")
        self.replace("xl/workbook.xml", "</sheets>", f'<sheet name="{EXTRA}" sheetId="6" r:id="{key}"/></sheets>')


def _letter(col: int) -> str:
    return chr(64 + col)


VML = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    '<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/></v:shapetype></xml>'
)


def _place(name: str, col: int, row: int) -> str:
    """A corner of an anchor, counted from 0."""
    return (
        f"<xdr:{name}><xdr:col>{col}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{name}>"
    )


def _two(content: str, start: tuple[int, int], end: tuple[int, int], how: str = "twoCell") -> str:
    """Anchored at two cells (column, row), both 1-based."""
    return (
        f'<xdr:twoCellAnchor editAs="{how}">{_place("from", start[0] - 1, start[1] - 1)}{_place("to", end[0] - 1, end[1] - 1)}'
        f"{content}<xdr:clientData/></xdr:twoCellAnchor>"
    )


# --- features ----------------------------------------------------------------------------------------------------------


def seal(draft: Draft) -> None:
    """A picture of the seal on the card and on the fund table: in the rows, below them, at one cell, and fixed on the page."""
    draft.parts["xl/media/image1.png"] = png()
    draft.default("png", "image/png")

    def picture(number: int, key: str) -> str:
        return (
            f'<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{number}" name="公章 {number}" descr="公章"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill>'
            f'<a:blip r:embed="{key}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/>'
            '<a:ext cx="762000" cy="762000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>'
        )

    for sheet, below in ((CARD, 12), (FUNDS, 25), (TARGETS, 27)):
        part = draft.anchor(sheet, "")
        key = draft.relate(part, "image", "../media/image1.png")
        draft.anchor(sheet, _two(picture(2, key), (2, below - 5), (3, below - 3)))
        draft.anchor(sheet, _two(picture(3, key), (2, below), (3, below + 4), "oneCell"))
        size = '<xdr:ext cx="762000" cy="762000"/>'
        draft.anchor(
            sheet,
            f"<xdr:oneCellAnchor>{_place('from', 0, below)}{size}{picture(4, key)}<xdr:clientData/></xdr:oneCellAnchor>",
        )
        draft.anchor(
            sheet,
            f'<xdr:absoluteAnchor><xdr:pos x="9525" y="9525"/>{size}{picture(5, key)}<xdr:clientData/></xdr:absoluteAnchor>',
        )


def text_box(draft: Draft) -> None:
    """A text box below the fund table and one beside its rows."""
    for number, start, end in ((21, (4, 25), (6, 28)), (22, (8, 5), (9, 9))):
        draft.anchor(
            FUNDS,
            _two(
                f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="文本框 {number}"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
                '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9525" cy="9525"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
                "</xdr:spPr><xdr:txBody><a:bodyPr/><a:lstStyle/><a:p><a:r><a:t>本表一式两份，加盖公章。</a:t></a:r></a:p></xdr:txBody></xdr:sp>",
                start,
                end,
            ),
        )


def rich_text(draft: Draft) -> None:
    """Labels in runs of several fonts, one inline and one in the shared strings with its reading."""
    draft.replace(
        draft.sheet(FUNDS),
        "<is><t>资金总额</t></is>",
        '<is><r><rPr><b/><sz val="12"/><rFont val="黑体"/></rPr><t>资金</t></r><r><rPr><color rgb="FFFF0000"/></rPr><t>总额</t></r></is>',
    )
    draft.replace(draft.sheet(CARD), 't="inlineStr"><is><t>整体绩效目标</t></is>', 't="s"><v>1</v>')
    draft.parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{MAIN}" count="1" uniqueCount="2"><si><t>没有人用</t></si><si><r><rPr><b/><sz val="11"/></rPr><t>整体</t></r><r><t>绩效目标</t></r>'
        '<rPh sb="0" eb="2"><t>zhengti</t></rPh><phoneticPr fontId="0"/></si></sst>'
    ).encode()
    draft.type("xl/sharedStrings.xml", f"{OFFICE}.spreadsheetml.sharedStrings+xml")
    draft.relate("xl/workbook.xml", "sharedStrings", "sharedStrings.xml")


def validations(draft: Draft) -> None:
    """Data validations over all rows of a table, over one of them, on the card, below; a prompt without limit."""
    draft.insert(
        FUNDS,
        '<dataValidations count="3"><dataValidation type="decimal" operator="greaterThanOrEqual" allowBlank="1" showErrorMessage="1" '
        'errorTitle="金额" error="请填数字，单位万元" sqref="D4:D23"><formula1>0</formula1></dataValidation>'
        '<dataValidation type="custom" allowBlank="1" sqref="E4:F4"><formula1>LEN(E4)&lt;=$D$4+500</formula1></dataValidation>'
        '<dataValidation allowBlank="1" showInputMessage="1" promptTitle="序号" prompt="一、二、三……" sqref="A4:A23 A25"/></dataValidations>',
    )
    draft.insert(
        TARGETS,
        '<dataValidations count="2"><dataValidation type="list" errorStyle="warning" allowBlank="1" sqref="D6:D25"><formula1>"2019年,2019年-2021年"</formula1>'
        '</dataValidation><dataValidation type="list" allowBlank="1" sqref="C6:C25"><formula1>\'汇总表\'!$B$4:$B$23</formula1></dataValidation></dataValidations>',
    )


def validations14(draft: Draft) -> None:
    """A drop-down as Excel 2010 writes it, its list on another sheet."""
    for sheet, source, rows in (
        (TARGETS, f"{FUNDS}!$C$4:$C$23", "B6:B25"),
        (FUNDS, f"{TARGETS}!$B$6:$B$25", "C4:C23 C25"),
    ):
        draft.extend(
            sheet,
            "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
            f'<x14:dataValidations count="1"><x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>{source}</xm:f>'
            f"</x14:formula1><xm:sqref>{rows}</xm:sqref></x14:dataValidation></x14:dataValidations>",
        )


def formats(draft: Draft) -> None:
    """Conditional formats: by formula, by value, a colour scale."""
    red = draft.dxf(
        '<dxf><font><color rgb="FF9C0006"/></font><fill><patternFill><bgColor rgb="FFFFC7CE"/></patternFill></fill></dxf>'
    )
    draft.insert(
        FUNDS,
        f'<conditionalFormatting sqref="A4:F23"><cfRule type="expression" dxfId="{red}" priority="1"><formula>AND($D4="",$B4&lt;&gt;"")</formula></cfRule>'
        "</conditionalFormatting>",
    )
    draft.insert(
        FUNDS,
        f'<conditionalFormatting sqref="D4:D23 D25"><cfRule type="cellIs" dxfId="{red}" priority="2" operator="greaterThan"><formula>SUM($D$4:$D$23)</formula></cfRule>'
        '<cfRule type="colorScale" priority="3"><colorScale><cfvo type="min"/><cfvo type="formula" val="$D$23"/><color rgb="FFF8696B"/>'
        '<color rgb="FF63BE7B"/></colorScale></cfRule></conditionalFormatting>',
    )
    draft.insert(
        TARGETS,
        f'<conditionalFormatting sqref="E6:E25"><cfRule type="expression" dxfId="{red}" priority="1" stopIfTrue="1"><formula>E6&gt;汇总表!$D$23</formula></cfRule>'
        "</conditionalFormatting>",
    )


def formats14(draft: Draft) -> None:
    """A data bar as Excel 2010 writes it, and a sparkline."""
    draft.insert(
        FUNDS,
        '<conditionalFormatting sqref="D4:D22"><cfRule type="dataBar" priority="14"><dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/>'
        '</dataBar><extLst><ext uri="{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"><x14:id>{DA7ABA51-AAAA-BBBB-0001-000000000001}</x14:id></ext></extLst></cfRule></conditionalFormatting>',
    )
    draft.extend(
        FUNDS,
        "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",
        '<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="dataBar" id="{DA7ABA51-AAAA-BBBB-0001-000000000001}">'
        '<x14:dataBar minLength="0" maxLength="100" border="1"><x14:cfvo type="autoMin"/><x14:cfvo type="formula"><xm:f>$D$23</xm:f></x14:cfvo>'
        '<x14:borderColor rgb="FF638EC6"/></x14:dataBar></x14:cfRule><xm:sqref>D4:D22</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>',
    )
    draft.extend(
        FUNDS,
        "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}",
        '<x14:sparklineGroups><x14:sparklineGroup displayEmptyCellsAs="gap"><x14:colorSeries rgb="FF376092"/><x14:sparklines><x14:sparkline>'
        "<xm:f>汇总表!D4:D23</xm:f><xm:sqref>I25</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups>",
    )


def chart(draft: Draft) -> None:
    """A chart of the amounts on another sheet, with the values it showed last."""
    draft.extra_sheet()
    part = draft.anchor(EXTRA, "")
    key = draft.relate(part, "chart", "../charts/chart1.xml")
    draft.parts["xl/charts/chart1.xml"] = (
        f'<c:chartSpace xmlns:c="{CHART}" xmlns:a="{A}"><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart><c:barDir val="col"/><c:grouping val="clustered"/>'
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>汇总表!$D$3</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>资金总额</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        "<c:cat><c:strRef><c:f>汇总表!$B$4:$B$23</c:f></c:strRef></c:cat><c:val><c:numRef><c:f>汇总表!$D$4:$D$23</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        '<c:ptCount val="20"/></c:numCache></c:numRef></c:val></c:ser><c:axId val="1"/><c:axId val="2"/></c:barChart><c:catAx><c:axId val="1"/><c:scaling/>'
        '<c:delete val="0"/><c:axPos val="b"/><c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling/><c:delete val="0"/><c:axPos val="l"/><c:crossAx val="1"/></c:valAx>'
        "</c:plotArea></c:chart></c:chartSpace>"
    ).encode()
    draft.type("xl/charts/chart1.xml", f"{OFFICE}.drawingml.chart+xml")
    draft.anchor(
        EXTRA,
        _two(
            '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="图表 1"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
            f'<a:graphic><a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" r:id="{key}"/></a:graphicData></a:graphic></xdr:graphicFrame>',
            (1, 20),
            (6, 35),
        ),
    )


def formulas(draft: Draft) -> None:
    """Formulas of another sheet about the forms, with stored values: cells, ranges, whole columns, a shared formula."""
    draft.extra_sheet()
    said = [
        ("SUM(汇总表!D4:D23)", "0"),
        ("汇总表!D4+汇总表!$D$23", "0"),
        ("COUNTA(支出方向表!B6:B25)", "0"),
        ("SUM(汇总表!D:D)", "0"),
        ("SUMPRODUCT((汇总表!$B$4:$B$23=&quot;汇总表!B4&quot;)*汇总表!$D$4:$D$23)", "0"),
        ("部门整体!C3", "0"),
    ]
    for row, (formula, value) in enumerate(said, 1):
        draft.cells(EXTRA, row, f'<c r="A{row}"><f>{formula}</f><v>{value}</v></c>')
    draft.cells(EXTRA, 10, '<c r="A10"><f t="shared" ref="A10:A12" si="0">汇总表!D22</f><v>0</v></c>')
    draft.cells(EXTRA, 11, '<c r="A11"><f t="shared" si="0"/><v>0</v></c>')
    draft.cells(EXTRA, 12, '<c r="A12"><f t="shared" si="0"/><v>0</v></c>')


def printers(draft: Draft) -> None:
    """Settings of the printer, which only the driver understands."""
    draft.default("bin", f"{OFFICE}.spreadsheetml.printerSettings")
    for sheet in (FUNDS, TARGETS):
        number = SHEETS[sheet]
        draft.parts[f"xl/printerSettings/printerSettings{number}.bin"] = bytes(range(256)) * 4 + bytes([number])
        key = draft.relate(draft.sheet(sheet), "printerSettings", f"../printerSettings/printerSettings{number}.bin")
        text = draft.text(draft.sheet(sheet))
        draft.parts[draft.sheet(sheet)] = re.sub(
            r"<pageSetup ", f'<pageSetup xmlns:r="{REL}" r:id="{key}" ', text, count=1
        ).encode()


def notes(draft: Draft) -> None:
    """Notes of the department: on a header, in the rows, in the last row, below the table, on the card."""
    for row, col in ((3, 4), (4, 4), (9, 2), (23, 6), (25, 1)):
        draft.note(FUNDS, row, col, f"第{row}行的批注")
    draft.note(CARD, 3, 3, "请与预算一致")


def control(draft: Draft) -> None:
    """A check box below the fund table, linked to a cell."""
    draft.parts["xl/ctrlProps/ctrlProp1.xml"] = (
        f'<formControlPr xmlns="{X14}" objectType="CheckBox" fmlaLink="汇总表!$H$26" lockText="1" noThreeD="1"/>'.encode()
    )
    draft.type("xl/ctrlProps/ctrlProp1.xml", "application/vnd.ms-excel.controlproperties+xml")
    key = draft.relate(draft.sheet(FUNDS), "ctrlProp", "../ctrlProps/ctrlProp1.xml")
    draft.shape(
        FUNDS,
        '<v:shape id="_x0000_s4097" type="#_x0000_t201" style="position:absolute" stroked="f" filled="f"><v:textbox><div>已核对</div></v:textbox>'
        '<x:ClientData ObjectType="Checkbox"><x:SizeWithCells/><x:Anchor>6, 0, 25, 0, 7, 0, 26, 0</x:Anchor><x:AutoFill>False</x:AutoFill>'
        "<x:FmlaLink>汇总表!$H$26</x:FmlaLink><x:NoThreeD/></x:ClientData></v:shape>",
    )
    corners = (
        f'<from xmlns:xdr="{XDR}"><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>25</xdr:row><xdr:rowOff>0</xdr:rowOff></from>'
        f'<to xmlns:xdr="{XDR}"><xdr:col>7</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>26</xdr:row><xdr:rowOff>0</xdr:rowOff></to>'
    )
    draft.insert(
        FUNDS,
        f'<controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="4097" r:id="{key}" name="核对"><controlPr defaultSize="0">'
        f'<anchor moveWithCells="1">{corners}</anchor></controlPr></control></mc:Choice></mc:AlternateContent></controls>',
    )


def threads(draft: Draft) -> None:
    """A threaded comment of Excel 365 with the old note that stands for it."""
    draft.parts["xl/persons/person.xml"] = (
        '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<person displayName="张三" id="{11111111-2222-3333-4444-555555555555}" userId="zhang" providerId="None"/></personList>'
    ).encode()
    draft.type("xl/persons/person.xml", "application/vnd.ms-excel.person+xml")
    draft.relate("xl/workbook.xml", f"{MS_REL}/2017/10/relationships/person", "persons/person.xml")
    draft.parts["xl/threadedComments/threadedComment1.xml"] = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B24" dT="2018-11-22T09:00:00.00" personId="{11111111-2222-3333-4444-555555555555}" '
        'id="{AAAAAAAA-2222-3333-4444-555555555555}"><text>这里要盖章吗？</text></threadedComment></ThreadedComments>'
    ).encode()
    draft.type("xl/threadedComments/threadedComment1.xml", "application/vnd.ms-excel.threadedcomments+xml")
    draft.relate(
        draft.sheet(FUNDS),
        f"{MS_REL}/2017/10/relationships/threadedComment",
        "../threadedComments/threadedComment1.xml",
    )
    draft.note(FUNDS, 24, 2, "[线程批注] 这里要盖章吗？")


def table(draft: Draft) -> None:
    """A table (列表) below and beside the funds; its cells are no part of the form."""
    texts = ("甲", "乙", "丙")
    cells = "".join(
        f'<c r="{letter}28" t="inlineStr"><is><t>{text}</t></is></c>' for letter, text in zip("HIJ", texts, strict=True)
    )
    draft.cells(FUNDS, 28, cells)
    draft.cells(
        FUNDS,
        29,
        '<c r="H29"><v>1</v></c><c r="I29"><v>2</v></c><c r="J29"><f>小表[[#This Row],[甲]]+D23</f><v>1</v></c>',
    )
    columns = (
        '<tableColumn id="1" name="甲"/><tableColumn id="2" name="乙"/><tableColumn id="3" name="丙">'
        "<calculatedColumnFormula>小表[[#This Row],[甲]]+D23</calculatedColumnFormula></tableColumn>"
    )
    draft.parts["xl/tables/table1.xml"] = (
        f'<table xmlns="{MAIN}" id="1" name="小表" displayName="小表" ref="H28:J29" totalsRowShown="0"><autoFilter ref="H28:J29"/>'
        f'<tableColumns count="3">{columns}</tableColumns><tableStyleInfo name="TableStyleMedium2" showRowStripes="1"/></table>'
    ).encode()
    draft.type("xl/tables/table1.xml", f"{OFFICE}.spreadsheetml.table+xml")
    key = draft.relate(draft.sheet(FUNDS), "table", "../tables/table1.xml")
    draft.insert(FUNDS, f'<tableParts count="1"><tablePart r:id="{key}"/></tableParts>')


def names(draft: Draft) -> None:
    """Defined names: a cell, a range, the row below, one of a sheet, hidden, a constant, one that counts."""
    draft.names(
        "<definedName name=\"总额\">'汇总表'!$D$4:$D$23</definedName>",
        '<definedName name="末行" hidden="1">汇总表!$D$23</definedName>',
        '<definedName name="表下">汇总表!$A$24</definedName>',
        '<definedName name="方向" localSheetId="1">支出方向表!$B$6:$B$25,支出方向表!$E$6:$E$25</definedName>',
        '<definedName name="税率">0.06</definedName>',
        '<definedName name="动态">OFFSET(汇总表!$D$4,0,0,COUNTA(汇总表!$B$4:$B$23),1)</definedName>',
    )


def links(draft: Draft) -> None:
    """Hyperlinks: to an address, into the workbook, out of a row and below the rows."""
    key = draft.relate(draft.sheet(FUNDS), "hyperlink", "mailto:jixiao@example.org", external=True)
    draft.insert(
        FUNDS,
        f'<hyperlinks><hyperlink ref="A2:F2" r:id="{key}" tooltip="来信"/><hyperlink ref="B3" location="部门整体!B2" display="见部门整体"/>'
        '<hyperlink ref="C3" location="\'汇总表\'!D23"/><hyperlink ref="A24" location="汇总表!D24"/></hyperlinks>',
    )
    draft.insert(TARGETS, '<hyperlinks><hyperlink ref="C3" location="汇总表!B24"/></hyperlinks>')


def custom_xml(draft: Draft) -> None:
    """A part of somebody else's program."""
    draft.parts["customXml/item1.xml"] = '<档案 xmlns="urn:example:archive"><编号>2019-001</编号></档案>'.encode()
    draft.parts["customXml/itemProps1.xml"] = (
        b'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" ds:itemID="{99999999-2222-3333-4444-555555555555}"><ds:schemaRefs/></ds:datastoreItem>'
    )
    draft.type("customXml/itemProps1.xml", f"{OFFICE}.customXmlProperties+xml")
    draft.relate("xl/workbook.xml", "customXml", "../customXml/item1.xml")
    draft.relate("customXml/item1.xml", "customXmlProps", "itemProps1.xml")


def properties(draft: Draft) -> None:
    """Somebody else's document properties."""
    vt = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    draft.parts["docProps/custom.xml"] = (
        f'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" xmlns:vt="{vt}">'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="KSOProductBuildVer"><vt:lpwstr>2052-11.1.0.10314</vt:lpwstr></property>'
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="7" name="份数"><vt:i4>2</vt:i4></property></Properties>'
    ).encode()
    draft.type("docProps/custom.xml", f"{OFFICE}.custom-properties+xml")
    text = draft.text("_rels/.rels")
    one = f'<Relationship Id="rIdP" Type="{REL}/custom-properties" Target="docProps/custom.xml"/></Relationships>'
    draft.parts["_rels/.rels"] = text.replace("</Relationships>", one).encode()


def wps(draft: Draft) -> None:
    """A picture in a cell as WPS keeps it, in a part that nobody else knows."""
    draft.parts["xl/media/image9.png"] = png(90)
    draft.default("png", "image/png")
    draft.parts["xl/cellimages.xml"] = (
        f'<etc:cellImages xmlns:xdr="{XDR}" xmlns:r="{REL}" xmlns:a="{A}" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"><etc:cellImage><xdr:pic><xdr:nvPicPr>'
        '<xdr:cNvPr id="2" name="ID_0123456789ABCDEF0123456789ABCDEF"/><xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill><xdr:spPr/></xdr:pic></etc:cellImage></etc:cellImages>'
    ).encode()
    draft.type("xl/cellimages.xml", "application/vnd.wps-officedocument.cellimage+xml")
    draft.relate("xl/workbook.xml", WPS_REL, "cellimages.xml")
    draft.relate("xl/cellimages.xml", "image", "media/image9.png")
    shown = '=DISPIMG("ID_0123456789ABCDEF0123456789ABCDEF",1)'.replace('"', "&quot;")
    draft.cells(CARD, 14, f'<c r="B14" t="str"><f>_xlfn.{shown[1:]}</f><v>{shown}</v></c>')


def macros(draft: Draft) -> None:
    """A macro project; the workbook is an .xlsm then."""
    draft.parts["xl/vbaProject.bin"] = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
    draft.type("xl/vbaProject.bin", "application/vnd.ms-office.vbaProject")
    draft.relate("xl/workbook.xml", f"{MS_REL}/2006/relationships/vbaProject", "vbaProject.bin")
    draft.replace(
        "[Content_Types].xml",
        f"{OFFICE}.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    draft.replace("xl/workbook.xml", "<workbookPr ", '<workbookPr codeName="ThisWorkbook" ')


def external(draft: Draft) -> None:
    """A link to another workbook, with the values seen there last."""
    draft.extra_sheet()
    draft.parts["xl/externalLinks/externalLink1.xml"] = (
        f'<externalLink xmlns="{MAIN}" xmlns:r="{REL}"><externalBook r:id="rId1"><sheetNames><sheetName val="汇总表"/></sheetNames><sheetDataSet>'
        '<sheetData sheetId="0"><row r="23"><cell r="D23"><v>9</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>'
    ).encode()
    draft.type("xl/externalLinks/externalLink1.xml", f"{OFFICE}.spreadsheetml.externalLink+xml")
    draft.relate("xl/externalLinks/externalLink1.xml", "externalLinkPath", "2018年.xlsx", external=True)
    key = draft.relate("xl/workbook.xml", "externalLink", "externalLinks/externalLink1.xml")
    draft.replace(
        "xl/workbook.xml",
        "</sheets>",
        f'</sheets><externalReferences><externalReference r:id="{key}"/></externalReferences>',
    )
    draft.cells(EXTRA, 15, '<c r="A15"><f>[1]汇总表!D23</f><v>9</v></c>')


def filters(draft: Draft) -> None:
    """A filter over the directions, with the hidden name that Excel gives it; rows grouped; a page break; what Excel is to overlook."""
    draft.insert(TARGETS, '<autoFilter ref="A5:P25"/>')
    draft.names(
        '<definedName name="_xlnm._FilterDatabase" localSheetId="1" hidden="1">支出方向表!$A$5:$P$25</definedName>'
    )
    draft.insert(
        FUNDS,
        '<rowBreaks count="2" manualBreakCount="2"><brk id="13" max="16383" man="1"/><brk id="23" max="16383" man="1"/></rowBreaks>',
    )
    draft.insert(FUNDS, '<cellWatches><cellWatch r="D23"/><cellWatch r="D24"/></cellWatches>')
    draft.insert(FUNDS, '<ignoredErrors><ignoredError sqref="D4:D23" numberStoredAsText="1"/></ignoredErrors>')
    draft.insert(FUNDS, '<protectedRanges><protectedRange sqref="B4:F23" name="可填"/></protectedRanges>')


def paper(draft: Draft) -> None:
    """A picture in the page header and one behind the sheet."""
    draft.parts["xl/media/image8.png"] = png(120)
    draft.default("png", "image/png")
    draft.default("vml", f"{OFFICE}.vmlDrawing")
    draft.parts["xl/drawings/vmlDrawing90.vml"] = VML.replace(
        "</xml>",
        '<v:shape id="CH" o:spid="_x0000_s9001" style="position:absolute;width:30pt;height:30pt"><v:imagedata o:relid="rId1" o:title="抬头"/></v:shape></xml>',
    ).encode()
    draft.relate("xl/drawings/vmlDrawing90.vml", "image", "../media/image8.png")
    key = draft.relate(draft.sheet(TARGETS), "vmlDrawing", "../drawings/vmlDrawing90.vml")
    draft.insert(TARGETS, f'<legacyDrawingHF r:id="{key}"/>')
    picture = draft.relate(draft.sheet(TARGETS), "image", "../media/image8.png")
    draft.insert(TARGETS, f'<picture r:id="{picture}"/>')


def prefixed(draft: Draft) -> None:
    """The sheets and the workbook with their elements in a named prefix, as ClosedXML writes them. Goes last."""
    for part in draft.parts:
        if re.fullmatch(r"xl/(workbook|worksheets/sheet\d+)\.xml", part):
            text = re.sub(r"<(/?)([A-Za-z]\w*)(?=[\s/>])", r"<\1x:\2", draft.text(part))
            draft.parts[part] = text.replace(f' xmlns="{MAIN}"', f' xmlns:x="{MAIN}"').encode()


FEATURES: Mapping[str, Callable[[Draft], None]] = {
    feature.__name__: feature
    for feature in (
        seal, text_box, rich_text, validations, validations14, formats, formats14, chart, formulas, printers, notes, control, threads,
        table, names, links, custom_xml, properties, wps, macros, external, filters, paper, prefixed,
    )
}  # fmt: skip
"""By name, in the order in which they are put in."""
UNPREFIXED = tuple(name for name in FEATURES if name != "prefixed")
RICH = {"everything": UNPREFIXED, "prefixed": tuple(FEATURES)}


@cache
def rich_blank(*features: str) -> bytes:
    """The official blank with these features."""
    draft = Draft(BLANK.read_bytes())
    assert features.count("prefixed") == 0 or features[-1] == "prefixed"
    for feature in features:
        FEATURES[feature](draft)
    return draft.packed()
