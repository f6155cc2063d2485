"""The table by which consents come in that were given elsewhere."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from jawort.consent.elsewhere import Recorder, record_by_number
from jawort.consent.not_recorded import NOT_RECORDED
from jawort.consent.sheet import BYTES_MAX, COLUMNS, OPTIONAL, Row, SheetUnfit, Wrong, WrongRow, read
from jawort.consent.shown_elsewhere import texts_read
from jawort.consent.state import CannotRecord, Source, Way
from jawort.core import clock
from jawort.staff.access import actor_of, requires
from jawort.staff.permissions import Permission

WRONG: Final[dict[Wrong, str | Promise]] = {
    Wrong.PHONE: gettext_lazy("The number is missing or has no country code: +49 171 …"),
    Wrong.TEXT: gettext_lazy("No text has this id. Take it from the list below, at least its first eight characters."),
    Wrong.TIME: gettext_lazy("This is no day: 2026-03-01, 2026-03-01T10:15 or 01.03.2026."),
    Wrong.WAY: gettext_lazy("The way is one of paper, phone, in_person, website, email."),
    Wrong.EVIDENCE: gettext_lazy("What bears the consent out is missing."),
    Wrong.CELLS: gettext_lazy(
        "The row has more cells than the heading: put values with a separator in quotation marks."
    ),
    Wrong.LONG: gettext_lazy("Evidence has at most 2,000 characters, a reason 300."),
}
UNFIT: Final[dict[str, str | Promise]] = {
    "encoding": gettext_lazy("The file is not in UTF-8. Save it as “CSV UTF-8”, then choose it again."),
    "empty": gettext_lazy("There is no row under the heading."),
    "rows": gettext_lazy("The file has more than 5,000 rows. Divide it, and bring in one part after the other."),
    "doubled": gettext_lazy("Two columns have the same heading. Rename one, and choose the file again."),
    "form": gettext_lazy("The file is no table: a quotation mark is not closed. Save it as CSV once more."),
    "none": gettext_lazy("Please choose a file. An empty one holds no consents."),
    "size": gettext_lazy("The file is larger than 2 MB. Divide it, and bring in one part after the other."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.CONSENT_IMPORT)
def index(request: HttpRequest) -> HttpResponse:
    """A table of consents, row by row recorded or refused. The file is read in memory and not kept."""
    known = texts_read()
    given: dict[str, Any] = {
        "texts": known,
        "columns": ";".join((*COLUMNS, *OPTIONAL)),
        "ways": list(Way),
        "screen": "settings",
    }
    if request.method != "POST":
        return render(request, "settings/consents_import.html", given)
    try:
        rows = read(_content(request), [text.pk for text in known], get_current_timezone())
    except SheetUnfit as unfit:
        given["wrong"] = _unfit(unfit)
        return render(request, "settings/consents_import.html", given, status=422)
    fit = [row for row in rows if isinstance(row, Row)]
    by = Recorder(actor_of(request), Source.IMPORT)
    answers = record_by_number([(row.number, row.given) for row in fit], by, clock.now())
    refused = [(row.line, _says(row.why)) for row in rows if isinstance(row, WrongRow)]
    refused += [
        (row.line, _says(answer)) for row, answer in zip(fit, answers, strict=True) if isinstance(answer, CannotRecord)
    ]
    given |= {"read": len(rows), "recorded": len(rows) - len(refused), "refused": _together(refused)}
    return render(request, "settings/consents_import.html", given, status=200)


def _content(request: HttpRequest) -> bytes:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.size:
        raise SheetUnfit("none")
    if file.size > BYTES_MAX:
        raise SheetUnfit("size")
    content: bytes = file.read()
    return content


def _unfit(unfit: SheetUnfit) -> str:
    if unfit.why == "columns":
        missing = ", ".join(unfit.columns)
        return ngettext(
            "The heading lacks the column %(missing)s.",
            "The heading lacks the columns %(missing)s.",
            len(unfit.columns),
        ) % {"missing": missing}
    return str(UNFIT[unfit.why])


def _says(why: Wrong | CannotRecord) -> str:
    if isinstance(why, Wrong):
        return str(WRONG[why])
    reason, language = NOT_RECORDED[why], get_language() or "en"
    return f"{reason.text.in_language(language)} {reason.help.in_language(language)}"


def _together(refused: Iterable[tuple[int, str]]) -> list[tuple[str, list[int]]]:
    """Each reason once, with the lines that it is about."""
    lines: dict[str, list[int]] = {}
    for line, why in sorted(refused):
        lines.setdefault(why, []).append(line)
    return list(lines.items())
