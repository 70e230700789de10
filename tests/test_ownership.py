"""FormCheck replaces and removes nothing but what it can prove it wrote."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

import builders
import formcheck as formcheck_package
from formcheck.errors import UsageError
from formcheck.export import export_tracks, write_results
from formcheck.files.atomic import folder_atomically, write_own_file
from formcheck.files.ownership import check_folder, foreign_in
from formcheck.files.places import batch_folders, results_folder
from formcheck.live.conclusion import session_name
from formcheck.live.recording import Recorder
from formcheck.types import Frame
from stand_ins import everything_in, formcheck, quick_commands, standing_in


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A working folder with the commands' measuring left out."""
    monkeypatch.setenv("FORMCHECK_DATA", str(tmp_path / "data"))
    folder = tmp_path / "home"
    folder.mkdir()
    with standing_in(folder), quick_commands():
        yield folder


def clip(path, text="side"):
    """Make a file that stands for a video."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refused(capfd, *arguments):
    """Run a command that must be refused with one sentence and change nothing; return the sentence."""
    before = everything_in(".")
    capfd.readouterr()
    code = formcheck(*arguments)
    said = capfd.readouterr()
    assert code == 2 and said.out == "" and len(said.err.splitlines()) == 1
    assert everything_in(".") == before
    return said.err


# --- folders -----------------------------------------------------------------------------


def test_a_batch_never_takes_the_place_of_its_own_clip(capfd):
    clip("clips/run.mp4")
    said = refused(capfd, "batch", "clips", "-o", ".", "--no-video")
    assert "clips/run.mp4" in said and "is read by this command" in said
    assert "clips/run.mp4" in refused(capfd, "batch", "clips", "-o", ".", "--no-video", "--resume")
    assert "clips/run.mp4" in refused(capfd, "batch", "clips", "-o", ".", "--no-video", "--watch")


def test_a_video_without_a_suffix_stays(capfd):
    clip("run")
    assert "-o" in refused(capfd, "analyze", "run", "-o", ".", "--no-video")
    assert formcheck("analyze", "run", "-o", "results", "--no-video") == 0


def test_a_folder_of_the_runners_own_stays(capfd):
    clip("run1.mp4")
    clip("run1/notes.txt", "mine")
    assert "run1" in refused(capfd, "analyze", "run1.mp4", "-o", ".", "--no-video")


def test_merging_never_takes_the_place_of_what_is_merged(capfd):
    for name in ("side", "front"):
        assert formcheck("analyze", clip(f"{name}.mp4", name), "-o", "results", "--no-video") == 0
    for out in ("results", "results/side", "results/../results/front", ".", "results/side/.."):
        refused(capfd, "merge", "results/side", "results/front", "-o", out)
    refused(capfd, "merge", "results/side/analysis.json", "results/front", "-o", "results/side")
    assert formcheck("merge", "results/side", "results/front", "-o", "both") == 0
    assert formcheck("merge", "results/front", "results/side", "-o", "both") == 0


def test_merging_does_not_take_the_place_of_other_results(capfd):
    for name in ("side", "front", "other"):
        formcheck("analyze", clip(f"{name}.mp4", name), "-o", "results", "--no-video")
    said = refused(capfd, "merge", "results/side", "results/front", "-o", "results/other")
    assert "something else" in said


@pytest.mark.parametrize("name", ["..mp4", "...mp4", ". .mp4"])
def test_a_name_of_dots_gets_a_folder_of_its_own(name):
    clip(f"clips/{name}")
    clip("results/notes.txt", "mine")
    assert formcheck("analyze", f"clips/{name}", "-o", "results", "--no-video") == 0
    assert sorted(path.name for path in Path("results").iterdir()) == ["clip", "notes.txt"]
    assert sorted(path.name for path in Path().iterdir()) == ["clips", "results"]


def test_the_results_of_the_same_clip_are_replaced():
    clip("run.mp4")
    for _ in range(3):
        assert formcheck("analyze", "run.mp4", "-o", "results", "--no-video") == 0
    assert [path.name for path in Path("results").iterdir()] == ["run"]
    clip("run.mp4", "cut shorter")
    assert formcheck("analyze", "run.mp4", "-o", "results", "--no-video") == 0
    shutil.move("run.mp4", clip("elsewhere/run.mp4"))
    assert formcheck("analyze", "elsewhere/run.mp4", "-o", "results", "--no-video") == 0
    assert [path.name for path in Path("results").iterdir()] == ["run"]


@pytest.mark.parametrize("order", [("IMG_1.mp4", "IMG_1.MOV"), ("IMG_1.MOV", "IMG_1.mp4")])
def test_clips_that_differ_by_their_suffix_get_two_folders_whichever_comes_first(order):
    for name in order:
        clip(name, name)
    for name in (*order, *order):
        assert formcheck("analyze", name, "-o", "results", "--no-video") == 0
    assert sorted(path.name for path in Path("results").iterdir()) == ["IMG_1_MOV", "IMG_1_mp4"]
    assert clip_named("results/IMG_1_MOV") == "IMG_1.MOV" and clip_named("results/IMG_1_mp4") == "IMG_1.mp4"


def clip_named(folder):
    return json.loads((Path(folder) / "analysis.json").read_text())["clip"]["name"]


@pytest.mark.parametrize("names", [("a.mp4", "A.mp4"), ("a.mp4", "a.MP4"), ("\u00e9.mp4", "e\u0301.mp4")])
def test_names_that_some_file_systems_take_for_one_get_two_folders(names):
    for name in names:
        clip(name, name)
    if len(list(Path().iterdir())) == 1:
        pytest.skip("this file system takes them for one as well")
    for name in names:
        assert formcheck("analyze", name, "-o", "results", "--no-video") == 0
    found = {path.name.casefold() for path in Path("results").iterdir()}
    assert len(found) == 2 and all(name.isascii() or "-" in name for name in found)
    places = batch_folders(names)
    assert len({place.casefold() for place in places.values()}) == 2
    assert all(place.startswith("clips/") for place in places.values())


def test_clips_of_one_name_from_two_folders_do_not_replace_each_other():
    for folder in ("anna", "ben", "cleo"):
        clip(f"{folder}/run.mp4", folder)
        assert formcheck("analyze", f"{folder}/run.mp4", "-o", "results", "--no-video") == 0
    found = {path.name for path in Path("results").iterdir()}
    assert len(found) == 3 and {"run", "run_mp4"} < found


def test_a_batch_of_another_folder_does_not_replace_results(capfd):
    for folder in ("anna", "ben"):
        clip(f"{folder}/run.mp4", folder)
    assert formcheck("batch", "anna", "-o", "results", "--no-video") == 0
    assert "something else" in refused(capfd, "batch", "ben", "-o", "results", "--no-video")


def test_a_clip_below_a_folder_of_a_clips_name_does_not_land_in_its_results():
    assert batch_folders(["a.mp4", "A.MP4/b.mov"])["a.mp4"] != "clips/a.mp4"
    assert batch_folders(["a.mp4", "b/a.mp4"]) == {"a.mp4": "clips/a.mp4", "b/a.mp4": "clips/b/a.mp4"}


def test_output_in_the_folder_of_the_clips_is_fine_and_is_not_taken_for_clips():
    clip("clips/run.mp4")
    for _ in range(2):
        for out in ("clips", "clips/results"):
            assert formcheck("batch", "clips", "-o", out, "--no-video") == 0
    assert len(Path("clips/summary.csv").read_text().splitlines()) == 2
    assert Path("clips/run.mp4").read_text() == "side"


def test_a_clip_in_the_output_folder_stays():
    clip("results/run.mp4")
    for _ in range(2):
        assert formcheck("analyze", "results/run.mp4", "-o", "results", "--no-video") == 0
    assert Path("results/run.mp4").read_text() == "side"


def test_a_file_put_into_the_results_stays(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    clip("results/run/notes.txt", "mine")
    assert "notes.txt" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")
    Path("results/run/notes.txt").unlink()
    Path("results/run/mine").mkdir()
    assert "mine" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_a_result_that_was_changed_stays(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    with open("results/run/steps.csv", "a") as file:
        file.write("my notes\n")
    assert "steps.csv" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_results_without_a_record_stay(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    Path("results/run/.formcheck.json").unlink()  # as version 0.1.0 wrote them at first
    assert "nothing proves" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "formcheck-written", "version": 1, "files": []}',
                                  '{"format": "formcheck-written", "version": 2, "files": {}}', "[" * 9999])  # fmt: skip
def test_a_broken_record_proves_nothing(capfd, text):
    clip("run.mp4")
    clip("results/run/.formcheck.json", text)
    clip("results/run/analysis.json", "{}")
    refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_what_file_managers_put_into_the_results_travels_along():
    for text in ("earlier", "new"):
        with folder_atomically(Path("run")) as new:
            new.add("a.txt").write_text(text)
            if text == "earlier":
                new.add("pictures/b.txt").write_text(text)
        clip("run/.DS_Store", "icons")
        clip("run/pictures/Thumbs.db", f"small {text} pictures")
    assert Path("run/a.txt").read_text() == "new" and not Path("run/pictures/b.txt").exists()
    assert Path("run/.DS_Store").read_text() == "icons"
    with folder_atomically(Path("run")) as new:
        new.add("pictures/b.txt").write_text("newest")
    assert Path("run/pictures/Thumbs.db").read_text() == "small new pictures"


def test_an_empty_folder_may_be_filled():
    clip("run.mp4")
    Path("results/run").mkdir(parents=True)
    assert formcheck("analyze", "run.mp4", "-o", "results", "--no-video") == 0
    assert foreign_in(Path("results/run")) is None


def test_a_link_in_the_place_of_the_results_stays(capfd):
    clip("run.mp4")
    clip("mine/notes.txt", "mine")
    Path("results").mkdir()
    Path("results/run").symlink_to("../mine")
    assert "link" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")
    Path("results/run").unlink()
    Path("results/run").symlink_to("nowhere")
    assert "link" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_a_link_among_the_results_is_not_followed(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    clip("mine/steps.csv", Path("results/run/steps.csv").read_text())
    Path("results/run/steps.csv").unlink()
    Path("results/run/steps.csv").symlink_to("../../mine/steps.csv")
    assert "steps.csv" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_a_batch_does_not_follow_links_below_its_output_folder(capfd):
    clip("clips/anna/run.mp4")
    clip("mine/notes.txt", "mine")
    Path("results/clips").mkdir(parents=True)
    Path("results/clips/anna").symlink_to("../../mine")
    assert "link" in refused(capfd, "batch", "clips", "-o", "results", "--no-video")


def test_an_output_folder_that_is_a_link_is_written_to():
    clip("run.mp4")
    Path("disk").mkdir()
    Path("results").symlink_to("disk")
    for _ in range(2):
        assert formcheck("analyze", "run.mp4", "-o", "results", "--no-video") == 0
    assert Path("disk/run/analysis.json").exists() and Path("results").is_symlink()


def test_a_clip_in_the_folder_of_its_results_stays(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    Path("results/run").rename("results/steps")
    steps = Path("results/steps/steps.csv").read_bytes()
    assert formcheck("analyze", "results/steps/steps.csv", "-o", "results", "--no-video") == 0
    assert Path("results/steps/steps.csv").read_bytes() == steps
    with pytest.raises(UsageError, match="holds a file"):
        check_folder(Path("results/steps"), inputs=[Path("results/steps/steps.csv")])


def test_a_hard_link_to_the_clip_stays(capfd):
    clip("run.mp4")
    Path("clips").mkdir()
    os.link("run.mp4", "clips/run.mp4")
    refused(capfd, "batch", "clips", "-o", ".", "--no-video")
    with pytest.raises(UsageError, match="read by this command"):
        check_folder(Path("clips/run.mp4"), inputs=[Path("run.mp4")])


def test_the_folder_you_are_in_stays(capfd):
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    with standing_in("results/run"):
        assert "you are in" in refused(capfd, "analyze", "../../run.mp4", "-o", "..", "--no-video")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_said_before_the_measuring():
    clip("run.mp4")
    formcheck("analyze", "run.mp4", "-o", "results", "--no-video")
    for folder in (Path("results/run"), Path("results")):
        folder.chmod(0o555)
        with patch("formcheck.pipeline.analyze", side_effect=AssertionError("measured")) as analyze:
            assert formcheck("analyze", "run.mp4", "-o", "results", "--no-video") == 4
        folder.chmod(0o755)
        assert not analyze.called and Path("results/run/analysis.json").exists()


def test_two_processes_that_write_the_same_results_leave_one_of_them_and_nothing_else(tmp_path):
    code = (
        "import sys; from pathlib import Path; from formcheck.files.atomic import folder_atomically\n"
        "for number in range(30):\n"
        "    with folder_atomically(Path('run')) as new:\n"
        "        new.add('a.txt').write_text(sys.argv[1])\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, text]) for text in ("one", "two")]
    assert [process.wait() for process in both] == [0, 0]
    assert [path.name for path in Path().iterdir()] == ["run"]
    assert Path("run/a.txt").read_text() in ("one", "two") and foreign_in(Path("run")) is None


def test_the_check_comes_before_the_measuring():
    clip("run.mp4")
    clip("results/run/notes.txt", "mine")
    clip("results/summary.csv", "mine")
    with patch("formcheck.pipeline.analyze", side_effect=AssertionError("measured")) as analyze:
        assert formcheck("analyze", "run.mp4", "-o", "results") == 2
        assert formcheck("batch", ".", "-o", "results") == 2
        assert formcheck("analyze", "run.mp4", "-o", "run.mp4") == 4
        assert formcheck("batch", ".", "-o", "run.mp4") == 4
        assert not analyze.called


# --- single files ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["summary.csv", "failures.csv", "index.html"])
def test_a_table_of_the_users_stays(capfd, name):
    clip("clips/run.mp4")
    clip(f"results/{name}", "mine")
    assert name in refused(capfd, "batch", "clips", "-o", "results", "--no-video")


def test_a_batch_keeps_its_records_apart_from_the_users_files():
    clip("clips/run.mp4")
    mine = [clip(f"results/{name}", "mine") for name in (".lock", ".jobs/notes.json", ".summary-x.csv")]
    mine.append(clip("results/.formcheck.lock", ""))
    for _ in range(2):
        assert formcheck("batch", "clips", "-o", "results", "--no-video") == 0
    assert [path.read_text() for path in mine] == ["mine"] * 3 + [""]


@pytest.mark.parametrize("name", ["run_keypoints.csv", "run_angles.csv", "run.trc", "run.mot"])
def test_an_export_does_not_replace_a_file_of_the_users(capfd, name):
    formcheck("analyze", clip("run.mp4"), "-o", "results", "--no-video")
    clip(f"export/{name}", "mine")
    assert name in refused(capfd, "export", "results/run")


def test_an_export_replaces_what_it_wrote_itself_of_the_same_clip(capfd):
    for folder in ("anna", "ben"):
        formcheck("analyze", clip(f"{folder}/run.mp4", folder), "-o", f"results/{folder}", "--no-video")
    assert formcheck("export", "results/anna/run") == formcheck("export", "results/anna/run") == 0
    assert "another clip" in refused(capfd, "export", "results/ben/run")


def test_an_export_into_the_results_makes_them_the_users(capfd):
    formcheck("analyze", clip("run.mp4"), "-o", "results", "--no-video")
    assert formcheck("export", "results/run", "-o", "results/run") == 0
    assert "run.mot" in refused(capfd, "analyze", "run.mp4", "-o", "results", "--no-video")


def test_export_checks_all_names_before_it_writes_one(tmp_path):
    clip("out/run.mot", "mine")
    with pytest.raises(UsageError, match=r"run\.mot"):
        export_tracks(builders.analysis(), "out", ["csv", "mot"])
    assert [path.name for path in Path("out").iterdir()] == ["run.mot"]


def test_a_named_file_of_the_users_stays(capfd):
    for path in ("week.ics", "week.html", "backup.json"):
        clip(path, "mine")
    refused(capfd, "plan", "--ics", "week.ics", "--html", "new.html")
    refused(capfd, "plan", "--ics", "new.ics", "--html", "week.html")
    refused(capfd, "history", "anna", "--export", "backup.json")
    assert "same file" in refused(capfd, "plan", "--ics", "new", "--html", "./new")
    assert "one lies in the other" in refused(capfd, "plan", "--ics", "new/week.ics", "--html", "new")


def test_a_named_file_that_was_written_before_is_replaced_until_it_is_changed(capfd):
    plan = ("plan", "--ics", "week.ics", "--html", "week.html")
    assert formcheck(*plan) == formcheck(*plan) == 0
    export = ("history", "anna", "--export", "backup.json")
    assert formcheck(*export) == formcheck(*export) == 0
    with open("week.html", "a") as file:
        file.write("my notes")
    assert "week.html" in refused(capfd, *plan)


def test_the_file_that_is_read_is_not_written():
    formcheck("history", "anna", "--export", "backup.json")
    before = Path("backup.json").read_bytes()
    assert formcheck("history", "ben", "--import", "backup.json", "--export", "backup.json") == 2
    assert Path("backup.json").read_bytes() == before


def test_the_history_is_not_overwritten_by_its_own_export(tmp_path):
    formcheck("history")
    file = tmp_path / "data" / "history.sqlite"
    assert formcheck("history", "anna", "--export", file) == 2
    assert file.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("name", ["accuracy.md", "accuracy.json"])
def test_validate_replaces_its_own_pages_and_no_others(capfd, name):
    assert formcheck("validate", "-o", "docs") == formcheck("validate", "-o", "docs") == 0
    Path("docs", name).write_text("mine")
    assert name in refused(capfd, "validate", "-o", "docs")


def test_a_link_in_the_place_of_a_file_stays(capfd):
    clip("mine.ics", "mine")
    Path("week.ics").symlink_to("mine.ics")
    assert "link" in refused(capfd, "plan", "--ics", "week.ics")


def test_a_record_that_cannot_be_read_is_not_replaced(capfd):
    clip(".formcheck-files.json", "mine")
    assert "record" in refused(capfd, "plan", "--ics", "week.ics")


def test_a_file_in_the_place_of_a_folder_is_said_before_the_measuring(capfd):
    clip("run.mp4")
    clip("results", "mine")
    assert formcheck("analyze", "run.mp4", "-o", "results") == 4
    assert Path("results").read_text() == "mine"


def test_a_file_that_another_program_writes_at_the_same_time_is_not_lost():
    with pytest.raises(UsageError), write_own_file(Path("a.csv")) as file:
        file.write(b"ours")
        clip("a.csv", "mine")
    assert Path("a.csv").read_text() == "mine"


# --- live runs ---------------------------------------------------------------------------


def test_a_session_takes_a_name_that_nothing_has():
    began = datetime(2026, 11, 24, 15, 30)
    assert session_name(Path("results"), began) == "live-20261124-153000"
    clip("results/live-20261124-153000.mp4")
    assert session_name(Path("results"), began) == "live-20261124-153000-2"
    clip("results/live-20261124-153000-2-run-1/notes.txt")
    assert session_name(Path("results"), began) == "live-20261124-153000-3"


def test_a_recording_does_not_replace_a_file():
    clip("live.mp4", "mine")
    recorder = Recorder(Path("live.mp4"))
    recorder(Frame(np.zeros((64, 64, 3), np.uint8), 0.0))
    recorder.close()
    assert recorder.failure is not None and Path("live.mp4").read_text() == "mine"


def test_the_results_of_another_session_are_not_replaced():
    write_results(builders.analysis(), None, "live-run-1", made_of=("live:1",))
    with pytest.raises(UsageError, match="something else"):
        write_results(builders.analysis(), None, "live-run-1", made_of=("live:2",))


# --- the parts ---------------------------------------------------------------------------


def test_a_folder_is_ours_as_long_as_nothing_is_added_or_changed():
    with folder_atomically(Path("run")) as new:
        new.add("a.txt").write_text("a")
        new.add("pictures/b.txt").write_text("b")
    assert foreign_in(Path("run")) is None
    Path("run/a.txt").unlink()  # what is removed is not missed
    assert foreign_in(Path("run")) is None
    clip("run/pictures/c.txt")
    assert foreign_in(Path("run")) == "pictures/c.txt"


def test_results_folder_names_do_not_depend_on_what_else_lies_beside_a_clip():
    clip("run.mp4")
    for name in ("run.txt", "run.json", "run", "other.mov"):
        clip(name)
    assert results_folder(Path("results"), Path("run.mp4")) == Path("results/run")


MAY_REMOVE = {
    "files/atomic.py": "scratch folders, by their note",
    "files/ownership.py": "what a record proves to be FormCheck's",
    "batch/run.py": "the lock that the same call made",
    "batch/cluster.py": "the mark that the same call made",
    "ui/clips.py": "the server's private folder",
    "ui/leftovers.py": "private folders of stopped servers, by their note, with nothing foreign inside",
    "ui/reopening.py": "what a visitor sent into the server's private folder",
    "ui/jobs.py": "notes in the server's private folder",
}
REMOVING = re.compile(r"\b(os|shutil)\.(replace|rename|remove|move|rmtree|copy\w*)\(|\.(unlink|rmdir)\(")


def test_only_a_few_modules_can_replace_or_remove_at_all():
    package = Path(formcheck_package.__file__).parent
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if REMOVING.search(path.read_text(encoding="utf-8"))
    }
    assert found - {"ui/parts/samples.py"} == set(MAY_REMOVE)  # that one copies into a private folder
