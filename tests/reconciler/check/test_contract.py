"""What every ``Check`` keeps: the real edge over a scripted client, and the double that other tests use."""

from collections.abc import Callable

import pytest

from reconciler.model.names import RelPath
from reconciler.ports import Check, Verdict
from tests.fakes.check import FakeCheck
from tests.reconciler.check.conftest import Scripted

GOOD, BAD = {RelPath("settings"): b"fine"}, {RelPath("settings"): b"a bad file"}


@pytest.fixture(params=["edge", "fake"])
def check(request: pytest.FixtureRequest, scripted: Scripted) -> Check:
    made: dict[str, Callable[[], Check]] = {
        "edge": lambda: scripted("grep -q bad settings && exit 1; exit 0"),
        "fake": lambda: FakeCheck(clients=("client",), refused=(b"bad",)),
    }
    return made[request.param]()


def test_good_files_have_no_reasons_and_say_what_was_asked(check: Check) -> None:
    verdict = check.verdict("client", GOOD)
    assert verdict.reasons == ()
    assert verdict.asked


def test_bad_files_have_reasons_that_name_them(check: Check) -> None:
    assert [(p.file, p.is_stalling) for p in check.verdict("client", BAD).reasons] == [("settings", True)]


def test_an_unknown_client_is_not_asked(check: Check) -> None:
    assert check.verdict("nobody", GOOD) == Verdict()


def test_no_files_are_no_question(check: Check) -> None:
    assert check.verdict("client", {}) == Verdict()
