"""Real data, end to end through the command: VistA's FileMan globals, and what GT.M says of them.

The data is found by $BUMPS_TEST_DATA; without it these tests are skipped, and say so.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bumps.tools import db_dump, db_load, db_replay, db_stat, main
from tests.needs import real_data

ROOT = Path(__file__).resolve().parent.parent
NODE_COUNT = 302_167
QUERY_DIGEST = "4be3b109f13d5075f478e436b7bf0e2c1d7cee60d577f63767de16f9f7081068"
"""SHA-256 of what GT.M prints for `QUERY^WALK`."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data() -> Path:
    """Return the folder of real data."""
    return real_data()


@pytest.fixture(scope="module")
def database(data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Load the data once."""
    path = str(tmp_path_factory.mktemp("real") / "vista.bumps")
    done = db_load.store(path, str(data / "vista-fileman.zwr.zst"), charset="m")
    assert done["nodes"] == NODE_COUNT
    return path


def printed(database: str, data: Path, entryref: str) -> bytes:
    """Return what an entry of WALK.m prints."""
    command = [sys.executable, "-m", "bumps", "run", "--db", database, "--routines", str(data), entryref]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout


@pytest.mark.parametrize(("entryref", "file"), [("^WALK", "gtm-walk.txt"), ("BACK^WALK", "gtm-back.txt")])
def test_a_walk_prints_what_it_prints_on_gtm(entryref: str, file: str, database: str, data: Path) -> None:
    assert printed(database, data, entryref) == (data / file).read_bytes()


def test_every_node_in_query_order_is_what_it_is_on_gtm(database: str, data: Path) -> None:
    assert hashlib.sha256(printed(database, data, "QUERY^WALK")).hexdigest() == QUERY_DIGEST


def test_dump_and_load_again_gives_the_same_digest(database: str, tmp_path: Path) -> None:
    file, again = str(tmp_path / "again.zwr.zst"), str(tmp_path / "again.bumps")

    assert db_dump.write(database, output=file)["nodes"] == NODE_COUNT
    digest = db_load.store(again, file, charset="m")["digest"]
    assert digest == db_stat.facts(database, digest=True)["digest"]


def test_the_database_is_sound_and_its_replay_is_the_same(database: str, tmp_path: Path) -> None:
    assert main.run(["db", "verify", database, "--deep"]) == 0
    replayed = db_replay.rebuild(database, str(tmp_path / "replayed.bumps"))
    assert replayed["digest"] == db_stat.facts(database, digest=True)["digest"]
