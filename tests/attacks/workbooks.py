"""Workbooks and tables that would stop, exhaust or open whoever reads them."""

import io
import zipfile
from collections.abc import Callable

from tests.attacks.case import Case, Content, Fill, made, sent
from tests.attacks.rdf import entity

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
TOO_MUCH = (400, 413, 503)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>'
)
_RELATIONS = f'<Relationships xmlns="{_PACKAGE}">%s</Relationships>'
_RELATION = f'<Relationship Id="r1" Type="{_OFFICE}/%s" Target="%s"/>'
_BOOK_SHEETS = '<sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
_BOOK = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">{_BOOK_SHEETS}%s</workbook>'


def _archive(parts: dict[str, Content], compression: int = zipfile.ZIP_DEFLATED) -> Callable[[Fill], bytes]:
    """An archive, packed once the canaries are in its parts."""

    def pack(fill: Fill) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", compression, compresslevel=1) as archive:
            for name, part in parts.items():
                archive.writestr(fill(name.encode()).decode(), made(part, fill))
        return packed.getvalue()

    return pack


def _workbook(sheet: Content, **parts: Content) -> Callable[[Fill], bytes]:
    """A workbook with one sheet of this content; ``book`` stands for more in the part that lists the sheets."""
    whole: dict[str, Content] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS % _RELATION % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": _BOOK % parts.pop("book", ""),
        "xl/_rels/workbook.xml.rels": _RELATIONS % _RELATION % ("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return _archive(whole | parts)


def _sheet(rows: str, after: str = "", before: str = "") -> str:
    return f'<worksheet xmlns="{_MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def _cell(place: str, content: str = "<v>1</v>", kind: str = "n") -> str:
    row = "".join(filter(str.isdigit, place))
    return f'<row r="{row}"><c r="{place}" t="{kind}">{content}</c></row>'


def _inline(text: str) -> str:
    return _cell("A1", f"<is><t>{text}</t></is>", "inlineStr")


def _truncated(fill: Fill) -> bytes:
    return _workbook(_sheet(_cell("A1")))(fill)[:700]


def _damaged(fill: Fill) -> bytes:
    content = bytearray(_workbook(_sheet(_cell("A1")))(fill))
    content[100:110] = b"\xff" * 10
    return bytes(content)


def _overlapping(fill: Fill) -> bytes:
    """An archive whose many names lead to one part (after Fifield): small packed, large unpacked."""
    content = _archive({"[Content_Types].xml": _TYPES, "xl/a.xml": b"a" * 900_000})(fill)
    start = content.index(b"PK\x01\x02")
    end = content.index(b"PK\x05\x06")
    second = content.index(b"PK\x01\x02", start + 4)
    entry, count = content[second:end], 400
    directory = content[start:second] + entry * count
    closing = bytearray(content[end:])
    closing[8:10] = closing[10:12] = (count + 1).to_bytes(2, "little")
    closing[12:16] = len(directory).to_bytes(4, "little")
    return content[:start] + directory + bytes(closing)


_LINK = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_OFFICE}/externalLinkPath" '
    'Target="{web}" TargetMode="External"/></Relationships>'
)
_CELLS = "".join(f'<row r="{r}">' + "<c><v>1</v></c>" * 100 + "</row>" for r in range(1, 10))

CASES: list[Case] = [
    sent("zip bomb", XLSX, _archive({"[Content_Types].xml": _TYPES, "xl/workbook.xml": lambda _: b"\0" * 300_000_000})),
    sent(
        "zip bomb of parts",
        XLSX,
        _archive({"[Content_Types].xml": _TYPES} | {f"{n}.xml": lambda _: b" " * 900_000 for n in range(300)}),
    ),
    sent("zip bomb of one part", XLSX, _overlapping),
    sent(
        "bomb in bzip2",
        XLSX,
        _archive({"[Content_Types].xml": _TYPES, "a.xml": lambda _: b" " * 50_000_000}, zipfile.ZIP_BZIP2),
    ),
    sent(
        "bomb in LZMA",
        XLSX,
        _archive({"[Content_Types].xml": _TYPES, "a.xml": lambda _: b" " * 50_000_000}, zipfile.ZIP_LZMA),
    ),
    sent(
        "sheet that grows",
        XLSX,
        _workbook(lambda _: _sheet("<row>" + "<c><v>1</v></c>" * 4_000_000 + "</row>").encode()),
        *TOO_MUCH,
    ),
    sent("sheet with a far cell", XLSX, _workbook(_sheet(_cell("XFD1048576"))), *TOO_MUCH),
    sent("sheet with two far cells", XLSX, _workbook(_sheet(_cell("XFD1") + _cell("A1048576"))), *TOO_MUCH),
    sent("cell beyond the sheet", XLSX, _workbook(_sheet(_cell("ZZZ99999999999"))), *TOO_MUCH),
    sent("row without an end", XLSX, _workbook(_sheet(f'<row r="{"9" * 5000}"><c><v>1</v></c></row>')), *TOO_MUCH),
    sent(
        "everything merged",
        XLSX,
        _workbook(_sheet(_cell("A1"), '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')),
        *TOO_MUCH,
    ),
    sent(
        "merged many times",
        XLSX,
        _workbook(_sheet(_cell("A1"), "<mergeCells>" + '<mergeCell ref="A1:Z999"/>' * 5000 + "</mergeCells>")),
        *TOO_MUCH,
    ),
    sent(
        "columns without an end",
        XLSX,
        _workbook(_sheet(_cell("A1"), before='<cols><col min="1" max="99999999999" width="1"/></cols>')),
        *TOO_MUCH,
    ),
    sent(
        "choices for everything",
        XLSX,
        _workbook(
            _sheet(
                _cell("A1"), '<dataValidations><dataValidation sqref="A1:XFD1048576" type="list"/></dataValidations>'
            )
        ),
        *TOO_MUCH,
    ),
    sent(
        "numbers that are none",
        XLSX,
        _workbook(_sheet(_cell("A1", "<v>1e999</v>") + _cell("A2", "<v>NaN</v>") + _cell("A3", "<v>x</v>"))),
        400,
    ),
    sent("number without an end", XLSX, _workbook(_sheet(_cell("A1", f"<v>{'9' * 1_000_000}</v>"))), *TOO_MUCH),
    sent("date without an end", XLSX, _workbook(_sheet(_cell("A1", "<v>99999-99-99T99:99:99</v>", "d"))), 400),
    sent("text without a table", XLSX, _workbook(_sheet(_cell("A1", "<v>99999999</v>", "s"))), 400),
    sent("text of megabytes", XLSX, _workbook(lambda _: _sheet(_inline("a" * 10_000_000)).encode()), *TOO_MUCH),
    sent("markup in a sheet", XLSX, _workbook(_sheet(_inline("&lt;script&gt;alert(1)&lt;/script&gt;"))), 400),
    sent("workbook with a formula", XLSX, _workbook(_sheet(_cell("A1", '<f>WEBSERVICE("{web}")</f><v>1</v>'))), 400),
    sent("workbook with an exchange", XLSX, _workbook(_sheet(_cell("A1", "<f>cmd|'/c touch {file}.x'!A1</f>"))), 400),
    sent("workbook with entities", XLSX, _workbook(entity('<!ENTITY x "y">')), 400),
    sent("workbook with an entity of a file", XLSX, _workbook(entity('<!ENTITY x SYSTEM "file://{file}">')), 400),
    sent("workbook with an entity of the web", XLSX, _workbook(entity('<!ENTITY x SYSTEM "{web}">')), 400),
    sent(
        "workbook in UTF-16",
        XLSX,
        _workbook(entity('<!ENTITY x SYSTEM "{web}">').replace("?>", ' encoding="UTF-16"?>').encode("utf-16")),
        400,
    ),
    sent("nested XML in a sheet", XLSX, _workbook(_sheet("<row>" * 100_000)), *TOO_MUCH),
    sent(
        "names in a workbook",
        XLSX,
        _workbook(
            _sheet(_cell("A1")), book='<definedNames><definedName name="a">[{web}]s!A1</definedName></definedNames>'
        ),
        400,
    ),
    sent(
        "workbook with a link",
        XLSX,
        _workbook(
            _sheet(""),
            **{
                "xl/externalLinks/externalLink1.xml": '<externalLink xmlns="urn:x"/>',
                "xl/externalLinks/_rels/externalLink1.xml.rels": _LINK,
            },
        ),
        400,
    ),
    sent(
        "sheet elsewhere",
        XLSX,
        _workbook(
            _sheet(""), **{"xl/_rels/workbook.xml.rels": _RELATIONS % _RELATION % ("worksheet", "../../../../{file}")}
        ),
        400,
    ),
    sent("sheet of the web", XLSX, _workbook(_sheet(""), **{"xl/_rels/workbook.xml.rels": _LINK}), 400),
    sent(
        "workbook that is its own sheet",
        XLSX,
        _workbook(_sheet(""), **{"xl/_rels/workbook.xml.rels": _RELATIONS % _RELATION % ("worksheet", "workbook.xml")}),
        400,
    ),
    sent("names that climb", XLSX, _archive({"../../../..{file}.x": "<x/>", "[Content_Types].xml": _TYPES}), 400),
    sent("names from the root", XLSX, _archive({"{file}.x": "<x/>", "[Content_Types].xml": _TYPES}), 400),
    sent("many small parts", XLSX, _archive({f"p{n}.xml": "<x/>" for n in range(20_000)}), 400),
    sent(
        "part within a part",
        XLSX,
        _archive({"[Content_Types].xml": _TYPES, "xl/workbook.xml": _archive({"a": b"b" * 1000})}),
        400,
    ),
    sent("macros", XLSX, _archive({"[Content_Types].xml": _TYPES, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), 400),
    sent("no archive", XLSX, b"PK\x03\x04" + b"\xff" * 1000, 400),
    sent("half an archive", XLSX, _truncated, 400),
    sent("damaged archive", XLSX, _damaged, 400),
    sent("table of quotes", CSV, '"' * 1_000_001, *TOO_MUCH),
    sent("table with one wide row", CSV, lambda _: b"," * 10_000_000, *TOO_MUCH),
    sent("table with many rows", CSV, lambda _: b"a\n" * 5_000_000, *TOO_MUCH),
    sent("table with one large cell", CSV, lambda _: b'"' + b"a" * 15_000_000 + b'"', *TOO_MUCH),
    sent("table with formulas", CSV, "=cmd|'/c touch {file}.x'!A1,@SUM(1),+1,-1\n", 400),
    sent("table with null bytes", CSV, b"a,b\0c\n", 400),
    sent("workbook that says it is a table", CSV, _workbook(_sheet(_CELLS)), 400),
]
