"""The watcher on the real file system. Each wait ends with the event or fails after a generous limit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reconciler.model.names import AbsPath
from reconciler.watch.watcher import Watcher

LIMIT_S = 20.0


class Hinted:
    """Paths that the watcher named."""

    def __init__(self) -> None:
        self.came = threading.Condition()
        self.paths: list[str] = []

    def add(self, path: AbsPath) -> None:
        with self.came:
            self.paths.append(path)
            self.came.notify_all()

    def wait_for(self, path: Path) -> None:
        with self.came:
            assert self.came.wait_for(lambda: str(path) in self.paths, LIMIT_S), f"no hint for {path}, only {self.paths}"

    def clear(self) -> None:
        with self.came:
            self.paths.clear()


@pytest.fixture
def hinted() -> Hinted:
    return Hinted()


@pytest.fixture
def watcher(hinted: Hinted) -> Iterator[Watcher]:
    with Watcher(hinted.add) as made:
        yield made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "home" / "a.json"
    path.parent.mkdir()
    path.write_text("{}")
    return path


def at(path: Path) -> AbsPath:
    return AbsPath(str(path))


def rename_onto(path: Path) -> None:
    temp = path.with_name("a.json.tmp.1234")
    temp.write_text("new")
    os.replace(temp, path)


def rename_away_first(path: Path) -> None:
    path.rename(path.with_name("a.json.orig"))
    path.with_name("a.json.tmp").write_text("new")
    path.with_name("a.json.tmp").rename(path)


def link_onto(path: Path) -> None:
    path.with_name("other").write_text("new")
    path.with_name("link").symlink_to("other")
    os.replace(path.with_name("link"), path)


SAVES = {
    "in place": lambda path: path.write_text("new"),
    "by rename": rename_onto,
    "by moving the old one away first": rename_away_first,
    "as a link": link_onto,
    "by removing it": Path.unlink,
}


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES.keys())
def test_each_way_of_saving_is_noticed(watcher: Watcher, hinted: Hinted, file: Path, save: Callable[[Path], object]) -> None:
    watcher.watch([at(file)])
    save(file)
    hinted.wait_for(file)


def test_a_file_that_was_never_there_is_noticed(watcher: Watcher, hinted: Hinted, tmp_path: Path) -> None:
    file = tmp_path / "not" / "yet" / "a.json"
    watcher.watch([at(file)])
    file.parent.mkdir(parents=True)
    hinted.wait_for(file)
    hinted.clear()
    file.write_text("{}")
    hinted.wait_for(file)


def test_a_save_through_a_link_to_a_file_is_noticed(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(file)
    watcher.watch([at(link)])
    rename_onto(file)
    hinted.wait_for(link)


def test_a_save_below_a_linked_folder_is_noticed(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to("home")
    watcher.watch([at(tmp_path / "linked" / "a.json")])
    file.write_text("new")
    hinted.wait_for(tmp_path / "linked" / "a.json")


def test_a_link_that_was_changed_is_followed_to_its_new_end(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    other, link = tmp_path / "elsewhere" / "b.json", tmp_path / "link.json"
    other.parent.mkdir()
    other.write_text("{}")
    link.symlink_to(file)
    watcher.watch([at(link)])
    link.unlink()
    link.symlink_to(other)
    hinted.wait_for(link)
    watcher.check()
    hinted.clear()
    other.write_text("new")
    hinted.wait_for(link)


def test_an_entry_of_a_folder_counts_when_its_ending_fits(watcher: Watcher, hinted: Hinted, tmp_path: Path) -> None:
    watcher.watch([], [(at(tmp_path), ".md")])
    (tmp_path / "style.txt").write_text("x")
    (tmp_path / "style.md").write_text("x")
    hinted.wait_for(tmp_path / "style.md")
    assert set(hinted.paths) == {str(tmp_path / "style.md")}


def test_a_linked_entry_of_a_folder_is_watched_at_its_real_end(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "style.md").symlink_to(file)
    watcher.watch([], [(at(rules), ".md")])
    file.write_text("new")
    hinted.wait_for(rules / "style.md")


def test_a_folder_that_was_removed_and_made_again_is_watched_again(watcher: Watcher, hinted: Hinted, file: Path) -> None:
    watcher.watch([at(file)])
    shutil.rmtree(file.parent)
    file.parent.mkdir()
    watcher.check()
    hinted.clear()
    file.write_text("new")
    hinted.wait_for(file)


def test_a_folder_that_was_replaced_by_another_is_found_by_check(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    watcher.watch([at(file)])
    file.parent.rename(tmp_path / "away")
    (tmp_path / "other").rename(file.parent)
    assert watcher.check()
    hinted.clear()
    file.write_text("new")
    hinted.wait_for(file)


def test_check_finds_nothing_while_nothing_moved(watcher: Watcher, file: Path) -> None:
    watcher.watch([at(file)], [(at(file.parent), ".md")])
    assert not watcher.check()


def test_check_finds_nothing_after_a_file_was_replaced(watcher: Watcher, hinted: Hinted, file: Path) -> None:
    watcher.watch([at(file)])
    rename_onto(file)
    hinted.wait_for(file)
    assert not watcher.check()


def test_other_files_temporary_files_and_readers_give_no_hint(watcher: Watcher, hinted: Hinted, file: Path) -> None:
    last = file.with_name("last.json")
    watcher.watch([at(file), at(last)])
    for number in range(100):
        file.with_name(f".a.json.reconciler-{number}").write_text("x")
        file.with_name("a.json.lock").mkdir()
        file.with_name("a.json.lock").rmdir()
        file.read_text()
    last.write_text("x")
    hinted.wait_for(last)
    assert set(hinted.paths) == {str(last)}


def test_events_behind_a_file_that_was_moved_out_are_not_lost(watcher: Watcher, hinted: Hinted, file: Path, tmp_path: Path) -> None:
    other = file.with_name("b.json")
    watcher.watch([at(file), at(other)])
    file.rename(tmp_path / "moved-out.json")
    other.write_text("x")
    hinted.wait_for(file)
    hinted.wait_for(other)


def test_a_new_set_replaces_the_old_one(watcher: Watcher, hinted: Hinted, file: Path) -> None:
    other = file.with_name("b.json")
    watcher.watch([at(file)])
    watcher.watch([at(other)])
    file.write_text("new")
    other.write_text("new")
    hinted.wait_for(other)
    assert set(hinted.paths) == {str(other)}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # it is what the test is about
def test_a_callback_that_raised_does_not_end_the_watching_for_good(file: Path, hinted: Hinted) -> None:
    died = threading.Event()

    def fail_once(path: AbsPath) -> None:
        if not died.is_set():
            died.set()
            raise RuntimeError("made up")
        hinted.add(path)

    with Watcher(fail_once) as watcher:
        watcher.watch([at(file)])
        file.write_text("1")
        assert died.wait(LIMIT_S)
        thread = watcher._observer
        assert thread is not None
        thread.join(LIMIT_S)
        assert watcher.check()
        file.write_text("2")
        hinted.wait_for(file)


@pytest.mark.skipif(sys.platform != "linux", reason="only inotify tells of lost events")
def test_lost_events_are_told(tmp_path: Path) -> None:
    from watchdog.observers.inotify_c import InotifyConstants, InotifyEvent, WatchDescriptor

    from reconciler.watch.inotify import observer

    overflowed = threading.Event()
    made = observer(overflowed.set)
    made.start()
    try:
        event = InotifyEvent(WatchDescriptor(-1), InotifyConstants.IN_Q_OVERFLOW, 0, b"")
        made._inotify.handle_event(event)  # type: ignore[attr-defined]  # filling the real queue takes 16,384 events and a stopped reader
    finally:
        made.stop()
        made.join()
    assert overflowed.is_set()


def test_watchdog_is_not_loaded_before_something_is_watched() -> None:
    code = "import sys, reconciler.watch.watcher as w; w.Watcher(print); sys.exit('watchdog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
