"""The errors that are for people to read: each says what is wrong, where, and what to do next."""

from __future__ import annotations

from typing import ClassVar


def _printable(text: str) -> str:
    """A text whose control characters are spelled out: what a file holds must not steer a terminal."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


class UserError(Exception):
    """Something a person can put right. Only these are shown without a traceback.

    `what` is what is wrong, `where` the file, row, column or key it was found in, `next_step` what to do.
    """

    code: ClassVar[str] = "user_error"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 400

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = _printable(what)
        self.where = _printable(where)
        self.next_step = next_step
        super().__init__(str(self))

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        return f"{located} {self.next_step}" if self.next_step else located

    def as_dict(self) -> dict[str, str]:
        """The error for `--json` and the API: code, what, where, next_step."""
        return {"code": self.code, "what": self.what, "where": self.where, "next_step": self.next_step}


class DefinitionError(UserError):
    """A definition (TOML) that does not hold: unknown or missing key, dangling reference."""

    code = "definition_error"
    exit_code = 3
    http_status = 500


class FileRefusedError(UserError):
    """An official file that cannot be taken in as it is; nothing of it was kept."""

    code = "file_refused"
    exit_code = 4
    http_status = 422


class PersonalDataRefusedError(FileRefusedError):
    """A file that seems to hold data about individual patients or clinicians."""

    code = "personal_data_refused"
    exit_code = 5


class StoreError(UserError):
    """The store cannot be read or written: damaged, locked, of another format version."""

    code = "store_error"
    exit_code = 6
    http_status = 503


class NotFoundError(UserError):
    """Something named by the user that does not exist here: indicator, area, edition, path."""

    code = "not_found"
    exit_code = 7
    http_status = 404


class SettingsError(UserError):
    """A setting that has no usable value."""

    code = "settings_error"
    exit_code = 8
    http_status = 500


class FetchError(UserError):
    """Files that could not be fetched from their publisher: no connection, not there, not what they should be."""

    code = "fetch_failed"
    exit_code = 9
    http_status = 502


class NoModelError(UserError):
    """An expected model that cannot be fitted: too few organisations, or their populations are unknown."""

    code = "no_model"
    exit_code = 10
    http_status = 422
