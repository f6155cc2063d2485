"""What the server is told: how it is made, what it listens on, who may connect, what it may log."""

import os
import pwd
import sys
from pathlib import Path

from jawort.cli.postgres_account import Account
from jawort.cli.postgres_programs import Programs

#: Runs the database; owns nothing of the customer's messages, which belong to `ROLE`.
SUPERUSER = "postgres"
#: What Jawort signs in as.
ROLE = "jawort"
DATABASE = "jawort"
BUILTIN_PROVIDER_SINCE = 17

_FLEETING = """\
fsync = off
synchronous_commit = off
full_page_writes = off
"""
_CONF = """\
# Written by Jawort at every start: put your own lines into local.conf beside this file.
listen_addresses = ''
unix_socket_directories = {sockets}
unix_socket_permissions = 0700
port = 5432
hba_file = {hba}
ident_file = {ident}
# One machine at rest holds some 45; a second one beside it, and whoever looks in, must find room as well.
max_connections = 200
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
cluster_name = 'jawort'

# The log tells of the server and never quotes what a statement carried. “log” stands above “error”: a statement's own
# error goes to the program that sent it; damage to pages is counted in pg_stat_database, where doctor looks.
log_destination = 'stderr'
logging_collector = off
log_line_prefix = '%m [%p] '
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
log_duration = off
log_min_duration_statement = -1
log_min_duration_sample = -1
log_transaction_sample_rate = 0
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_checkpoints = off
log_connections = off
log_disconnections = off
log_lock_waits = off
log_temp_files = -1
log_autovacuum_min_duration = -1
{durability}
include = {local}
"""
_HBA = f"""\
# Written by Jawort at every start. No network, no passwords: the kernel says who is at the other end of the socket.
local all all peer map={ROLE}
"""


def initdb(programs: Programs, cluster: Path, *, durable: bool) -> list[str]:
    """The command that makes a cluster. With the plain C locale, pg_trgm would drop umlauts: LC_CTYPE is UTF-8."""
    ctype = "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8"
    if programs.major >= BUILTIN_PROVIDER_SINCE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", f"--lc-ctype={ctype}"]
    else:
        locale = [f"--locale={ctype}"]
    return [
        str(programs.initdb),
        f"--pgdata={cluster}",
        f"--username={SUPERUSER}",
        "--auth=peer",
        "--encoding=UTF8",
        "--data-checksums",
        "--lc-messages=C",
        "--no-instructions",
        *locale,
        *([] if durable else ["--no-sync"]),
    ]


def write(place: Path, sockets: Path, account: Account, *, durable: bool) -> Path:
    """Write the settings into the directory `place`; the path of the main file."""
    place.mkdir(exist_ok=True)
    place.chmod(0o711)
    main, hba, ident = place / "postgresql.conf", place / "pg_hba.conf", place / "pg_ident.conf"
    local = place / "local.conf"
    conf = _CONF.format(
        sockets=_quoted('"' + str(sockets).replace('"', '""') + '"'),
        hba=_quoted(str(hba)),
        ident=_quoted(str(ident)),
        local=_quoted(str(local)),
        durability="" if durable else _FLEETING,
    )
    texts = {main: conf, hba: _HBA, ident: _ident()}
    if not local.exists():
        texts[local] = "# Your own lines; they win over postgresql.conf.\n"
    for file, text in texts.items():
        draft = file.with_suffix(".new")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(0o640 if account.other else 0o600)
        if account.other:
            os.chown(draft, -1, account.gid)
        draft.replace(file)
    return main


def _ident() -> str:
    """Only the user who runs Jawort may connect; as root, not even the account that the server runs as."""
    me = pwd.getpwuid(os.geteuid()).pw_name
    return "# Written by Jawort at every start.\n" + "".join(f'{ROLE} "{me}" {role}\n' for role in (ROLE, SUPERUSER))


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
