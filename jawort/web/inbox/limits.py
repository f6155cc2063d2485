"""What the composer says of limits before anything is uploaded. The numbers are the channel's, but for two of ours."""

import json
from collections.abc import Mapping
from typing import Final

from jawort.channels.whatsapp.limits import BODY_MAX, BUTTON_TITLE_MAX, BUTTONS_MAX, ROW_TITLE_MAX, ROWS_MAX, TEXT_MAX
from jawort.channels.whatsapp.limits_files import MB, SIZES, TYPES

#: Of the files that leave with one answer; nobody looks through more before they send.
FILES_AT_ONCE_MAX: Final = 10
#: Of what is spoken: nobody listens for longer.
VOICE_SECONDS_MAX: Final = 600

#: By name as templates ask for it; sizes in bytes, and in MB behind `mb`. `types` is JSON: bytes at most by type.
LIMITS: Final[Mapping[str, object]] = {
    "text": TEXT_MAX,
    "caption": BODY_MAX,
    "question": BODY_MAX,
    "button": BUTTON_TITLE_MAX,
    "buttons": BUTTONS_MAX,
    "row": ROW_TITLE_MAX,
    "rows": ROWS_MAX,
    "files": FILES_AT_ONCE_MAX,
    "file": SIZES["document"],
    "voice_s": VOICE_SECONDS_MAX,
    "mb": {kind: SIZES[kind] // MB for kind in ("image", "video", "document")},
    "types": json.dumps({mime: SIZES[kind] for kind in ("image", "video", "audio") for mime in sorted(TYPES[kind])}),
}
