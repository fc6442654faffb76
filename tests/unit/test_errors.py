"""Errors for people: what, where and what next, in words and as data, each kind with a code of its own."""

from __future__ import annotations

import pickle

import pytest

from likeforlike.errors import (
    DefinitionError,
    FetchError,
    FileRefusedError,
    NoModelError,
    NotFoundError,
    PersonalDataRefusedError,
    SettingsError,
    StoreError,
    UserError,
)

# The exit codes are a promise to those who run the command from a schedule: docs/commands.md.
EXIT_CODES = {
    UserError: 1,
    DefinitionError: 3,
    FileRefusedError: 4,
    PersonalDataRefusedError: 5,
    StoreError: 6,
    NotFoundError: 7,
    SettingsError: 8,
    FetchError: 9,
    NoModelError: 10,
}


def every_kind(kind: type[UserError] = UserError) -> set[type[UserError]]:
    return {kind}.union(*(every_kind(below) for below in kind.__subclasses__()))


def test_every_kind_has_an_exit_code_of_its_own() -> None:
    assert {kind: kind.exit_code for kind in every_kind()} == EXIT_CODES
    # 2 is what the command line itself returns for a wrong option.
    assert sorted(EXIT_CODES.values()) == [1, 3, 4, 5, 6, 7, 8, 9, 10]


def test_every_kind_has_a_code_word_and_an_http_status() -> None:
    assert len({kind.code for kind in EXIT_CODES}) == len(EXIT_CODES)
    for kind in EXIT_CODES:
        assert kind.code.replace("_", "").isalpha()
        assert 400 <= kind.http_status < 600
    # What a caller did is 4xx; what the machine that serves him lacks is 5xx.
    assert {kind for kind in EXIT_CODES if kind.http_status >= 500} == {
        DefinitionError,
        FetchError,
        StoreError,
        SettingsError,
    }


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UserError("it broke."), "it broke."),
        (UserError("it broke.", where="file.csv, row 3"), "file.csv, row 3: it broke."),
        (UserError("it broke.", next_step="Mend it."), "it broke. Mend it."),
        (UserError("it broke.", where="file.csv", next_step="Mend it."), "file.csv: it broke. Mend it."),
    ],
)
def test_an_error_reads_where_what_and_what_next(error: UserError, text: str) -> None:
    assert str(error) == text
    assert error.args == (text,)


def test_an_error_as_data() -> None:
    error = FileRefusedError("short row.", where="a.csv, row 3", next_step="Ask the publisher.")
    assert error.as_dict() == {
        "code": "file_refused",
        "what": "short row.",
        "where": "a.csv, row 3",
        "next_step": "Ask the publisher.",
    }


def test_a_refusal_of_personal_data_is_a_refusal_of_a_file() -> None:
    assert issubclass(PersonalDataRefusedError, FileRefusedError)


@pytest.mark.parametrize("kind", EXIT_CODES)
def test_an_error_comes_whole_out_of_another_process(kind: type[UserError]) -> None:
    error = kind("it broke.", where="file.csv", next_step="Mend it.")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.as_dict(), str(back)) == (error.as_dict(), str(error))
