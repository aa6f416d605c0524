"""The plugin: Pulumi starts it when a program uses the package, by `PulumiPlugin.yaml`."""

import sys
from pathlib import Path

# Pulumi runs this folder, and the program's modules are beside it.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pulumi.provider import main

from package.provider import Crosslink

if __name__ == "__main__":
    main(Crosslink(), sys.argv[1:])
