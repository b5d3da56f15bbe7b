"""`tagmatrix generate` for this repository; takes the same arguments."""

import sys
from pathlib import Path

from tagmatrix.cli import main

if __name__ == "__main__":
    sys.exit(main(["-C", str(Path(__file__).parent), "generate", *sys.argv[1:]]))
