"""Regions and hot loops of a routine to code objects: the generator, and Python's own compiler behind it.

Not imported before something is generated: code from the cache (code_cache.py) needs nothing of this.
"""

from __future__ import annotations

from types import CodeType
from typing import TYPE_CHECKING

from bumps.interp import nodes
from bumps.interp.binder import OF_TEXTS
from bumps.interp.bodies import facts_of
from bumps.interp.code_cache import Compiled
from bumps.interp.frames import Code
from bumps.interp.generate import Generated, Generator
from bumps.interp.generate_base import NotQuiet, TooDeep
from bumps.interp.generate_late import NotHeld, plan_of

if TYPE_CHECKING:
    from bumps.interp.routines import Image


def compile_region(image: Image, code: Code, first: int, charset: str, *, in_place: bool) -> Compiled | None:
    """Return the function of the lines from index `first` of `code` to the end of their region.

    None if closures have to do it. `in_place` lets frames be left out (generate_calls.py).
    """
    _, end = image.region(code, first)
    follower = None if end == len(code.numbers) else end
    try:
        generator = Generator(image.tree, charset, in_place=in_place)
        return _compiled(generator.region(code.numbers[first:end], follower, pays=first in code.starts), image.name)
    except TooDeep:
        return None


def compile_call(image: Image, code: Code, first: int, charset: str) -> Compiled | None:
    """Return the function that does calls of the label of the line at index `first` of `code`.

    None if the frame has to be begun by somebody else (calls.py).
    """
    late = _late_call(image, code, first, charset)
    if late is not None:
        return late
    _, end = image.region(code, first)
    follower = None if end == len(code.numbers) else end
    try:
        generator = Generator(image.tree, charset, in_place=True)
        generated = generator.call(code.numbers[first:end], follower, is_block=code is not image.code)
        return _compiled(generated, image.name)
    except TooDeep:
        return None


def _late_call(image: Image, code: Code, first: int, charset: str) -> Compiled | None:
    """Return the function that does calls without a frame (generate_late.py); None if that cannot be."""
    plan = plan_of(image.tree, code.numbers[first])
    while plan is not None:
        try:
            generated = Generator(image.tree, charset, in_place=True).late(plan, is_block=code is not image.code)
            return _compiled(generated, image.name)
        except NotHeld as not_held:
            plan.ways[not_held.name] = not_held.way
        except (NotQuiet, TooDeep):
            break
    return None


def compile_loop(image: Image, number: int, index: int, charset: str, *, in_place: bool) -> Compiled | None:
    """Return the function of the FOR that is command `index` of a line; None if closures have to do it."""
    try:
        return _compiled(Generator(image.tree, charset, in_place=in_place).loop(number, index), image.name)
    except TooDeep:
        return None


def is_direct(line: nodes.Line) -> bool:
    """Return whether nothing in a text of XECUTE can see or change the stack of M: it needs no frame."""
    facts = facts_of(line)
    quits = [command for command in line.commands if isinstance(command, nodes.Quit)]
    return (
        not facts.is_loud and not facts.has_new and not facts.calls and not any(command.arguments for command in quits)
    )


def compile_text(line: nodes.Line, charset: str, *, needs_frame: bool) -> Compiled | None:
    """Return the function of a text of XECUTE; None if closures have to do it, or a part of it.

    It runs in a frame that somebody else begins, or without one if it is not needed (`is_direct`).
    """
    try:
        generator = Generator(nodes.Routine("", [line], {}, []), charset, in_place=False)
        generated = generator.text_of_xecute(needs_frame=needs_frame)
        if not all(extern[0] in OF_TEXTS for extern in generated.externs):
            return None
        compiled = _compiled(generated, "@")
        return compiled._replace(code=compiled.code.replace(co_name=TEXT_NAME))
    except TooDeep:
        return None


TEXT_NAME = "text"
"""What a function of a text is called: no breakpoint stands in it."""

LOOP_PARAMETER_COUNT = Generator.LOOP_PARAMETER_COUNT


def _compiled(generated: Generated, name: str) -> Compiled:
    """Return the code object of a generated text, and what belongs to it."""
    try:
        module = compile(generated.text, f"<M {name}>", "exec", dont_inherit=True, optimize=2)
    except (MemoryError, RecursionError) as error:  # what Python has no room for
        raise TooDeep from error
    except SyntaxError as error:
        if not str(error).startswith("too many"):  # parentheses, blocks, levels of indentation
            raise
        raise TooDeep from error
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    return Compiled(code, generated.marks, generated.externs)
