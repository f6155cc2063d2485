"""Files that customers bring, as a form brings them: limits hold while they stream, and each refusal is a sentence."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext

from jawort.core import clock
from jawort.messaging.files.bombs import bomb
from jawort.messaging.files.form import FormFile, NoForm, parts
from jawort.messaging.files.models import File
from jawort.messaging.files.rules import safe_name
from jawort.messaging.files.store import TooLarge, describe
from jawort.messaging.side_door import rules
from jawort.messaging.side_door.come_in import Brought, bring, leave
from jawort.messaging.side_door.models import SideDoor


@dataclass(slots=True)
class Load:
    """What was brought: files that are sealed, or why some cannot be; `status` is what to answer then."""

    files: list[File] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    status: int = 422
    left: int = field(default_factory=lambda: rules.BYTES_MAX)

    def refuse(self, sentence: str, status: int = 422) -> None:
        """Nothing of all this is kept."""
        self.refusals.append(sentence)
        self.status = status


def unload(request: HttpRequest, door: SideDoor) -> Load:
    """Take the files of a form one after the other. If one is refused, none is kept."""
    load = Load()
    try:
        _all(load, request, door)
    except BaseException:
        leave(_ids(load))
        raise
    if load.refusals:
        leave(_ids(load))
    return load


def _all(load: Load, request: HttpRequest, door: SideDoor) -> None:
    try:
        for part in parts(request):
            if isinstance(part, FormFile):
                _one(load, door, part)
    except NoForm:
        load.refuse(gettext("That was no file. Please choose your files and send them again."), 400)
    except OSError:
        if not load.refusals:
            load.refuse(gettext("The files did not come in whole. Please send them again."))
    if not load.files and not load.refusals:
        load.refuse(gettext("No file was chosen. Please choose at least one."))


def _one(load: Load, door: SideDoor, part: FormFile) -> None:
    name = {"name": safe_name(part.claims.name, "", gettext("File"))}
    if len(load.files) + len(load.refusals) >= rules.FILES_MAX:
        load.refuse(gettext("“%(name)s”: ten files at a time. Please leave some out.") % name)
        return
    try:
        file = bring(door, Brought(part.claims, part.blocks), clock.now(), limit=load.left)
    except TooLarge:
        most = {"most": filesizeformat(rules.BYTES_MAX)}
        text = gettext("“%(name)s”: all files together may have %(most)s. Please send smaller ones.")
        load.refuse(text % (name | most), 413)
        return
    except rules.WrongType:
        text = gettext("“%(name)s”: files of this type are not taken. A PDF, a picture or a text document is.")
        load.refuse(text % name, 413 if load.status == 413 else 422)
        return
    said = describe([file]).get(file.pk)
    size = said.found.size if said else 0
    if not size:
        leave([file.pk])
        load.refuse(gettext("“%(name)s” is empty. Please choose another file.") % name)
        return
    if said and (broken := bomb(said.found)):
        leave([file.pk])
        why = {"why": broken[0].in_language(get_language() or "de")}
        load.refuse(gettext("“%(name)s”: %(why)s") % (name | why))
        return
    load.left -= size
    load.files.append(file)


def _ids(load: Load) -> list[UUID]:
    return [file.pk for file in load.files]
