"""The command `jawort`."""

import sys

from jawort.cli.commands import run


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
