"""The report of the figures as PDF, for stuurgroep and kerngroep: it leaves the house, so no small number."""

from collections.abc import Sequence
from datetime import datetime

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

from app.services.figures import Table, text
from app.web.charts import BAR_HEIGHT, FULL_BAR, Chart, charts

LETTER = "Helvetica"
PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "→": ">", "…": "...", "•": "-", "€": "EUR"}
)
"""The letters that every PDF reader has are those of Latin-1."""
DARK, LIGHT = 60, 235
BAR_MM = 110
HEIGHT_MM = 4


class _Report(FPDF):
    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(LETTER, size=8)
        self.cell(0, 5, _plain(f"{self.title} · pagina {self.page_no()}"), align="C")


def made(tables: Sequence[Table], *, title: str, lines: Sequence[str], now: datetime) -> bytes:
    """The report of tables in which small numbers are hidden already."""
    report = _Report(format="A4")
    report.set_title(_plain(title))
    report.set_author("Casusroute")
    report.set_creator("Casusroute")
    report.set_lang("nl-NL")
    report.set_creation_date(now)
    report.set_auto_page_break(True, margin=18)
    report.add_page()
    _say(report, title, size=18, bold=True)
    for line in lines:
        _say(report, line)
    for table in tables:
        _section(report, table)
    return bytes(report.output())


def _section(report: FPDF, table: Table) -> None:
    if report.will_page_break(50):
        report.add_page()
    report.ln(4)
    report.start_section(_plain(table.title))
    _say(report, table.title, size=13, bold=True)
    _say(report, table.text)
    if not table.rows:
        _say(report, "In deze periode is hier niets te tellen.")
        return
    for chart in charts(table):
        _draw(report, chart)
    report.ln(2)
    report.set_font(LETTER, size=9)
    report.set_fill_color(255)
    widths = (60, *(130 // len(table.head) for _ in table.head))
    heading = FontFace(emphasis="BOLD", fill_color=LIGHT)
    with report.table(
        col_widths=widths,
        text_align=("LEFT", *("RIGHT" for _ in table.head)),
        borders_layout="HORIZONTAL_LINES",
        headings_style=heading,
        line_height=5,
    ) as drawn:
        drawn.row([_plain(word) for word in ("", *table.head)])
        for row in table.rows:
            drawn.row([_plain(word) for word in (row.label, *(text(cell) for cell in row.cells))])


def _draw(report: FPDF, chart: Chart) -> None:
    legend = [
        f"{'open' if place else 'dichte'} balk: {word.lower()}" for place, word in enumerate(chart.legend)
    ]
    _say(report, "; ".join(legend) + ".", size=9)
    scale, left = BAR_MM / FULL_BAR, report.l_margin + report.c_margin
    for line in chart.lines:
        report.set_font(LETTER, size=9)
        if report.will_page_break(5 + len(line.bars) * BAR_HEIGHT):
            report.add_page()
        report.cell(0, 5, _plain(line.label), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for bar in line.bars:
            if bar.width:
                report.set_draw_color(DARK)
                report.set_fill_color(LIGHT if bar.second else DARK)
                report.rect(left, report.y + 0.5, bar.width * scale, HEIGHT_MM - 1, style="DF")
            report.set_x(left + bar.width * scale + 1)
            report.cell(20, HEIGHT_MM, _plain(bar.text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    if chart.left_out:
        _say(report, f"En nog {chart.left_out} in de tabel.", size=9)


def _say(report: FPDF, words: str, *, size: int = 10, bold: bool = False) -> None:
    report.set_font(LETTER, "B" if bold else "", size)
    report.multi_cell(0, size * 0.5, _plain(words), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _plain(words: str) -> str:
    return words.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")
