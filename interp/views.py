"""VIEW and $VIEW: the few of their keywords that mean something here. The rest is VIEWNOTFOUND.

UNDEF, NOUNDEF     whether a variable without a value is an error (M6, M7) or the empty string
REGION             $VIEW: the region of a global; there is one, DEFAULT
GVFIRST, GVNEXT    $VIEW: the first region; none follows
GVSTAT             $VIEW: the counters of a region, by GT.M's names
LVNULLSUBS         $VIEW: 1, for null subscripts are allowed
FULL_BOOLEAN       $VIEW: how `&` and `!` skip operands
NOISOLATION        a hint for GT.M's restarts: kept and given back, of no effect
TRACE              profiling into a global: taken, of no effect
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bumps.interp.codes import merror
from bumps.interp.references import GlobalReference, undefined
from bumps.interp.symbols import Key, Value
from bumps.interp.values import to_text

REGION = "DEFAULT"
COUNTERS = (
    "SET KIL GET DTA ORD ZPR QRY LKS LKF CTN DRD DWT NTW NTR NBW NBR NR0 NR1 NR2 NR3 TTW TTR TRB TBW TBR TR0 TR1 TR2 "
    "TR3 TR4 TC0 TC1 TC2 TC3 TC4 ZTR DFL DFS JFL JFS JBB JFB JFW JRL JRP JRE JRI JRO JEX DEX CAT CFE CFS CFT CQS CQT "
    "CYS CYT BTD"
)
"""GT.M's names of the counters of a region."""


class Views:
    """What VIEW has set in one Run."""

    def __init__(self) -> None:
        """Start as GT.M does: a variable without a value is an error."""
        self.is_undefined_error = True
        self._not_isolated: set[str] = set()

    def set(self, values: Sequence[Value]) -> None:
        """Do VIEW with a keyword and its parameters."""
        keyword = to_text(values[0]).upper()
        if keyword in ("UNDEF", "NOUNDEF"):
            self.is_undefined_error = keyword == "UNDEF"
        elif keyword == "NOISOLATION":
            self._isolate(to_text(values[1]) if len(values) > 1 else "")
        elif keyword == "TRACE" and len(values) == 1:
            raise merror("VIEWARGCNT", keyword)
        elif keyword not in ("TRACE", "GVSTAT"):
            raise merror("VIEWNOTFOUND", to_text(values[0]))

    def _isolate(self, names: str) -> None:
        """Take a list `^A,^B`, one to add `+^A`, or one to take away `-^A`."""
        listed = {name for name in names.lstrip("+-").split(",") if name}
        if names[:1] == "+":
            self._not_isolated |= listed
        elif names[:1] == "-":
            self._not_isolated -= listed
        else:
            self._not_isolated = listed

    def get(self, keyword: Value, parameter: Value | None = None, *rest: Value | None) -> Value:
        """Return $VIEW of a keyword and its parameter."""
        name = to_text(keyword).upper()
        text = "" if parameter is None else to_text(parameter)
        if name in ("NOUNDEF", "TRACE") and len(rest) != 0:
            raise merror("VIEWFN", name)
        if rest or (name in ("REGION", "GVNEXT", "GVSTAT", "NOISOLATION") and not text):
            raise merror("VIEWARGCNT", name)
        if name == "UNDEF":
            return 1 if self.is_undefined_error else 0
        if name in ("REGION", "GVFIRST"):
            return REGION
        if name == "GVNEXT":
            return ""
        if name == "GVSTAT":
            return ",".join(f"{counter}:0" for counter in COUNTERS.split())
        if name == "NOISOLATION":
            return 1 if text in self._not_isolated else 0
        if name == "LVNULLSUBS":
            return 1
        if name == "FULL_BOOLEAN":
            return "Standard Boolean evaluation side effects"
        raise merror("VIEWNOTFOUND", to_text(keyword))

    def missing(self, name: str, keys: Iterable[Key] = ()) -> Value:
        """Return what a local variable without a value is: M6, or the empty string after VIEW "NOUNDEF"."""
        if self.is_undefined_error:
            raise undefined(name, keys)
        return ""

    def missing_global(self, reference: GlobalReference) -> Value:
        """Return what a global without a value is: M7, or the empty string after VIEW "NOUNDEF"."""
        if self.is_undefined_error:
            raise merror("GVUNDEF", reference.text())
        return ""
