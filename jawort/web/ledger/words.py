"""What verifying finds, in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy

from jawort.core.finding import Finding

#: Findings are made in English, each with its own numbers; for readers of another language the code says what it is.
KNOWN: Mapping[str, str | Promise] = {
    "bundle.broken": gettext_lazy("A bundle of entries cannot be read."),
    "bundle.changed": gettext_lazy("A bundle of entries does not hold what the tree holds."),
    "bundle.missing": gettext_lazy("A bundle of entries is missing."),
    "bundle.surplus": gettext_lazy("A bundle holds more entries than the log."),
    "checkpoint.missing": gettext_lazy("The newest entries are not signed."),
    "checkpoint.origin": gettext_lazy("A checkpoint belongs to another log."),
    "checkpoint.row": gettext_lazy("A checkpoint does not say what is stored beside it."),
    "checkpoint.signature": gettext_lazy("The signature of a checkpoint is not genuine."),
    "entry.beyond": gettext_lazy("An entry stands behind the end of the log."),
    "entry.changed": gettext_lazy("An entry was changed after it was written."),
    "entry.double": gettext_lazy("A place of the log is taken twice."),
    "entry.missing": gettext_lazy("An entry of the log is missing in the database."),
    "given.up": gettext_lazy("Verifying ended early: what comes after was not looked at."),
    "head.missing": gettext_lazy("The log has entries, but nothing says how many."),
    "head.root": gettext_lazy("The root of the log is not the one that its tiles make."),
    "key.broken": gettext_lazy("The key for checking signatures cannot be read."),
    "key.changed": gettext_lazy("The key for checking signatures is another one now."),
    "leaf.differs": gettext_lazy("A bundle and a tile do not agree about an entry."),
    "record.changed": gettext_lazy("A message or note does not fit its entry any more."),
    "record.missing": gettext_lazy("An entry’s message or note is missing."),
    "record.moved": gettext_lazy("A message lies in somebody else’s conversation."),
    "record.state": gettext_lazy("A message is in a state that the ledger does not tell."),
    "record.unsealed": gettext_lazy("A message or note has no entry."),
    "tile.broken": gettext_lazy("A tile cannot be read."),
    "tile.changed": gettext_lazy("A tile does not hold the hashes that it should."),
    "tile.missing": gettext_lazy("A tile is missing."),
    "tile.surplus": gettext_lazy("A tile holds more than the log."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """A finding as it is shown; `detail` is its English sentence where `text` is only its kind."""

    text: str
    detail: str
    code: str


def problem(finding: Finding) -> Problem:
    """`finding` for the reader: word by word in English, its kind and the sentence else."""
    kind = KNOWN.get(finding.code)
    if kind is None or (get_language() or "").startswith("en"):
        return Problem(finding.text, "", finding.code)
    return Problem(str(kind), finding.text, finding.code)
