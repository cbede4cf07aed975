"""`python -m bumps` is the command `bumps`."""

from __future__ import annotations

from bumps.tools.main import main

if __name__ == "__main__":
    main()
