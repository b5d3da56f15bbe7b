"""`python -m tagmatrix` runs the same command as `tagmatrix`."""

from __future__ import annotations

import sys

from tagmatrix.cli import main

if __name__ == "__main__":
    sys.exit(main())
