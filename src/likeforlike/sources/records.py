"""Record files before and after they are counted: their columns, nobody's identifiers in them, and what was faulty."""

from __future__ import annotations

import csv
import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyarrow
import pyarrow.parquet

from likeforlike.catalogue import OrganisationType
from likeforlike.catalogue.loading import load_definition
from likeforlike.catalogue.records import Handling, Records
from likeforlike.errors import FileRefusedError, NotFoundError
from likeforlike.sources.packs.header import PackHeader
from likeforlike.sources.reading.people import check_column, check_no_people, hide_person

SUFFIXES = (".parquet", ".csv")
# Looked at for identifiers of people. Only columns with a closed vocabulary, days, counts and codes of the right
# shape are ever read beyond these, so nothing about a person can come out further down a file.
SAMPLED_ROWS = 10_000
MOST_CODES_NAMED = 5

# What a fault is called, by the key of the definition that says what becomes of it.
FAULTS = {
    "no_organisation": "have no organisation",
    "outside_span": "have no day, or one outside the span",
    "unknown_label": "have a word outside a vocabulary",
    "no_count": "have no count, or one below zero",
}


def load_records(path: Path) -> Records:
    """The description of record files.

    Raises:
        NotFoundError: there is no such file.
        DefinitionError: it does not hold.
    """
    if not path.is_file():
        raise NotFoundError("there is no such definition of record files.", where=str(path))
    return load_definition(Records, path)


def find_record_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those below the folders named; all Parquet or all CSV.

    Raises:
        NotFoundError: a path is not there, or nothing below it is a record file.
        FileRefusedError: both kinds are there, or a file is of another.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            below = sorted(one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES)
            if not below:
                raise NotFoundError("there is no Parquet or CSV file below it.", where=str(path))
            found += below
        elif not path.exists():
            raise NotFoundError("there is no such file.", where=str(path))
        elif path.suffix.lower() not in SUFFIXES:
            raise FileRefusedError("record files are Parquet or CSV.", where=str(path))
        else:
            found.append(path)
    unique = list(dict.fromkeys(path.resolve() for path in found))
    if len({path.suffix.lower() for path in unique}) > 1:
        raise FileRefusedError(
            "there are Parquet and CSV files among these.",
            where=str(paths[0]),
            next_step="Name files of one kind: the same events may stand in both.",
        )
    return unique


def check_record_files(records: Records, paths: Sequence[Path]) -> None:
    """Refuse files whose columns are not as described, or that seem to be about people.

    Raises:
        FileRefusedError: a column is absent, not described, or of a type that it cannot have.
        PersonalDataRefusedError: a column's name or its first values are those of people.
    """
    is_text = paths[0].suffix.lower() == ".csv"
    for path in paths:
        header, types, rows = _sample_text(path) if is_text else _sample_parquet(path)
        check_no_people(header, rows, path.name)
        _check_header(records, header, path)
        _check_types(records, types, path)
        for column in (records.organisation, *(one.column for one in records.labels.values())):
            place = header.index(column)
            cells = (row[place] for row in rows if len(row) == len(header))
            # Where only codes and words stand, no count is taken for a number of a person.
            check_column(column, cells, path.name, may_be_counts=False)


def _sample_text(path: Path) -> tuple[list[str], dict[str, pyarrow.DataType], list[list[str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(itertools.islice(csv.reader(stream, strict=True), SAMPLED_ROWS + 1))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefusedError(
            f"UTF-8 text with commas was expected: {error}.", where=str(path), next_step="Save it as such."
        ) from None
    if not rows:
        raise FileRefusedError("the file is empty.", where=str(path))
    return rows[0], {}, rows[1:]


def _sample_parquet(path: Path) -> tuple[list[str], dict[str, pyarrow.DataType], list[list[str]]]:
    try:
        file = pyarrow.parquet.ParquetFile(path)
        batch = next(file.iter_batches(batch_size=SAMPLED_ROWS), None)
    except pyarrow.ArrowException as error:
        raise FileRefusedError(f"it is no Parquet file: {error}.", where=str(path)) from None
    schema = file.schema_arrow
    cells: Iterable[tuple[object, ...]] = ()
    if batch is not None:
        cells = zip(*(batch[column].to_pylist() for column in schema.names), strict=True)
    rows = [["" if cell is None else str(cell) for cell in row] for row in cells]
    return list(schema.names), dict(zip(schema.names, schema.types, strict=True)), rows


def _check_header(records: Records, header: Sequence[str], path: Path) -> None:
    if len(set(header)) < len(header):
        raise FileRefusedError("a column is there twice.", where=str(path))
    if absent := [column for column in records.columns if column not in header]:
        raise FileRefusedError(
            f"there is no column '{absent[0]}'; there are {', '.join(header)}.",
            where=str(path),
            next_step="Mend the definition: headers are compared letter by letter.",
        )
    if strange := [column for column in header if column not in {*records.columns, *records.ignored}]:
        raise FileRefusedError(
            f"column '{strange[0]}' is not described.",
            where=str(path),
            next_step="Leave it out of the file, or name it under 'ignored': every column is accounted for.",
        )


def _check_types(records: Records, types: Mapping[str, pyarrow.DataType], path: Path) -> None:
    is_type = pyarrow.types
    for column, kind in types.items():
        if is_type.is_dictionary(kind):
            kind = kind.value_type
        is_text = is_type.is_string(kind) or is_type.is_large_string(kind) or is_type.is_string_view(kind)
        if column == records.date:
            # The day of a moment with a zone depends on where it is read.
            fits = is_text or is_type.is_date(kind) or (is_type.is_timestamp(kind) and kind.tz is None)
            expected = "days, moments without a zone, or texts"
        elif column == records.count:
            fits, expected = is_type.is_integer(kind), "whole numbers"
        elif column in records.columns:
            fits, expected = is_text or is_type.is_integer(kind), "texts or whole numbers"
        else:
            continue
        if not fits:
            raise FileRefusedError(
                f"column '{column}': {expected} were expected, found {kind}.", where=str(path)
            )


def check_faults(
    records: Records, faults: Mapping[str, int], words: Mapping[str, Sequence[str]], where: str
) -> dict[str, int]:
    """The faulty rows that the definition leaves out, by kind of fault.

    Raises:
        FileRefusedError: there are faulty rows of a kind that it refuses.
    """
    for fault, rows in faults.items():
        # A count that cannot be one has no other reading than a fault of whoever made the file.
        handling = Handling.REFUSE if fault == "no_count" else getattr(records, fault)
        if handling is Handling.REFUSE:
            named = [
                f" Column '{column}' has {', '.join(repr(hide_person(word)) for word in found)}."
                for column, found in words.items()
                if fault == "unknown_label"
            ]
            mend = (
                "Mend the files" if fault == "no_count" else f'Mend the files, or say {fault} = "leave_out"'
            )
            raise FileRefusedError(
                f"{rows:,} rows {FAULTS[fault]}.{''.join(named)}",
                where=where,
                next_step=f"{mend}. Nothing was written.",
            )
    return dict(sorted(faults.items()))


def check_codes(codes: Iterable[str], kind: OrganisationType, where: str) -> None:
    """Refuse organisations whose codes are not shaped as codes of their kind: they could be anybody's number.

    Raises:
        FileRefusedError: naming some of them.
    """
    strange = sorted({code for code in codes if not kind.accepts(code)})
    if strange:
        raise FileRefusedError(
            f"{len(strange):,} codes are not shaped as codes of {kind.plural}: "
            f"{', '.join(hide_person(code) for code in strange[:MOST_CODES_NAMED])}.",
            where=where,
            next_step="Nothing was written. See which column is the organisation.",
        )


def make_header(
    records: Records, published: datetime.date, rows: int, files: int, left_out: Mapping[str, int]
) -> PackHeader:
    """The header of the pack, which says what was counted and what was left out."""
    counted = f"Counted from {rows:,} rows in {files:,} {'file' if files == 1 else 'files'}."
    without = "".join(
        f" Left out: {number:,} rows that {FAULTS[fault]}." for fault, number in left_out.items()
    )
    return PackHeader(
        title=records.title,
        about=f"{records.about}\n{counted}{without}",
        provider=records.provider,
        published=published,
        area=records.area,
        organisation_type=records.organisation_type,
        restricted=records.restricted,
        licence=records.licence,
    )
