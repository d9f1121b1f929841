"""The chore `fetch`: one exchange with the remote, told by what it asked for and what it raised."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from reconciler.errors import Retryable
from reconciler.schedule.exchange import Exchange
from tests.fakes.hints import RecordedHints


@dataclass
class Followed:
    """A remote that answers so, and what it was asked."""

    is_there: bool = True
    news: bool = False
    pushes: str = "done"
    wrong: str = ""
    asked: list[str] = field(default_factory=list)

    def fetch(self) -> bool:
        self.asked.append("fetch")
        return self.is_there

    def push(self) -> str:
        self.asked.append("push")
        return self.pushes

    def has_news(self) -> bool:
        return self.news

    def problem(self) -> str:
        return self.wrong


def test_what_landed_here_is_pushed_after_a_fetch() -> None:
    followed, hints = Followed(), RecordedHints()
    Exchange(followed, hints).once()
    assert followed.asked == ["fetch", "push"]
    assert hints.take(0.0) == []


def test_news_are_taken_in_before_anything_is_pushed() -> None:
    followed, hints = Followed(news=True), RecordedHints()
    Exchange(followed, hints).once()
    assert followed.asked == ["fetch"]
    assert [hint.target for hint in hints.take(0.0)] == [None]


def test_a_race_is_followed_by_a_fetch() -> None:
    followed = Followed(pushes="raced")
    Exchange(followed, RecordedHints()).once()
    assert followed.asked == ["fetch", "push", "fetch"]


def test_a_remote_that_is_away_is_told_with_its_cure() -> None:
    followed = Followed(is_there=False, wrong="the remote could not be reached; it is tried again")
    with pytest.raises(Retryable, match="it is tried again"):
        Exchange(followed, RecordedHints()).once()
    assert followed.asked == ["fetch"]
