"""The auditor: a whole log holds; a log with anything changed does not. Alone, and over HTTP."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import jawort.ledger.tlog
from jawort.ledger.tlog import __main__ as command
from jawort.ledger.tlog.auditor import audit
from jawort.ledger.tlog.checkpoint import Checkpoint, open_checkpoint
from jawort.ledger.tlog.note import NoteError, Signer
from tests.ledger.builders import LOG_KEY, Files, leaves

VKEY = LOG_KEY.verifier.vkey
WHOLE = Files.of(leaves(600))


def codes(files: Files, known: list[Checkpoint] | None = None) -> list[str]:
    return [problem.code for problem in audit(files.read, LOG_KEY.verifier, known or []).problems]


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 600, 65_536 + 300])
def test_a_whole_log_holds(size: int) -> None:
    report = audit(Files.of(leaves(size)).read, LOG_KEY.verifier)
    assert report.problems == []
    assert (report.origin, report.size) == ("log.example/test", size)


def test_a_growing_log_is_audited_at_the_size_of_its_checkpoint() -> None:
    files = Files({**Files.of(leaves(700)), **Files.of(leaves(600))})
    assert codes(files) == []


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_bit_of_a_log_can_change(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(WHOLE)))
    content = bytearray(WHOLE[path])
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    files = Files({**WHOLE, path: bytes(content)})
    try:
        assert codes(files) != []
    except NoteError:
        assert path == "checkpoint"


@pytest.mark.parametrize("path", [path for path in WHOLE if path != "checkpoint"])
def test_no_file_of_a_log_can_be_missing_or_short(path: str) -> None:
    kind = "bundle" if "entries" in path else "tile"
    assert f"{kind}.missing" in codes(Files({name: WHOLE[name] for name in WHOLE if name != path}))
    assert f"{kind}.broken" in codes(Files({**WHOLE, path: WHOLE[path][:-1]}))
    assert f"{kind}.broken" in codes(Files({**WHOLE, path: WHOLE[path] + b"\0"}))


def test_what_one_change_is_called() -> None:
    bundle = bytearray(WHOLE["tile/entries/000"])
    bundle[-1] ^= 1
    assert codes(Files({**WHOLE, "tile/entries/000": bytes(bundle)})) == ["bundle.changed"]
    tile = bytearray(WHOLE["tile/0/000"])
    tile[-1] ^= 1
    assert codes(Files({**WHOLE, "tile/0/000": bytes(tile)})) == ["tile.changed"]
    upper = bytes(64)
    assert codes(Files({**WHOLE, "tile/1/000.p/2": upper})) == ["tile.changed"]


def test_a_rewritten_log_contradicts_a_kept_checkpoint() -> None:
    kept, _ = open_checkpoint(WHOLE["checkpoint"], LOG_KEY.verifier)
    entries = leaves(700)
    assert codes(Files.of(entries), [kept]) == []
    entries[3] = b"another truth"
    assert codes(Files.of(entries)) == []
    assert codes(Files.of(entries), [kept]) == ["checkpoint.root"]
    assert codes(Files.of(leaves(500)), [kept]) == ["log.truncated"]
    assert "checkpoint.origin" in codes(WHOLE, [Checkpoint("log.example/b", 600, kept.root)])


def test_a_log_signed_by_another_key_is_refused() -> None:
    forged = Files.of(leaves(600), Signer("log.example/test", b"f" * 32))
    with pytest.raises(NoteError, match="No known key"):
        audit(forged.read, LOG_KEY.verifier)


def test_a_log_that_claims_to_be_endless_does_not_bind_the_auditor() -> None:
    said = Checkpoint("log.example/test", 10**18, b"r" * 32)
    files = Files({**WHOLE, "checkpoint": jawort.ledger.tlog.checkpoint.sign(said, LOG_KEY)})
    found = codes(files)
    assert found[-2:] == ["more", "given.up"]
    assert len(found) == 102


@pytest.fixture
def served() -> Iterator[tuple[str, Files]]:
    """A log over HTTP, and its files, which may be changed meanwhile."""
    files = Files(WHOLE)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path.removeprefix("/ledger/"))
            if content == b"broken":
                self.send_error(500)
            elif content is None:
                self.send_error(404)
            else:
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/ledger", files
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_command_audits_and_remembers(
    served: tuple[str, Files], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url, files = served
    state = tmp_path / "state"
    arguments = [url, VKEY, "--state", str(state)]
    assert command.main(arguments) == 0
    assert capsys.readouterr().out.startswith("All holds: log.example/test, 600 entries, root ")
    assert state.read_bytes() == files["checkpoint"]

    rewritten = leaves(700)
    rewritten[0] = b"another truth"
    files.update(Files.of(rewritten))
    assert command.main(arguments) == 1
    assert "checkpoint.root: The checkpoint of size 600 has not the root" in capsys.readouterr().out
    assert state.read_bytes() == WHOLE["checkpoint"]


def test_the_command_says_why_it_cannot_run(served: tuple[str, Files], capsys: pytest.CaptureFixture[str]) -> None:
    url, files = served
    assert command.main([url + "/nowhere", VKEY]) == 2
    assert "There is no checkpoint" in capsys.readouterr().err
    assert command.main([url, VKEY[:-1]]) == 2
    assert command.main(["file:///etc", VKEY]) == 2
    assert "http://" in capsys.readouterr().err
    assert command.main(["http://127.0.0.1:9", VKEY]) == 2
    assert "cannot be read" in capsys.readouterr().err
    files["tile/0/000"] = b"broken"
    assert command.main([url, VKEY]) == 2
    assert "answers 500" in capsys.readouterr().err


def test_a_checkpoint_that_the_key_has_not_signed_is_a_finding(
    served: tuple[str, Files], capsys: pytest.CaptureFixture[str]
) -> None:
    url, files = served
    files["checkpoint"] = b"no note"
    assert command.main([url, VKEY]) == 1
    assert "checkpoint.signature" in capsys.readouterr().out


def test_it_runs_without_the_rest_of_the_product(served: tuple[str, Files], tmp_path: Path) -> None:
    """The folder alone, in a Python that sees neither Django nor any other part of Jawort."""
    package = tmp_path / "jawort" / "ledger"
    package.mkdir(parents=True)
    (tmp_path / "jawort" / "__init__.py").touch()
    (package / "__init__.py").touch()
    shutil.copytree(Path(jawort.ledger.tlog.__file__).parent, package / "tlog")
    program = (
        "import sys\nfrom jawort.ledger.tlog import __main__ as command\n"
        "code = command.main(sys.argv[1:])\n"
        "foreign = {name.partition('.')[0] for name in sys.modules} & {'django', 'psycopg', 'asgiref'}\n"
        "ours = {name for name in sys.modules if name.startswith('jawort')}\n"
        "assert not foreign and all(name.startswith('jawort.ledger.tlog') for name in ours - "
        "{'jawort', 'jawort.ledger'}), (foreign, ours)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, served[0], VKEY], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "All holds" in done.stdout
