"""A review of a data pack that was issued twice: all of it is marked, and what the second issue moved is told."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet
import pypdf
import pytest
from python_calamine import CalamineWorkbook
from small_county import catalogue, review

from likeforlike.documents.writing import write_documents
from likeforlike.errors import DefinitionError
from likeforlike.present import wording
from likeforlike.present.changes import view_changes
from likeforlike.review.result import ReviewResult
from likeforlike.simulate import CountyPlan, simulate_county
from likeforlike.sources.adding import add_paths
from likeforlike.store import Store

CALLS_TO_111 = "nhs_111_calls_per_1000"
KNOWN = catalogue(CALLS_TO_111)
FIRST, SECOND = "XI01-local-figures.csv", "XI01-local-figures-again.csv"
# In the second issue two practices have three times the calls in every month: whoever they are, they stand out.
TIMES, RESTATED = 3, 2
PLAN = """title = "Calls to 111 in the small county"
area = "XI01"
seed = 1
as_at = {as_at}
restricted = true
data_packs = [{packs}]
window = {{ last = 2025-11-01, months = 8 }}
expected = false
expected_reason = "The populations are left out so that the county stays small."
draws = 1000
weightings = 5
gates = {{ breaks = false, least_patients = 0 }}

[[indicators]]
id = "nhs_111_calls_per_1000"
weight = 1.0
"""


@dataclass(frozen=True)
class Twice:
    """The same plan as at two days."""

    store: Path
    before: ReviewResult
    after: ReviewResult
    restated: frozenset[str]
    """Codes of the practices whose months were stated again."""


def plan(as_at: str, *packs: str) -> str:
    return PLAN.format(as_at=as_at, packs=", ".join(f'"{name}"' for name in packs))


def read_calls(pack: Path) -> list[dict[str, str]]:
    with pack.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["indicator"] == CALLS_TO_111]


def issue(target: Path, rows: list[dict[str, str]], header: str, published: str) -> Path:
    target.parent.mkdir(parents=True)
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert "published = 2025-12-18" in header
    text = header.replace("published = 2025-12-18", f"published = {published}")
    target.with_suffix(".toml").write_text(text, encoding="utf-8")
    return target


def state_again(rows: list[dict[str, str]], some: frozenset[str]) -> list[dict[str, str]]:
    return [
        row | {"numerator": str(TIMES * int(row["numerator"]))} if row["organisation_code"] in some else row
        for row in rows
    ]


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    """A store with lists and both issues, and a review of it as at each."""
    folder = tmp_path_factory.mktemp("twice")
    made = simulate_county(CountyPlan(icbs=2, practices=60, months=8), folder / "county")
    lists = [path for path in made.official if path.name == "registered_patients"]
    pack = folder / "county" / "data_packs" / FIRST
    rows, header = read_calls(pack), pack.with_suffix(".toml").read_text(encoding="utf-8")
    restated = frozenset(sorted({row["organisation_code"] for row in rows})[:RESTATED])
    issues = [
        issue(folder / "first" / FIRST, rows, header, "2025-12-18"),
        issue(folder / "again" / SECOND, state_again(rows, restated), header, "2026-01-20"),
    ]
    store = Store(folder / "store")
    add_paths(store, KNOWN, [*lists, *issues])
    before = review(store.folder, folder / "before", plan("2025-12-31", FIRST), KNOWN)
    after = review(store.folder, folder / "after", plan("2026-01-31", SECOND), KNOWN)
    return Twice(store.folder, before, after, restated)


def listed(result: ReviewResult) -> set[str]:
    return {row["organisation"] for row in result.rows("organisations") if row["listed"]}


def test_who_entered_is_told_with_the_edition_that_moved_it(twice: Twice) -> None:
    """Only those whose months were stated again can have entered; the plan differs in its date and its packs."""
    entered = listed(twice.after) - listed(twice.before)
    assert entered
    assert entered <= twice.restated
    view = view_changes(twice.before, twice.after)
    assert view.plan == (
        "as_at: 31 December 2025, then 31 January 2026",
        f"data_packs: {FIRST}, then {SECOND}",
    )
    assert [line.rsplit(": ", 1)[1] for line in view.editions] == [
        f"first/{FIRST} (issued 18 December 2025) in the first only",
        f"again/{SECOND} (issued 20 January 2026) in the second only",
    ]
    assert {one.organisation for one in view.moved if one.entered} == entered
    for one in view.moved:
        if one.entered:
            (reason,) = one.reasons
            assert reason.startswith(f"{KNOWN.indicator(CALLS_TO_111).title}: ")
            then = float(reason.split(", then ")[1].split()[0].replace("−", "-"))
            assert then < -1


def test_the_earlier_edition_is_one_of_the_other_runs(twice: Twice) -> None:
    """As at the day before the second issue the list is that of the first."""
    runs = [row for row in twice.after.rows("runs") if row["dimension"] == "edition"]
    (run,) = runs
    kept = listed(twice.before) & listed(twice.after)
    assert run["listed"] == len(listed(twice.before))
    assert run["kept"] == len(kept)
    assert not [row for row in twice.before.rows("runs") if row["dimension"] == "edition"]


def test_every_file_and_page_of_a_restricted_review_is_marked(twice: Twice, tmp_path: Path) -> None:
    assert twice.after.manifest["restricted"]
    folder = tmp_path / "documents"
    names = write_documents(twice.after, folder, everybody=False, report=lambda step: None)
    kinds = {Path(name).suffix for name in names}
    assert kinds == {".pdf", ".html", ".xlsx", ".txt", ".csv", ".parquet"}
    for name in names:
        path = folder / name
        assert ".restricted." in path.name
        if path.suffix == ".pdf":
            pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(path).pages]
            assert all(wording.RESTRICTED in page for page in pages)
        elif path.suffix == ".xlsx":
            book = CalamineWorkbook.from_path(path)
            for sheet in book.sheet_names:
                cells = " ".join(
                    str(cell) for row in book.get_sheet_by_name(sheet).to_python() for cell in row
                )
                assert wording.RESTRICTED in cells, sheet
        elif path.suffix == ".parquet":
            assert pyarrow.parquet.read_schema(path).metadata[b"restricted"] == b"true"
        elif path.suffix != ".csv":
            # A CSV has no place for a mark but its name.
            assert wording.RESTRICTED in path.read_text(encoding="utf-8")
    assert [Path(name).name for name in names if name.startswith("evidence/") and name.endswith(".pdf")] == [
        f"{code}.restricted.pdf" for code in sorted(listed(twice.after))
    ]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("restricted = true", "restricted = false", "not for everybody, and the plan does not say so"),
        (f'data_packs = ["{SECOND}"]', "", f"figures of this review come from the pack 'again/{SECOND}'"),
        (f'["{SECOND}"]', f'["{SECOND}", "{FIRST}"]', f"no figure of this review comes from '{FIRST}'"),
    ],
)
def test_a_plan_must_say_that_it_is_restricted_and_by_which_pack(
    twice: Twice, tmp_path: Path, old: str, new: str, words: str
) -> None:
    text = plan("2026-01-31", SECOND)
    assert old in text
    with pytest.raises(DefinitionError, match=words):
        review(twice.store, tmp_path / "result", text.replace(old, new), KNOWN)
    assert not (tmp_path / "result").exists()
