"""interp/confinement.py: a program with a policy reaches what it was granted, whatever names it invents."""

from __future__ import annotations

import io
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import bumps
from bumps.errors import MError
from bumps.interp.confinement import Confinement
from bumps.interp.machine import Machine
from bumps.interp.world import World
from bumps.policy import Policy
from tests.interp_cases import new_globals

SECRET = "the secret"


class House:
    """A folder that is granted, and one beside it that is not."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.inside = place / "inside"
        self.outside = place / "outside"
        self.environment = {"HOME": str(self.outside), "PATH": os.environ["PATH"]}
        for folder in (self.inside, self.outside):
            folder.mkdir()
        (self.outside / "secret").write_text(SECRET + "\n")
        (self.inside / "own").write_text("own\n")

    def run(self, code: str, policy: Policy) -> str:
        output = io.BytesIO()
        machine = Machine(
            globals_factory=new_globals(),
            input=io.BytesIO(),
            output=output,
            charset="m",
            world=World(folder=str(self.inside), environment=self.environment),
            policy=policy,
        )
        machine.execute(code)
        return output.getvalue().decode()

    def confined(self) -> Policy:
        return Policy(write=[str(self.inside)])


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def refused(house: House, code: str, policy: Policy) -> MError:
    with pytest.raises(MError) as caught:
        house.run(code, policy)
    assert caught.value.name == "RESTRICTEDOP", caught.value
    return caught.value


def link_to_secret(house: House) -> str:
    (house.inside / "link").symlink_to("../outside/secret")
    return "link"


def link_to_folder(house: House) -> str:
    (house.inside / "door").symlink_to(house.outside)
    return "door/secret"


def chain_of_links(house: House) -> str:
    (house.inside / "a").symlink_to("b")
    (house.inside / "b").symlink_to(".")
    (house.inside / "c").symlink_to("a/../../outside")
    return "c/secret"


ESCAPES: dict[str, Callable[[House], str]] = {
    "absolute": lambda house: str(house.outside / "secret"),
    "dots": lambda house: "../outside/secret",
    "dots behind a folder": lambda house: "./x/../../outside/secret",
    "dots behind the granted folder": lambda house: f"{house.inside}/../outside/secret",
    "a link": link_to_secret,
    "a link to a folder": link_to_folder,
    "a chain of links": chain_of_links,
    "the root of this process": lambda house: f"/proc/self/root{house.outside}/secret",
    "the folder of this process": lambda house: f"/proc/self/cwd/{os.path.relpath(house.outside)}/secret",
    "memory": lambda house: "/proc/self/mem",
    "a name that begins like the folder": lambda house: f"{house.inside}2/secret",
    "a variable": lambda house: "$HOME/secret",
}


@pytest.mark.parametrize("escape", ESCAPES)
@pytest.mark.parametrize("how", ["READONLY", "NEWVERSION", "APPEND", "WRITEONLY", "(READONLY:FOLLOW)"])
def test_no_name_leads_out_of_the_granted_folder(house: House, escape: str, how: str) -> None:
    name = ESCAPES[escape](house)
    (house.place / "inside2").mkdir()
    (house.place / "inside2" / "secret").write_text(SECRET)

    error = refused(house, f'O "{name}":{how}', house.confined())

    assert "--allow-" in error.hint
    assert (house.outside / "secret").read_text() == SECRET + "\n"


@pytest.mark.parametrize("escape", sorted(set(ESCAPES) - {"memory", "a link"}))
@pytest.mark.parametrize("how", ["DELETE", 'RENAME="moved"'])
def test_nothing_outside_is_removed_or_moved(house: House, escape: str, how: str) -> None:
    """A descriptor from before the confinement would be needed: so CLOSE is asked as if OPEN had been granted."""
    name = ESCAPES[escape](house)
    (house.place / "inside2").mkdir()
    files = Confinement(house.confined(), str(house.inside), house.environment)

    with pytest.raises(MError) as caught:
        files.remove(name) if how == "DELETE" else files.rename(name, "moved")

    assert caught.value.name == "RESTRICTEDOP"
    assert (house.outside / "secret").exists()


def test_a_file_is_not_moved_out(house: House) -> None:
    refused(house, 'O "own" C "own":RENAME="../outside/own"', house.confined())

    assert not (house.outside / "own").exists()


def test_a_link_is_removed_and_not_what_it_leads_to(house: House) -> None:
    (house.inside / "target").write_text("x\n")
    (house.inside / "link").symlink_to("target")

    house.run('O "link" C "link":DELETE', house.confined())

    assert not os.path.lexists(house.inside / "link") and (house.inside / "target").exists()


def test_what_is_granted_works(house: House) -> None:
    (house.inside / "sub").mkdir()
    (house.inside / "near").symlink_to("sub")

    code = (
        'O "sub/f":NEWVERSION U "sub/f" W "abc",! C "sub/f" O "near/f":READONLY U "near/f" R X U 0 W X '
        'C "near/f":RENAME="sub/../g" O "g" U "g" R X U 0 W X C "g":DELETE O "/dev/null" U "/dev/null" W X U 0 '
        f'O "{house.inside}/own" U "{house.inside}/own" R X U 0 W X O "f":FIFO U "f" W "y",! R X U 0 W X'
    )

    assert house.run(code, house.confined()) == "abcabcowny"


def test_a_link_inside_that_leads_inside_is_followed(house: House) -> None:
    (house.inside / "link").symlink_to("own")

    assert house.run('O "link":READONLY U "link" R X U 0 W X', Policy(read=[str(house.inside)])) == "own"


def test_a_granted_folder_may_be_a_link_itself(house: House) -> None:
    (house.place / "name").symlink_to("inside")

    assert (
        house.run(f'S F="{house.place}/name/own" O F U F R X U 0 W X', Policy(write=[f"{house.place}/name"])) == "own"
    )


@pytest.mark.parametrize("how", ["NEWVERSION", "APPEND", "WRITEONLY", "FIFO", "TRUNCATE"])
def test_a_folder_to_read_is_not_written(house: House, how: str) -> None:
    refused(house, f'O "own":{how}', Policy(read=[str(house.inside)]))

    assert (house.inside / "own").read_text() == "own\n"
    assert sorted(os.listdir(house.inside)) == ["own"]


def test_a_link_that_is_swapped_in_after_the_check_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """C2: the walk itself does not follow links, so a race cannot be won."""
    (house.inside / "sub").mkdir()
    (house.inside / "sub" / "secret").write_text("harmless\n")
    files = Confinement(house.confined(), str(house.inside), house.environment)
    real = os.path.realpath

    def swap(path: str) -> str:
        found = real(path)
        if path.endswith("sub/secret"):
            (house.inside / "sub").rename(house.inside / "old")
            (house.inside / "sub").symlink_to(house.outside)
        return found

    monkeypatch.setattr(os.path, "realpath", swap)

    with pytest.raises(OSError):
        os.close(files.open("sub/secret", os.O_RDONLY))


@pytest.mark.parametrize("is_last", [False, True])
def test_a_race_never_reads_the_secret(house: House, is_last: bool) -> None:
    name = "f" if is_last else "sub/secret"
    (house.inside / "sub").mkdir()
    (house.inside / "sub" / "secret").write_text("harmless\n")
    files = Confinement(house.confined(), str(house.inside), house.environment)
    is_over = threading.Event()

    def swap() -> None:
        what = house.inside / name.split("/")[0]
        target = house.outside / "secret" if is_last else house.outside
        while not is_over.is_set():
            if is_last:
                what.write_text("harmless\n")
                what.unlink()
            else:
                what.rename(house.inside / "old")
            what.symlink_to(target)
            what.unlink()
            if not is_last:
                (house.inside / "old").rename(what)

    thread = threading.Thread(target=swap)
    thread.start()
    try:
        for _ in range(300):
            try:
                number = files.open(name, os.O_RDONLY)
            except (OSError, MError):
                continue
            try:
                assert SECRET.encode() not in os.read(number, 100)
            finally:
                os.close(number)
    finally:
        is_over.set()
        thread.join()


def test_a_confined_program_runs_no_command_unless_it_is_said(house: House) -> None:
    code = 'O "p":(COMMAND="cat ../outside/secret")::"PIPE" U "p" R X U 0 W X'

    error = refused(house, code, house.confined())

    assert "--pipe" in error.hint
    assert house.run(code, Policy(read=[str(house.inside)], pipe=True)) == SECRET
    assert house.run(code, Policy()) == SECRET
    refused(house, code, Policy(pipe=False))


def test_without_the_network_no_socket_is_opened(house: House) -> None:
    refused(house, 'O "s":(LISTEN="0:TCP")::"SOCKET"', Policy(network=False))
    refused(house, 'O "s":(CONNECT="127.0.0.1:1:TCP"):0:"SOCKET"', Policy(network=False))
    refused(house, 'O "s":::"SOCKET"', Policy(network=False))


def test_a_local_socket_is_a_file_of_the_policy(house: House) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listening:
        folder = os.open(house.outside, os.O_RDONLY)
        listening.bind(f"/proc/self/fd/{folder}/s")
        os.close(folder)
        listening.listen()

        refused(house, 'O "s":(CONNECT="../outside/s:LOCAL"):0:"SOCKET"', house.confined())
    refused(house, 'O "s":(LISTEN="../outside/t:LOCAL"):0:"SOCKET"', house.confined())
    assert not (house.outside / "t").exists()
    assert house.run('O "s":(LISTEN="t:LOCAL":ATTACH="L"):0:"SOCKET" W $T', house.confined()) == "1"
    assert not (house.inside / "t").exists(), "the Run is over, and its socket is gone"


def test_the_refusal_is_trapped_and_has_a_place(house: House) -> None:
    code = 'S $ET="W $P($ZS,"","",3,9),$EC S $EC=""""" O "../outside/secret":READONLY'

    written = house.run(code, house.confined())

    assert written.startswith("%GTM-E-RESTRICTEDOP, Attempt to perform a restricted operation: OPEN of ../outside/sec")
    assert written.endswith(",Z150384210,")


def test_a_policy_reaches_a_function_that_is_called_from_python(tmp_path: Path) -> None:
    (tmp_path / "R.m").write_text("READ(name) O name:READONLY U name R X C name Q X\n")
    (tmp_path / "data").write_text("data\n")
    name = str(tmp_path / "data")
    with bumps.open(":memory:") as database:
        routines = [str(tmp_path)]

        assert database.call("READ^R", name, routines=routines) == "data"
        assert database.call("READ^R", name, routines=routines, policy=bumps.Policy(read=[str(tmp_path)])) == "data"
        with pytest.raises(MError) as caught:
            database.call("READ^R", name, routines=routines, policy=bumps.Policy(read=[]))

    assert caught.value.name == "RESTRICTEDOP"


def test_what_is_outside_is_not_found_by_looking_for_it(house: House) -> None:
    (house.inside / "door").symlink_to(house.outside)
    code = (
        f'W $ZSEARCH("{house.outside}/*",1),$ZSEARCH("../outside/secret",2),$ZSEARCH("door/*",3),$ZSEARCH("/etc/p*",4)'
        f',$ZPARSE("{house.outside}/x"),$ZPARSE("door/x"),"|",$ZSEARCH("o*",5)'
    )

    assert house.run(code, house.confined()) == f"|{house.inside}/own"
    assert SECRET.split()[1] in house.run(code, Policy())
