"""The page of the proof: every row, the targets beside it, and the league table of one month."""

from __future__ import annotations

from collections.abc import Sequence

from counties import BOARDS, WINDOW
from reviewing import DRAWS
from scoring import TARGETS, Figure, Score, missed
from suspicions import Suspicions

ABOUT = """# Proof

## The question

Does the review keep its promises where the truth is known? Regions of {practices} practices in {boards} boards are
drawn with variances like those of the real files (see the [simulated county](../simulated-county.md)): lasting
differences, drift from month to month, chance, an effect of the population, missing months and practices without
figures. Three indicators count: calls answered, calls answered within two minutes, and calls to 111. The code of the
review fits what is expected and the variance components over the region, and lists one board of {least} to {most}
practices from {draws:,} draws; only the veto of the confidence sets, which can take somebody off a list but put nobody
on it, is left out. True is who is in the last fifth of the board **and** worse than England by the smallest difference
that matters over the **next** {window} months.

Beside each row stand an **oracle**, which knows the variance components, and the **snapshot**: the last fifth by raw
value of the last month, which has no interval and always names a fifth.

`python tests/proof/run_proof.py` writes this page (seeds 0, 1, 2, …; each row says how many counties it had);
`make test` runs a reduced form. ± is two Monte
Carlo errors, the counties being the sample.

## What was found

"""


def write_page(scores: Sequence[Score], suspicions: Suspicions) -> str:
    """The whole page, in Markdown."""
    parts = [
        ABOUT.format(
            practices=sum(BOARDS),
            boards=len(BOARDS),
            least=min(BOARDS),
            most=max(BOARDS),
            draws=DRAWS,
            window=WINDOW,
        ),
        _table(
            COLUMNS,
            [_row(one) for one in scores],
        ),
        "\n",
        *(f"- **{one.case.name}**: {one.case.says}.\n" for one in scores),
        "\n## The targets\n\n",
        _table(
            ("target", "row", "met"),
            [
                (TARGETS[name].words, one.case.name, "no" if TARGETS[name].words in missed(one) else "yes")
                for one in scores
                for name in one.case.targets
            ],
        ),
        "\nRows without a target are published, not gated. A slope or a share over nothing is shown as –.\n\n",
        "## Changes of recording\n\n",
        RECORDING.format(found=suspicions.found, false=suspicions.false, looked_at=suspicions.looked_at),
        FORWARD,
    ]
    return "".join(parts)


COLUMNS = (
    "row",
    "counties",
    "reliability",
    "ranks held by 95% intervals",
    "calibration slope of P",
    "listed",
    "truly there",
    "wrong entries",
    "lists empty",
    "length beside the oracle's",
    "oracle: wrong entries",
    "snapshot: named",
    "snapshot: wrong entries",
)

RECORDING = """An announced change stands in `known_breaks.toml`: a window begins after it, in every county of its row.
Of an unannounced one the break search ([Breaks](breaks.md)) is the only sign, and it is shown to a person: of practices
whose recording changed by 1 on the logit scale it pointed at {found:.0%}, of the others at {false:.0%} (P ≤ 0.05,
{looked_at:,} series of calls answered). Drift resembles a change: that is why nobody is gated by it.

"""

FORWARD = """## On real months

Fitted to the earlier months of NHS England's files, scored on the later ones (`tests/published`); the table is in
[Lasting difference and drift](lasting-difference-and-drift.md#on-real-months): 95% intervals held 0.93 to 0.96 of
practices, the practice's past with its sampling interval 0.08 to 0.37.
"""


def _row(one: Score) -> tuple[str, ...]:
    return (
        one.case.name,
        str(one.counties),
        f"{one.reliability:.2f}",
        _figure(one.coverage, 3),
        _figure(one.slope, 2),
        f"{one.listed.value:.1f}",
        f"{one.truly:.1f}",
        _share(one.wrong),
        f"{one.empty:.0%}",
        _figure(one.beside_oracle, 2),
        _share(one.oracle_wrong),
        f"{one.snapshot_listed:.1f}",
        _share(one.snapshot_wrong),
    )


def _figure(figure: Figure, digits: int) -> str:
    if figure.value != figure.value:
        return "–"
    return f"{figure.value:.{digits}f} ± {2 * figure.error:.{digits}f}"


def _share(figure: Figure) -> str:
    return "–" if figure.value != figure.value else f"{figure.value:.1%} ± {2 * figure.error:.1%}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
