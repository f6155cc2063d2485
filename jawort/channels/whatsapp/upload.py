"""The envelope in which a file goes to the platform: multipart/form-data (RFC 7578) with a length that is known before.

The file's own name stays here: who gets the message reads it there, and the platform needs none.
"""

from secrets import token_hex
from typing import Final

UPLOAD_S: Final = 420.0  # for one file, however slow: 100 MB at two megabits a second
SILENT_S: Final = 60.0  # the platform looks at the whole file before it answers


def envelope(mime: str) -> tuple[str, bytes, bytes]:
    """The content type, what comes before the file's bytes, and what comes after them."""
    boundary = token_hex(16)
    fields = (("messaging_product", "whatsapp"), ("type", mime))
    before = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields
    )
    before += (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: {mime}\r\n\r\n'
    )
    return f"multipart/form-data; boundary={boundary}", before.encode(), f"\r\n--{boundary}--\r\n".encode()
