"""Where browsers find the style sheets, scripts and pictures.

The address of every static file begins with a digest over all of them: a new version has new addresses, so browsers may
keep each file for a year, and modules and style sheets may import each other by plain relative names.
"""

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
DIGEST_LETTERS = 12
YEAR_SECONDS = 31_536_000


def digest() -> str:
    """Changes with any byte or name of the static files."""
    total = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(FOLDER).as_posix()}\0{len(content)}\0".encode() + content)
    return total.hexdigest()[:DIGEST_LETTERS]


def immutable(path: str, url: str) -> bool:
    """Every file we serve: its address names its content."""
    return True
