"""A batch on a Dask cluster: the same tables, lost workers made good, and clear words when it cannot be."""

import threading
import time
from functools import partial

import psutil
import pytest

import batch_works
from formcheck.batch.jobs import Settings
from formcheck.batch.pool import ClipLimits
from formcheck.batch.run import Batch
from formcheck.cli import main as cli
from formcheck.errors import UsageError
from formcheck.types import Runner

distributed = pytest.importorskip("distributed")
cluster = pytest.importorskip("formcheck.batch.cluster")
pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "clips"
    folder.mkdir()
    for index in range(12):
        (folder / f"{index}.mp4").write_bytes(bytes([index]))
    return folder


@pytest.fixture
def scheduler():
    """A cluster that was there before us, as its owner starts it: two workers of one thread."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as made:
        yield made


def on_cluster(address, folder, out, work, limits=None):
    """Do the folder on a cluster; return the tally and the outcomes."""
    batch = Batch(folder, out, Settings(model="fast", video=False), Runner())
    out.mkdir(exist_ok=True)
    with cluster.cluster_workers(address, batch, 2, limits or ClipLimits(time_s=60), work) as perform:
        return batch_works.run(folder, out, work, perform=perform)


def tables_of(out):
    return [(out / name).read_bytes() for name in ("summary.csv", "failures.csv", "index.html")]


def test_local_and_cluster_give_the_same_tables_faults_included(folder, tmp_path, scheduler):
    for fault in ("aborts", "hangs", "eats"):
        (folder / f"{fault}.mp4").write_bytes(fault.encode())
    work, limits = batch_works.quick_with_faults, ClipLimits(time_s=8, memory_bytes=6 << 30)
    here, _ = batch_works.run(folder, tmp_path / "here", work, limits=limits)
    there, _ = on_cluster(scheduler.scheduler_address, folder, tmp_path / "there", work, limits)
    assert (here.done, here.failed) == (there.done, there.failed) == (15, 3)
    assert tables_of(tmp_path / "here") == tables_of(tmp_path / "there")


def test_a_worker_killed_during_the_run_costs_nothing(folder, tmp_path, scheduler):
    (folder / "stalls.mp4").write_bytes(b"stalls")
    note = tmp_path / "note"

    def kill_the_one_that_stalls():
        while not note.exists() or not note.read_text():
            time.sleep(0.05)
        psutil.Process(int(note.read_text())).kill()

    killer = threading.Thread(target=kill_the_one_that_stalls, daemon=True)
    killer.start()
    work = partial(batch_works.stall_once, str(note))
    tally, outcomes = on_cluster(scheduler.scheduler_address, folder, tmp_path / "out", work)
    killer.join(5)
    assert not killer.is_alive(), "no worker was killed: this shows nothing"
    assert (tally.done, tally.failed) == (13, 0)
    assert sorted(outcome.name for outcome in outcomes) == sorted(path.name for path in folder.iterdir())


def test_the_cluster_is_left_as_it_was(folder, tmp_path, scheduler):
    pids = [worker.pid for worker in scheduler.workers.values()]
    before = {pid: len(psutil.Process(pid).children(recursive=True)) for pid in pids}
    on_cluster(scheduler.scheduler_address, folder, tmp_path / "out", batch_works.quick)
    deadline = time.monotonic() + 20
    while before != {pid: len(psutil.Process(pid).children(recursive=True)) for pid in pids}:
        assert time.monotonic() < deadline, "processes of ours stay on the workers"
        time.sleep(0.2)


def test_a_worker_of_another_version_or_without_the_folder_is_told(folder, tmp_path, scheduler, monkeypatch):
    work, address = batch_works.quick, scheduler.scheduler_address
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "__version__", "99.0")
        with pytest.raises(UsageError, match=r"runs FormCheck .*, this machine 99\.0"):
            on_cluster(address, folder, tmp_path / "out", work)
    with monkeypatch.context() as patch:
        patch.setattr(cluster, "sees", _sees_nothing)
        with pytest.raises(UsageError, match="does not see the folder of the clips"):
            on_cluster(address, folder, tmp_path / "out", work)


def _sees_nothing(path):
    return False


def test_a_worker_with_other_models_is_told_apart():
    version, models = here = cluster.facts()
    assert models
    assert "other model files" in cluster.differs((version, models[1:]), here)


def test_a_worker_that_joins_late_with_another_version_does_no_clip(folder, tmp_path):
    (job, *_) = Batch(folder, tmp_path, Settings(), Runner()).jobs()
    with pytest.raises(UsageError, match="The worker runs FormCheck"):
        cluster.on_worker(batch_works.quick, job, str(tmp_path), ("99.0", ()))


def test_no_scheduler_and_no_workers_are_told_in_a_sentence(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "CONNECT_TIMEOUT_S", 1)
    monkeypatch.setattr(cluster, "WORKERS_TIMEOUT_S", 1)
    arguments = ["batch", str(folder), "-o", str(tmp_path / "out"), "--cluster"]
    for address in ("127.0.0.1:9", "nonsense://here"):
        assert cli.run([*arguments, address]) == 2
        assert "No scheduler answers" in capsys.readouterr().err
    with distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None) as empty:
        assert cli.run([*arguments, empty.scheduler_address]) == 2
    assert "no workers" in capsys.readouterr().err
