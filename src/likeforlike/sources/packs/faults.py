"""What is wrong with a data pack: each fault says where, what was found, what was expected and what next."""

from __future__ import annotations

from dataclasses import dataclass, field

from likeforlike.errors import FileRefusedError, PersonalDataRefusedError
from likeforlike.sources.reading.people import hide_person

# A pack whose column is wrong throughout has a fault in every row: beyond this they are only counted.
MOST_KEPT = 500


@dataclass(frozen=True)
class Fault:
    """One thing in a pack that must not be, at one place."""

    where: str
    """File, row and column, or file and key."""
    what: str
    next_step: str
    about_people: bool = False
    """Whether it suggests that the pack is about individual people."""

    def error(self, more: int = 0) -> FileRefusedError:
        """The fault as the error that refuses the pack; `more` faults were found besides."""
        kind = PersonalDataRefusedError if self.about_people else FileRefusedError
        number = f"{more:,} more {'fault' if more == 1 else 'faults'}"
        others = f" ({number}: `likeforlike data-pack check` lists them.)" if more else ""
        return kind(self.what, where=self.where, next_step=self.next_step + others)

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return {"where": self.where, "what": self.what, "next_step": self.next_step}


@dataclass
class Faults:
    """All faults of a pack, in the order in which they were found."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, where: str, what: str, next_step: str, *, about_people: bool = False) -> None:
        """Note a fault; one about people is always kept."""
        self.count += 1
        if len(self.kept) < MOST_KEPT or about_people:
            self.kept.append(Fault(where, what, next_step, about_people))

    def first(self) -> Fault:
        """The fault that refuses the pack: one about people before all others."""
        return next((fault for fault in self.kept if fault.about_people), self.kept[0])

    def check_none(self) -> None:
        """Raise FileRefusedError, or PersonalDataRefusedError, where there is any fault."""
        if self.count:
            raise self.first().error(more=self.count - 1)


def found(cell: str) -> str:
    """A cell as an error may print it: cut to a readable length, and nobody's number or name."""
    shown = hide_person(cell)
    return f"'{shown[:60]}…'" if len(shown) > 60 else f"'{shown}'"
