"""What of a conversion is done, so that one that was cut short goes on where it was."""

import hashlib
import json
from pathlib import Path

# As it was when it was imported: what runs, even if the files change meanwhile.
CODE = b"".join(source.read_bytes() for source in sorted(Path(__file__).parent.glob("*.py")))


def fingerprint(paths: list[Path], *options) -> str:
    """Of files by name, size and time, of options, and of the code that converts."""
    digest = hashlib.sha256(CODE)
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                told = file.stat()
                digest.update(f"{file.resolve()} {told.st_size} {told.st_mtime_ns}\n".encode())
    digest.update(repr(options).encode())
    return digest.hexdigest()


class Journal:
    """A file that names each finished part, what it was made of, and what it made."""

    def __init__(self, path: Path):
        self.path = path
        self.parts: dict[str, dict] = json.loads(path.read_text()) if path.exists() else {}

    def find(self, part: str, made_of: str, folder: Path) -> dict | None:
        """What the part made, if all of it still stands in the folder."""
        known = self.parts.get(part)
        if not known or known["madeOf"] != made_of:
            return None
        for file in known["made"]["files"]:
            path = folder / file["path"]
            if not path.exists() or path.stat().st_size != file["bytes"]:
                return None
        return known["made"]

    def add(self, part: str, made_of: str, made: dict) -> None:
        self.parts[part] = {"madeOf": made_of, "made": made}
        unfinished = self.path.with_name(f"{self.path.name}.part")
        unfinished.write_text(json.dumps(self.parts))
        unfinished.rename(self.path)
