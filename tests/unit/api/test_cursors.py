"""A cursor leads on in its own question and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from likeforlike.api.cursors import make_cursor, read_cursor
from likeforlike.api.refusals import Refused


@given(after=st.text(st.characters(codec="utf-8"), min_size=1), question=st.text())
def test_a_cursor_gives_back_where_it_was_made(after: str, question: str) -> None:
    question = question.encode("utf-8", "replace").decode()
    cursor = make_cursor(after, question)
    assert cursor.isascii()
    assert not set(cursor) & set("+/=&?#% ")
    assert read_cursor(cursor, question) == after


@given(cursor=st.text(max_size=50))
def test_anything_else_is_refused(cursor: str) -> None:
    with pytest.raises(Refused, match="not one of this question") as refused:
        read_cursor(cursor, "release\n/organisations\nkind=practice")
    assert refused.value.status == 422


@pytest.mark.parametrize("other", ["release 2\n/a", "release\n/a?", "release", ""])
def test_a_cursor_of_another_question_or_release_is_refused(other: str) -> None:
    with pytest.raises(Refused):
        read_cursor(make_cursor("A81001", "release\n/a"), other)


def test_a_changed_letter_is_noticed() -> None:
    cursor = make_cursor("A81001", "question")
    for place, letter in enumerate(cursor):
        changed = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Refused):
            read_cursor(changed, "question")
