"""Which bytes of a database a verify must check, by docs/format.md alone: damage anywhere else it may pass over."""

from __future__ import annotations

from collections.abc import Mapping

from bumps.torture.format_journal import frame_ends, segment_header
from bumps.torture.format_layout import META, SEGMENT
from bumps.torture.format_reader import newest_slot, seal_of


def checked(files: Mapping[str, bytes], *, closed: bool) -> list[tuple[str, int, int]]:
    """Return what a verify must check, as files with their first byte and the one behind the last.

    Not in it, by design: `lock`; `data` behind its pages; `double-write` behind the set; of a segment what
    lies behind its last frame; segments below the base; and the newest meta slot, for which the set
    stands. Of a database that was not closed (`closed`), the last frame, whose loss looks like a torn
    tail, and the set, which a checkpoint may have been writing.
    """
    meta = newest_slot(files["data"])
    size = meta["page_size"]
    newest = meta["generation"] % 2
    regions = [
        ("data", (1 - newest) * size, (1 - newest) * size + META.size),
        ("data", 2 * size, meta["page_count"] * size),
    ]
    seal = seal_of(files["double-write"])
    if seal is None:
        regions.append(("data", newest * size, newest * size + META.size))
    elif closed:
        regions.append(("double-write", 0, 1024 + seal["page_count"] * size))
    names = [name for name in sorted(files) if name.startswith("journal/0")]
    for name, following in zip(names, [*names[1:], None]):
        if following is not None and segment_header(files[following]) is None:
            break
        ends = list(frame_ends(files[name]))
        end = ends[-1] if ends and (closed or following is not None) else ends[-2] if len(ends) > 1 else 0
        if end > SEGMENT.size and (following is None or int(following[8:28]) > meta["base_lsn"] + 1):
            regions.append((name, 0, end))
    return regions
