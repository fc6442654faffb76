"""The parameters that the addresses of the API have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

# England's practices fit in one answer.
MOST = 10_000
USUAL = 100
# A name is shorter; a longer one would only cost time.
LONGEST_TEXT = 200
MOST_FOUND = 100
# What can be looked at side by side, with room for an alliance of practices.
MOST_CODES = 200


@dataclass(frozen=True)
class Parameter:
    """What stands beside a parameter's type: its description, and limits as pydantic names them."""

    words: str
    limits: Mapping[str, Any] = field(default_factory=lambda: {"max_length": LONGEST_TEXT})


Kind = Annotated[str, Parameter("Kind of organisation, as in /kinds.")]
OptionalKind = Annotated[str | None, Parameter("Only this kind of organisation.")]
Code = Annotated[str, Parameter("The organisation's ODS or ONS code, in capitals.")]
IndicatorId = Annotated[str, Parameter("The indicator, as in /indicators.")]
AreaKind = Annotated[str | None, Parameter("Kind of the area, one of the kind's `area_kinds`.")]
Area = Annotated[str | None, Parameter("Only those of this area, by its code.")]
Limit = Annotated[int, Parameter("Most rows of an answer.", {"ge": 1, "le": MOST})]
FewFound = Annotated[int, Parameter("Most organisations found.", {"ge": 1, "le": MOST_FOUND})]
Cursor = Annotated[
    str | None,
    Parameter("`next_cursor` of the page before; without it, the first page.", {"max_length": 1000}),
]
Format = Annotated[
    Literal["json", "csv", "parquet"] | None,
    Parameter("Instead of the Accept header: json, csv or parquet.", {}),
]
State = Annotated[
    Literal["better than expected", "as expected", "worse than expected", "cannot tell", "not assessed"]
    | None,
    Parameter("Only those in this state.", {}),
]
