"""interp: whatever a program says, it ends or it raises an error of M; nothing of Python's gets out."""

from __future__ import annotations

import io
import random
import time

import pytest

from bumps.errors import MError
from bumps.interp.machine import Machine
from bumps.policy import Policy
from tests.interp_cases import Texts, new_globals

ROUTINE = "R ;\nL S A=1 Q\nL1(P,Q2) S P=2 Q P\nF(P) Q:$D(P) P S P=1 Q 5\n"
TOKENS = (
    *("S ", "K ", "N ", "D ", "Q ", "I ", "E  ", "G ", "X ", "W ", "R ", "L ", "M ", "O ", "U ", "C ", "TS  ", "TC  "),
    *(
        "TRO  ",
        "ZW ",
        "ZK ",
        "ZM ",
        "J ",
        "V ",
        "ZP ",
        "ZL ",
        " ",
        ",",
        "(",
        ")",
        "=",
        "+",
        "-",
        "*",
        "/",
        "#",
        "_",
        "?",
    ),
    *(
        "[",
        "]]",
        "&",
        "!",
        "'",
        "@",
        "^",
        "$",
        "$$",
        ".",
        ":",
        '"',
        ";",
        "A",
        "B",
        "^A",
        "^(1)",
        "A(1)",
        "@B",
        "@B@(1)",
    ),
    *("1", "0", "-1", "1E46", '""', '"A(1)"', '"S A=1"', "$O(A(1))", "$Q(^A(1),-1)", '$P(A,"^",1)', "$C(65)", "$R(5)"),
    *("$J(A,5,2)", "$NA(A(1),1)", "$ST(0)", "$T(L)", "$TR(A,B,A)", "$I(A)", "$ET", "$EC", "$X", "$ZS", "L^R", "F(.A)"),
    *("$$F^R(A)", "(A,B)=1", '$P(A,"^",2)=3', "?1N", "?.(.N,.A)", "#", "*65", "1/0", "%", "{", "\xe9", "\x01"),
)
VALUES = (
    *('""', "0", "1", "-1", ".5", "1E17", "-1E46", "1E46", "2147483648", '"a"', '"A(1)"', '"^A(1,2)"', '"A("', "UNDEF"),
    *("A", "A(1)", "^A(1)", "^(1)", '$J("",1000)', "$C(255)", "$C(1114112)", "@B", "$H", ""),
)
FUNCTIONS = (
    *("A", "C", "D", "E", "F", "FN", "G", "J", "L", "NA", "N", "O", "P", "QL", "QS", "Q", "R", "RE", "ST", "T", "TR"),
    *("V", "I", "ZBITAND", "ZBITFIND", "ZBITSET", "ZBITSTR", "ZCO", "ZD", "ZJ", "ZM", "ZPARSE", "ZSUBSTR", "ZW", "ZF"),
)
PREFIXES = ("", 'S A=1,B="A(1)" ', 'S ^A(1)=1,B="^A" ', 'S $ET="W 1/0" ', "TS  S ^A=1 ", 'S $ET="S $EC="""""" ')


def ends(text: str, charset: str = "m") -> str:
    """Run a text; return the name of the error of M that ended it, or nothing. Anything else gets out."""
    machine = Machine(
        globals_factory=new_globals(),
        policy=Policy(read=(), network=False),  # a random program opens files and runs commands, too
        input=io.BytesIO(b"abc\n12\n\xff\n"),
        output=io.BytesIO(),
        loader=Texts({"R": ROUTINE}),
        charset=charset,
    )
    try:
        machine.execute(text)
    except MError as error:
        assert str(error)
        return error.name
    assert not machine.frames
    return ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('S B="A" J @B', "ONEPROCESS"),
        ('ZP @("A")', "LABELUNKNOWN"),
        ("N @B@(1)", "INDEXTRACHARS"),
        ('W $TR("abc")', ""),
        ('W $J("",-1E46)', ""),
        ('W $J("",-1E46,2)', ""),
        ("F ^A(1)=1:1:2 W 1", "VAREXPECTED"),
        ('S B="^A" F @B=1:1:2 W 1', "VAREXPECTED"),
        pytest.param('S X="X X" X X', "STACKCRIT", marks=pytest.mark.slow),
        *(
            pytest.param(f'S X="@X" {command}', "STACKCRIT", marks=pytest.mark.slow)
            for command in ("W @X", "S @X=1", "I @X", "D @X", "W $T(@X)", "TS @X", "ZWR @X", "L @X", "N @X")
        ),
    ],
)
def test_what_once_got_out_is_an_error_of_m(text: str, name: str) -> None:
    assert ends(text) == name


@pytest.mark.slow
@pytest.mark.parametrize("charset", ["m", "utf-8"])
def test_a_soup_of_tokens_ends_or_is_an_error_of_m(charset: str) -> None:
    chance = random.Random(f"soup {charset}")
    for _ in range(1_000):
        ends(chance.choice(PREFIXES) + "".join(chance.choices(TOKENS, k=chance.randint(1, 8))), charset)


@pytest.mark.parametrize("charset", ["m", "utf-8"])
def test_a_function_of_anything_ends_or_is_an_error_of_m(charset: str) -> None:
    chance = random.Random(f"functions {charset}")
    for function in FUNCTIONS:
        for count in (1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5):
            values = ",".join(chance.choice(VALUES) for _ in range(count))
            ends(f"{chance.choice(PREFIXES)}W $ZWRITE(${function}({values}))", charset)


@pytest.mark.parametrize(
    "text",
    [
        'S A="h\u00e9\u20ac\U0001f600" W $L(A),$A(A,3),$E(A,2,3),$RE(A),$F(A,"\u20ac"),$TR(A,"\u20ac","e")',
        'S ^A("\u20ac")="\U0001f600" W $O(^A("")),$Q(^A),^A("\u20ac") ZW ^A',
        'W "\u00e9"?1L,"\u20ac"?1E,$C(8364,128512),$A("\U0001f600"),$ZWRITE("\u20ac"_$C(0,255,8364))',
        'W $C(55296),$ZL("\u20ac"),$ZE("\u20ac",1,2),$ZA("\u20ac",2),$ZCH(226,130,172)',
        'S A=$ZCH(255) S ^A(A)=A W $O(^A("")),^A(A) ZW ^A',
        'S B="A(""\u20ac"")",@B=1 W $NA(@B),$QS(B,1),@B,$J("\u20ac",5),$P("a\u20acb","\u20ac",2)',
    ],
)
def test_text_beyond_ascii_gets_nothing_out_but_errors_of_m(text: str) -> None:
    ends(text, "utf-8")


@pytest.mark.slow
def test_an_indirection_that_holds_itself_is_found_in_no_time() -> None:
    begin = time.process_time()

    assert ends('S X="@X" W @X') == "STACKCRIT"

    assert time.process_time() - begin < 2  # it took five seconds
