"""The documents of a review: evidence sheets a second, and charts drawn by Vega against those drawn straight as SVG."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import run_command

REPEATS = 3


def run() -> list[dict[str, str]]:
    """Run the demo, which reviews a board of the simulated county, and write that review's sheets; two minutes."""
    with tempfile.TemporaryDirectory(prefix="likeforlike-bench-") as scratch:
        demo = Path(scratch) / "demo"
        run_command("demo", "--directory", str(demo))
        return measure_sheets(demo / "review")


def measure_sheets(folder: Path) -> list[dict[str, str]]:
    """Sheets of everybody in a result, one process; and the months of one sheet drawn both ways."""
    from likeforlike.charts.months import draw_months
    from likeforlike.charts.quick.months import quick_months
    from likeforlike.charts.rendering import render_svg
    from likeforlike.documents.html import render_html
    from likeforlike.documents.pdf import render_pdf
    from likeforlike.documents.sheet import make_sheet
    from likeforlike.present.evidence import view_all_evidence
    from likeforlike.review.result import load_result

    result = load_result(folder)
    codes = [row["organisation"] for row in result.rows("organisations")]
    sheets = view_all_evidence(result, codes)
    documents = [make_sheet(sheet, "Source") for sheet in sheets]
    render_pdf(documents[0])  # Finds the fonts, once for a process.
    pdf = _least(lambda: [render_pdf(document) for document in documents])
    html = _least(lambda: [render_html(document) for document in documents])
    panels = [(one.indicator.title, one) for one in sheets[0].measures]
    vega = _least(lambda: render_svg(draw_months(panels, "finding", "source").bare()))
    quick = _least(lambda: quick_months(sheets[0].measures))
    sizes = f"{len(documents)} sheets of {len(panels)} indicators"
    note = f"processor time of one process, least of {REPEATS}"
    return [
        {
            "work": f"PDF, {sizes}",
            "figure": f"{len(documents) / pdf:.1f} a second",
            "bar": "≥ 5",
            "note": note,
        },
        {
            "work": f"HTML, {sizes}",
            "figure": f"{len(documents) / html:.0f} a second",
            "bar": "none",
            "note": note,
        },
        {
            "work": "months of one sheet, straight as SVG",
            "figure": f"{vega / quick:.0f} times as fast as by Vega",
            "bar": "none",
            "note": f"{1000 * quick:.2f} ms against {1000 * vega:.0f} ms",
        },
    ]


def _least(work: Callable[[], object]) -> float:
    """Processor time of the quickest of several: what it costs, not what else the machine did."""
    seconds = []
    for _ in range(REPEATS):
        before = time.process_time()
        work()
        seconds.append(time.process_time() - before)
    return min(seconds)
