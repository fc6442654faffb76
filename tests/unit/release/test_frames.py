"""View objects as data frames: types hold whatever the rows hold, and the package stays light."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas
import pytest

import likeforlike
from likeforlike.release.views import Standing
from made_release import PRACTICES, STANDINGS, write_release

MISSING = next(one for one in STANDINGS if one.least is None)
THERE = STANDINGS[0]


def test_a_frame_has_a_column_for_each_field_with_its_type() -> None:
    frame = likeforlike.to_pandas([THERE, MISSING])
    assert list(frame.columns) == list(vars(THERE))
    assert frame["value"].tolist()[0] == 62.0
    assert frame["value"].isna().tolist() == [False, True]
    # Whole, although one is missing.
    assert str(frame["least"].dtype) == "Int64"
    assert frame["least"].tolist() == [1, pandas.NA]


def test_a_frame_of_organisations_keeps_what_each_belongs_to() -> None:
    frame = likeforlike.to_pandas(PRACTICES)
    assert frame["parents"][0].tolist() == [{"kind": "icb", "code": "XN1", "name": "NHS Northshire"}]
    assert frame["fictional"].tolist() == [True] * 5


def test_an_empty_list_has_its_columns_when_it_is_told_which() -> None:
    frame = likeforlike.to_pandas([], Standing)
    assert (len(frame), list(frame.columns)) == (0, list(vars(THERE)))
    with pytest.raises(TypeError, match="give the class as `view`"):
        likeforlike.to_pandas([])


def test_what_makes_no_table_is_refused() -> None:
    with pytest.raises(TypeError, match="OrganisationView, Standing"):
        likeforlike.to_arrow([THERE, PRACTICES[0]])
    with pytest.raises(TypeError, match="found dict"):
        likeforlike.to_arrow([{"value": 1}])


def test_polars_has_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Polars need not be installed here: what it is given is an Arrow table."""
    given = []

    class Polars:
        """Stands in for polars."""

        class DataFrame:
            """What it makes."""

        @classmethod
        def from_arrow(cls, table: object) -> Polars.DataFrame:
            given.append(table)
            return cls.DataFrame()

    monkeypatch.setitem(sys.modules, "polars", Polars)
    assert isinstance(likeforlike.to_polars([THERE]), Polars.DataFrame)
    assert given == [likeforlike.to_arrow([THERE])]


def test_pages_of_standings_are_those_of_the_whole(tmp_path: Path) -> None:
    write_release(tmp_path)
    release = likeforlike.open_release(tmp_path)
    everybody = release.standings("calls_answered", "gp_practice")
    assert [one.code for one in everybody] == ["A81001", "A81002", "A81003", "L83001", "L83002"]
    assert release.standings("calls_answered", "gp_practice", after="A81002", limit=2) == everybody[2:4]
    north = release.standings("calls_answered", "gp_practice", area_kind="icb", area="XN1")
    assert north == everybody[:3]
    told = release.standings(
        "calls_answered", "gp_practice", area_kind="icb", area="XN1", state="cannot tell"
    )
    assert told == [one for one in north if one.state == "cannot tell"] != []
    release.close()


def test_opening_a_release_loads_nothing_that_computes() -> None:
    heavy = ("ibis", "duckdb", "scipy", "pandas", "polars", "pyarrow", "altair", "django")
    code = (
        "import sys, likeforlike; light = len(sys.modules); likeforlike.open_release; "
        f"print([one for one in {heavy} if one in sys.modules], 'pydantic' in sys.modules, light)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.startswith("[] True")


def test_the_front_door_has_what_it_says_and_nothing_else() -> None:
    for name in likeforlike.__all__:
        assert callable(getattr(likeforlike, name))
    with pytest.raises(AttributeError, match="no attribute 'open_realease'"):
        likeforlike.open_realease  # type: ignore[attr-defined]  # noqa: B018 - the mistake is the test


def test_a_position_without_its_range_is_not_in_any_frame() -> None:
    frame = likeforlike.to_pandas([THERE, replace(THERE, code="X")])
    assert {"least", "most", "peers"} <= set(frame.columns)
    assert not {"rank", "position_number"} & set(frame.columns)
