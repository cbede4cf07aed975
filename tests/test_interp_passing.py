"""interp/device_passing.py: a socket handed over by WRITE /PASS and taken by WRITE /ACCEPT, and what is refused."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from bumps.errors import MError
from tests.test_interp_settings import machine_in

WAIT_SECONDS = 20

LISTEN = """T O "l":(LISTEN="x.sock:LOCAL":ATTACH="lis")::"SOCKET" U "l" W /WAIT(20)
 D CODE C "l" Q
"""
CONNECT = """T O "c":(CONNECT="x.sock:LOCAL":ATTACH="cli"):20:"SOCKET"
 O "t":(LISTEN="0:TCP":ATTACH="tcp"):1:"SOCKET"
 U "t" S PORT=$P($KEY,"|",3)
 F NAME="one","two" D
 . O "q":(CONNECT="127.0.0.1:"_PORT_":TCP":ATTACH=NAME):20:"SOCKET"
 . U "t" W /WAIT(20) S SERVER(NAME)=$P($KEY,"|",2)
 . U "q":DETACH=NAME
 U "c" D CODE C "c" Q
"""


class Side:
    """A program with one end of a local socket."""

    def __init__(self, folder: Path, source: str, code: str) -> None:
        self.machine, self.output, _ = machine_in(folder)
        self.error: MError | None = None
        self.source = f'{source}CODE S $ET="U $P W $P($ZS,"","",3),! S $EC="""" Q"\n {code}\n Q\n'
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.machine.run_text(self.source.encode(), name="T")
        except MError as error:
            self.error = error

    def end(self) -> str:
        self.thread.join(WAIT_SECONDS)
        assert not self.thread.is_alive()
        assert self.error is None, self.error.message
        return self.output.getvalue().decode()


def both(folder: Path, accepting: str, passing: str) -> tuple[str, str]:
    """Run both sides, and return what they wrote."""
    listener = Side(folder, LISTEN, accepting)
    client = Side(folder, CONNECT, passing)
    return listener.end(), client.end()


def test_a_socket_goes_to_the_other_side_and_works_there(tmp_path: Path) -> None:
    took, gave = both(
        tmp_path,
        'W /ACCEPT(.H,,20) S T=$T U $P W T,H,! O "q"::1:"SOCKET" U "q":ATTACH=H U "q" W "hello",# C "q"',
        'W /PASS(,20,"one") S T=$T U $P W T,! U "t":SOCKET=SERVER("one") U "t" R X#5:20 U $P W X,!',
    )
    assert (took, gave) == ("1one\n", "1\nhello\n")


def test_several_go_at_once_and_may_get_other_handles(tmp_path: Path) -> None:
    took, gave = both(
        tmp_path,
        'W /ACCEPT(.H,,20,"new") S K=$KEY U $P W H,! ZSHOW "D"',
        'W /PASS(,,"one","two") U $P ZSHOW "D"',
    )
    assert took.startswith("new|two\n")
    assert "SOCKET[0]=new" in took and "SOCKET[1]=two" in took
    assert "socketpool" not in gave


@pytest.mark.slow
def test_who_has_asked_in_vain_gets_what_is_passed_later(tmp_path: Path) -> None:
    took, gave = both(
        tmp_path,
        'W /ACCEPT(.H,,0) S T=$T U $P W T,"[",H,"]",! U "l" W /ACCEPT(.H,,20) U $P W H,!',
        'H .3 W /PASS($J,20,"one") S T=$T U $P W T,!',
    )
    assert took == "0[]\none\n"
    assert gave == "1\n"


@pytest.mark.slow
def test_who_is_not_heard_keeps_the_socket(tmp_path: Path) -> None:
    took, gave = both(tmp_path, "H .2", 'W /PASS(,0,"one") S T=$T U $P W T,! U "q":ATTACH="one" U $P ZSHOW "D"')
    assert took == ""
    assert gave.startswith("0\n")
    assert "SOCKET[0]=one" in gave


@pytest.mark.parametrize(
    ("passing", "error"),
    [
        ("W /PASS", "%GTM-E-NOSOCKHANDLE"),
        ('W /PASS(,,"nosuch")', "%GTM-E-SOCKNOTFND"),
        ('W /PASS($J+1,,"one")', "%GTM-E-PEERPIDMISMATCH"),
        ("W /ACCEPT(.H,$J+1)", "%GTM-E-PEERPIDMISMATCH"),
        ('U "t" W /PASS(,,"one")', "%GTM-E-LOCALSOCKREQ"),
        ('O "k":(LISTEN="k.sock:LOCAL")::"SOCKET" U "k" W /PASS(,,"one")', "%GTM-E-CONNSOCKREQ"),
        ('U "q" W /PASS(,,"one")', "%GTM-E-NOSOCKETINDEV"),
        ('W "data",# W /PASS(,,"one")', "%GTM-E-SOCKPASSDATAMIX"),
        ('W /PASS(,0,"one") R X:0', "%GTM-E-SOCKPASSDATAMIX"),
        ("W /ACCEPT(.H,,0) W 1,#", "%GTM-E-SOCKPASSDATAMIX"),
    ],
)
def test_what_cannot_be_passed_is_an_error(tmp_path: Path, passing: str, error: str) -> None:
    _, gave = both(tmp_path, "H .05", passing)
    assert gave == f"{error}\n"


@pytest.mark.slow
def test_the_other_side_is_gone(tmp_path: Path) -> None:
    took, gave = both(tmp_path, 'C "l"', 'H .1 W /PASS(,20,"one")')
    assert (took, gave) == ("", "%GTM-E-SOCKPASS\n")


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "error"), [('C "c"', "SOCKACCEPT"), ('W "data",#', "SOCKNOTPASSED")])
def test_no_socket_comes(tmp_path: Path, sent: str, error: str) -> None:
    took, _ = both(tmp_path, "W /ACCEPT(.H,,20)", f"H .2 {sent} H .2")
    assert took == f"%GTM-E-{error}\n"
