"""The proof of a consent on paper: one file that can be read, printed, kept and, by the record inside it, verified.

PDF/A-3 (ISO 19005-3), which is made for keeping and lets a file carry others. The same sheet is the same bytes.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files
from typing import Final, cast
from xml.sax.saxutils import escape

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, pgettext
from fpdf import FPDF
from fpdf.enums import DocumentCompliance, XPos, YPos
from fpdf.fonts import TTFFont

from jawort.consent.models import ConsentEvent, Text
from jawort.web.contacts.proof import Sheet, Shown

LETTERS: Final = files("jawort.web").joinpath("static/vendor")
FACE: Final = "inter-latin"
#: What the face lacks is looked for in these.
OTHERS: Final = ("inter-latin-ext", "inter-cyrillic", "inter-greek")
WEIGHTS: Final = {"": 400, "B": 600}
#: What looks the same to a reader.
ALIKE: Final = str.maketrans({"\u2010": "-", "\u2011": "-", "\u202f": "\u00a0", "\u2007": "\u00a0", "\t": " "})
#: Stands for the number of pages, as wide as it may get, until it is known. No text holds it: no face has it.
PAGES: Final = "\ue000" * 3

SIDE_MM: Final = 25.0
COLUMN_MM: Final = 210 - 2 * SIDE_MM
TOP_MM: Final = 22.0
FOOT_MM: Final = 24.0
LABEL_MM: Final = 38.0
LINE_MM: Final = 5.2
#: What the head of an entry takes, and that of a part with that of its first entry.
HEAD_MM: Final = 13.0
HEADS_MM: Final = 28.0
INK: Final = (24, 32, 38)
PALE: Final = (92, 101, 108)
RULE: Final = (205, 211, 215)

#: What the library would write itself with the time of day in it.
ABOUT: Final = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
        xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmp:CreatorTool="Jawort" xmp:CreateDate="{at}"
        pdfaid:part="3" pdfaid:conformance="U">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>"""
VERIFY: Final = "python -m jawort.ledger.tlog.evidence"


def printed(sheet: Sheet) -> bytes:
    """A PDF, in the language of the moment."""
    paper = _Paper(sheet)
    title = gettext("Proof of consent")
    paper.set_title(title)
    paper.set_lang(get_language() or "de")
    paper.set_creation_date(sheet.at)
    paper.set_xmp_metadata(ABOUT.format(at=sheet.at.isoformat(timespec="seconds"), title=escape(title)))
    paper.embed_file(
        bytes=sheet.record,
        basename=sheet.file,
        mime_type="application/json",
        associated_file_relationship="Data",
        modification_date=sheet.at,
        creation_date=sheet.at,
        compress=True,
    )
    paper.add_page()
    texts = {each.row.text.pk: each.row.text for each in sheet.events if each.row.text}
    numbers = {pk: number for number, pk in enumerate(texts, 1)}
    _head(paper, sheet, title, list(texts.values()))
    paper.section(gettext("What happened"))
    for number, each in enumerate(sheet.events, 1):
        paper.entry(f"{number}. {each.says}", str(each.way))
        for label, value in _facts(each, numbers):
            paper.pair(label, value)
    for pk, text in texts.items():
        if numbers[pk] == 1:
            paper.section(gettext("The texts, word for word"), text.body)
        paper.entry(gettext("Text %(number)d") % {"number": numbers[pk]}, text.title, text.body)
        paper.pair(gettext("Wording"), text.body)
        paper.pair("SHA-256", pk)
    _check(paper, sheet)
    return bytes(paper.output())


def _head(paper: "_Paper", sheet: Sheet, title: str, texts: list[Text]) -> None:
    paper.title_line(title, gettext("Marketing on WhatsApp"))
    if texts:
        paper.pair(gettext("Controller"), texts[-1].controller)
        if texts[-1].notice:
            paper.pair(gettext("Privacy notice"), texts[-1].notice)
    paper.pair(gettext("Person"), f"{sheet.name}\n{sheet.contact}" if sheet.name else str(sheet.contact))
    today = gettext("As of %(day)s.") % {"day": date_format(localtime(sheet.at), "DATE_FORMAT")}
    paper.pair(gettext("How it stands"), f"{sheet.standing}\n{today}")


def _facts(each: Shown, numbers: dict[str, int]) -> Iterator[tuple[str, str]]:
    """What is told of an event, as the page tells it."""
    row = each.row
    yield gettext("When"), _moment(row.at)
    yield pgettext("of a consent event", "Number"), each.number
    if row.message:
        yield gettext("Message"), str(row.message)
    if each.slip:
        ticked = _moment(each.slip.torn_at, seconds=False)
        yield gettext("Box ticked"), f"{ticked} · {each.slip.link.place}\n{each.slip.number}"
    if each.elsewhere:
        yield from _elsewhere(each, row)
    if each.answer:
        yield gettext("Our answer"), f"{_moment(each.answer.created_at)} · {each.answer_says}"
    yield gettext("Ledger"), gettext("entry %(n)s") % {"n": each.place}
    if row.text:
        yield pgettext("of a consent", "Text"), gettext("no. %(number)d, below") % {"number": numbers[row.text.pk]}
    if each.picture:
        yield gettext("Picture of the form"), each.picture.pk


def _elsewhere(each: Shown, row: ConsentEvent) -> Iterator[tuple[str, str]]:
    if each.elsewhere is None:
        return
    title = f" · {row.text.title}" if row.text and row.text.title else ""
    yield gettext("Given elsewhere"), f"{each.elsewhere_way}{title}"
    words = each.elsewhere.words
    said = "\n".join(filter(None, (words.evidence, words.reason))) if words else gettext("It does not open any more.")
    yield gettext("Evidence"), said
    yield gettext("Recorded"), _moment(row.recorded_at)


def _check(paper: "_Paper", sheet: Sheet) -> None:
    paper.section(gettext("How to verify it"))
    paper.paragraph(
        gettext(
            "This file carries the record of this consent as an attachment: %(file)s. With it come the entries of the "
            "ledger, each with the proof that the log includes it, and the texts, which the entries name by their "
            "SHA-256. Save the attachment; with the log’s public key it verifies without the system that wrote it:"
        )
        % {"file": sheet.file}
    )
    paper.paragraph(f"{VERIFY} {sheet.file} '{sheet.key}'")
    paper.paragraph(
        gettext("A character that could not be printed here stands as its number, as in [U+1F600]; the record has it.")
    )


def _moment(at: datetime, *, seconds: bool = True) -> str:
    """By the company's clocks, with how far they are from UTC."""
    here = localtime(at)
    zone = here.strftime("%z")
    time = here.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{date_format(here, 'DATE_FORMAT')}, {time} (UTC{zone[:3]}:{zone[3:]})"


class _Paper(FPDF):
    """A4 in one column, with what stands at the foot of each page."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(format="A4", enforce_compliance=DocumentCompliance.PDFA_3U)
        self._sheet = sheet
        for face in (FACE, *OTHERS):
            for style, weight in WEIGHTS.items():
                self.add_font(face, style, str(LETTERS.joinpath(f"{face}-{weight}.woff2")))
        self.set_fallback_fonts(OTHERS)
        faces = [face for face in self.fonts.values() if isinstance(face, TTFFont)]
        self._known = frozenset(letter for face in faces for letter in face.cmap)
        self.alias_nb_pages(PAGES)
        self.set_margins(SIDE_MM, TOP_MM)
        self.set_auto_page_break(True, FOOT_MM)
        self.c_margin = 0

    def footer(self) -> None:
        """Whose it is, when it was printed, and the page of how many."""
        self.set_xy(SIDE_MM, -FOOT_MM + 8)  # whatever is indented while a page ends
        self._write_as(8, PALE)
        when = gettext("Printed on %(when)s") % {"when": _moment(self._sheet.at, seconds=False)}
        page = gettext("Page %(page)d of %(pages)s") % {"page": self.page_no(), "pages": PAGES}
        self.cell(COLUMN_MM * 0.75, LINE_MM, self._fit(when))
        self.cell(COLUMN_MM * 0.25, LINE_MM, page, align="R")

    def title_line(self, title: str, below: str) -> None:
        """What the sheet is."""
        if self._sheet.company:
            self._write_as(9, PALE)
            self._lines(self._sheet.company, LINE_MM)
            self.ln(2)
        self.start_section(title)
        self._write_as(20, INK, "B")
        self._lines(title, 9)
        self._write_as(11, PALE)
        self._lines(below, 6)
        self.ln(5)

    def section(self, title: str, first: str = "") -> None:
        """The head of a part; it keeps with what comes `first` below it."""
        self._keep(HEADS_MM + self._height(first))
        self.ln(8)
        self.start_section(title, level=1)
        self._write_as(13, INK, "B")
        self._lines(title, 7)

    def entry(self, title: str, beside: str, first: str = "") -> None:
        """The head of one thing of several, below a rule; it keeps with what comes `first` below it."""
        self._keep(HEAD_MM + self._height(first))
        self.ln(3)
        self.set_draw_color(*RULE)
        self.line(SIDE_MM, self.y, SIDE_MM + COLUMN_MM, self.y)
        self.ln(3)
        self._write_as(10.5, INK, "B")
        self.cell(self.get_string_width(title) + 2.5, 6, self._fit(title))
        self._write_as(9, PALE)
        self._lines(beside, 6)
        self.ln(1)

    def pair(self, label: str, value: str) -> None:
        """A label and what it says, beside each other."""
        self._keep(self._height(value))
        top, page = self.y, self.page
        self._write_as(9, PALE)
        self.multi_cell(LABEL_MM - 4, LINE_MM, self._fit(label), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        below = self.y
        self.set_y(top)
        self._write_as(9, INK)
        self._indented(value)
        if self.page == page:
            self.set_y(max(below, self.y))

    def paragraph(self, text: str) -> None:
        """Running text."""
        self.ln(2)
        self._write_as(9, INK)
        self._lines(text, LINE_MM)
        self.ln(1)

    def _indented(self, text: str) -> None:
        """Lines beside the labels, also on the next page."""
        self.set_left_margin(SIDE_MM + LABEL_MM)
        self._lines(text, LINE_MM)
        self.set_left_margin(SIDE_MM)
        self.set_x(SIDE_MM)

    def _lines(self, text: str, height: float) -> None:
        self.multi_cell(0, height, self._fit(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _keep(self, height: float) -> None:
        """A new page for what would be torn apart, unless it is longer than a page."""
        if self.will_page_break(height if height <= self.eph else HEADS_MM):
            self.add_page()

    def _height(self, value: str) -> float:
        """How high it stands beside its label."""
        self._write_as(9, INK)
        width = COLUMN_MM - LABEL_MM
        drawn = self.multi_cell(width, LINE_MM, self._fit(value), align="L", dry_run=True, output="HEIGHT")
        return max(LINE_MM, cast(float, drawn))

    def _write_as(self, size: float, colour: tuple[int, int, int], style: str = "") -> None:
        self.set_font(FACE, style, size)
        self.set_text_color(*colour)

    def _fit(self, text: str) -> str:
        """The text in characters that can be drawn; of others the number, which says which one it was."""
        whole = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(ALIKE)
        return "".join(one if ord(one) in self._known or one == "\n" else f"[U+{ord(one):04X}]" for one in whole)
