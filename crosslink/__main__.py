"""`python -m crosslink`: the toolkit's commands."""

import sys
from importlib import import_module

COMMANDS = ("sandbox", "compare", "doctor", "rules", "previews")

if __name__ == "__main__":
    name, arguments = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if name not in COMMANDS:
        sys.exit(f"usage: python -m crosslink {{{','.join(COMMANDS)}}} …")
    sys.exit(import_module(f"crosslink.{name}.command").main(arguments))
