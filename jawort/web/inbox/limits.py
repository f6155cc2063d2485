"""What the composer says of limits before anything is uploaded. The numbers are the channel's, but for two of ours."""

import json
from dataclasses import dataclass
from typing import Final

from jawort.channels.whatsapp.limits import BODY_MAX, BUTTON_TITLE_MAX, BUTTONS_MAX, ROW_TITLE_MAX, ROWS_MAX, TEXT_MAX
from jawort.channels.whatsapp.limits_files import MB, SIZES, TYPES

#: Of the files that leave with one answer; nobody looks through more before they send.
FILES_AT_ONCE_MAX: Final = 10
#: Of what is spoken: nobody listens for longer.
VOICE_SECONDS_MAX: Final = 600


@dataclass(frozen=True, slots=True)
class Limits:
    """As templates ask for them: `file` in bytes, `image`, `video` and `document` in MB, `voice_s` in seconds.

    `types` is JSON: bytes at most by type.
    """

    text: int = TEXT_MAX
    caption: int = BODY_MAX
    question: int = BODY_MAX
    button: int = BUTTON_TITLE_MAX
    buttons: int = BUTTONS_MAX
    row: int = ROW_TITLE_MAX
    rows: int = ROWS_MAX
    files: int = FILES_AT_ONCE_MAX
    file: int = SIZES["document"]
    voice_s: int = VOICE_SECONDS_MAX
    image: int = SIZES["image"] // MB
    video: int = SIZES["video"] // MB
    document: int = SIZES["document"] // MB
    types: str = json.dumps({mime: SIZES[kind] for kind in ("image", "video", "audio") for mime in sorted(TYPES[kind])})


LIMITS: Final = Limits()
