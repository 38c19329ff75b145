"""``python -m vmlint``."""

from vmlint.cli import main

if __name__ == "__main__":
    main()
