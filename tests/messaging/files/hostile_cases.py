"""What hostile files and hostile platforms come to: state and reason, the verdict, and what the desk says."""

import gzip
from dataclasses import dataclass

from tests.messaging.files.hostile import AMR, ELF, EXE, HTML, MP3, OGG, SCRIPT, SVG, gif, mp4, picture, png, zip_bomb
from tests.messaging.files.platform import Handler, gives, raw, sends

PDF = b"%PDF-1.7\n"
OPEN = "Open it only if you know what it is."
BROKEN = "This picture is damaged and cannot be shown."
PIXELS = "This picture has too many pixels to be shown."
OTHER_BYTES = "Not taken. Twice something else came than WhatsApp had announced."
FOREIGN = "Not taken. WhatsApp named an address that does not belong to it."


@dataclass(frozen=True, slots=True)
class Case:
    """A file. Of one that is stored `found`, `shown` and `why` are its verdict; `says` stands in the thread."""

    name: str
    content: bytes = PDF
    mime: str = "application/pdf"
    state: str = "stored"
    reason: str = ""
    found: str = ""
    shown: str = ""
    why: str = ""
    says: str = ""
    give: Handler | None = None
    resolve: Handler | None = None
    file_name: str = ""

    @property
    def kind(self) -> str:
        """As what its message names it."""
        family = self.mime.partition("/")[0]
        return family if family in {"image", "audio", "video"} else "document"


def lies(name: str, content: bytes, mime: str, found: str, says: str = "") -> Case:
    """It is kept, as an attachment that nothing shows."""
    return Case(name, content, mime, found=found, why="type", says=says)


def misnamed(
    name: str, content: bytes, file_name: str, found: str, says: str, mime: str = "application/octet-stream"
) -> Case:
    """Only its name says what it is, and lies: kept, as an attachment with a warning."""
    return Case(name, content, mime, found=found, why="type", says=says, file_name=file_name)


def blurred(name: str, content: bytes, mime: str, why: str, says: str = BROKEN) -> Case:
    """A picture that is none: kept, and not shown."""
    return Case(name, content, mime, found=mime, why=why, says=says)


def shown(name: str, content: bytes, mime: str, found: str, shown: str, says: str = "") -> Case:
    """Two in one: shown as what it begins with, and never as the other."""
    return Case(name, content, mime, found=found, shown=shown, says=says)


def kept_out(
    state: str, name: str, reason: str, says: str, give: Handler | None = None, resolve: Handler | None = None
) -> Case:
    """Nothing of it is taken."""
    return Case(name, state=state, reason=reason, says=says, give=give, resolve=resolve)


def refused(name: str, reason: str, says: str, *, give: Handler | None = None, resolve: Handler | None = None) -> Case:
    """It is refused for good."""
    return kept_out("refused", name, reason, says, give, resolve)


def waits(name: str, reason: str, says: str, *, give: Handler | None = None, resolve: Handler | None = None) -> Case:
    """It is tried again."""
    says = f"Still being fetched. {says} It is tried again."
    return kept_out("waiting", name, reason, says, give, resolve)


def handed(code: str) -> str:
    """What the desk says of a code that has no words of its own."""
    return f"WhatsApp did not hand it over ({code})."


TYPES = [
    lies("HTML as picture", HTML, "image/jpeg", "text/html", f"Sent as JPEG, and is HTML. {OPEN}"),
    lies("HTML as PDF", HTML, "application/pdf", "text/html", f"Sent as PDF, and is HTML. {OPEN}"),
    lies("HTML behind blanks", b" \n\t" * 300 + HTML, "image/png", "text/html", OPEN),
    lies("HTML as sound", HTML, "audio/mpeg", "text/html", OPEN),
    lies("HTML in UTF-16", HTML.decode().encode("utf-16"), "text/plain", "text/html", OPEN),
    lies("a script alone", SCRIPT, "video/mp4", "text/html", OPEN),
    lies("SVG with a script", SVG, "image/svg+xml", "image/svg+xml", OPEN),
    lies("SVG as PNG", SVG, "image/png", "image/svg+xml", OPEN),
    lies("a shell script", b"#!/bin/sh\nrm -rf /\n", "text/plain", "text/x-script", OPEN),
    lies("PHP", b"<?php system('id');", "image/jpeg", "text/x-script", OPEN),
    lies("a Windows program", EXE, "application/pdf", "application/vnd.microsoft.portable-executable", OPEN),
    lies("a program", ELF, "image/png", "application/x-elf", OPEN),
    lies("a program and a page", EXE + HTML, "text/html", "application/vnd.microsoft.portable-executable", OPEN),
    lies("a bomb as picture", zip_bomb(2), "image/jpeg", "application/zip", "Sent as JPEG"),
    lies("a bomb", zip_bomb(2), "application/zip", "application/zip"),
    lies("PDF and HTML", PDF + HTML, "text/html", "application/pdf", "is PDF"),
    lies("Ogg without sound", b"OggS\0\2" + bytes(22) + b"\x80theora" + bytes(90), "audio/ogg", "application/ogg"),
    lies("zeros", bytes(3_000), "image/jpeg", "application/octet-stream"),
]
PICTURES = [
    blurred("a torn JPEG", picture()[:300], "image/jpeg", "picture_broken"),
    blurred("a JPEG of x", b"\xff\xd8\xff" + b"x" * 1_000, "image/jpeg", "picture_broken"),
    blurred("a torn PNG", picture("PNG")[:60], "image/png", "picture_broken"),
    blurred("a torn GIF", picture("GIF")[:20], "image/gif", "picture_broken"),
    blurred("a torn WebP", picture("WEBP")[:40], "image/webp", "picture_broken"),
    blurred("a WebP of 4 GB", b"RIFF\xff\xff\xff\x7fWEBPVP8L" + bytes(30), "image/webp", "picture_broken"),
    blurred("400 million pixels", png(20_000, 20_000, rows=1), "image/png", "picture_too_many_pixels", PIXELS),
    blurred("4 billion pixels", png(65_000, 65_000, rows=1), "image/png", "picture_too_many_pixels", PIXELS),
    blurred("a GIF of 4 billion", gif(65_000, 65_000), "image/gif", "picture_too_many_pixels", PIXELS),
    blurred("a PNG of nothing", png(0, 0), "image/png", "picture_broken"),
    shown("a GIF and a script", picture("GIF") + SCRIPT, "image/gif", "image/gif", "picture"),
    shown("a JPEG with PHP", picture(comment=b"<?php system(1);?>"), "image/jpeg", "image/jpeg", "picture"),
    shown("a PNG and a bomb", picture("PNG") + zip_bomb(1), "application/zip", "image/png", "picture", "is PNG"),
    shown("a JPEG as page", picture(), "text/html", "image/jpeg", "picture", "is JPEG"),
    shown("sound and a page", MP3 + HTML, "audio/mpeg", "audio/mpeg", "audio"),
    shown("film and a page", mp4() + HTML, "video/mp4", "video/mp4", "video"),
    shown("AMR and a page", AMR + HTML, "text/html", "audio/amr", "audio", "is AMR"),
    shown("Ogg and a page", OGG + HTML, "audio/ogg", "audio/ogg", "audio"),
]
BYTES = [
    refused("other bytes", "hash_mismatch", OTHER_BYTES, give=gives(body=EXE)),
    refused("a page", "hash_mismatch", OTHER_BYTES, give=gives(body=HTML, Content_Type="text/html")),
    refused("nothing", "hash_mismatch", OTHER_BYTES, give=gives()),
    waits("too long", "broken_off", "The connection broke.", give=raw("200 OK\nContent-Length: 500", PDF)),
    refused("2 GB claimed", "too_large", "Not taken.", give=raw("200 OK\nContent-Length: 2147483648", PDF)),
    waits("below zero", "unreachable", "WhatsApp cannot be reached.", give=raw("200 OK\nContent-Length: -1", PDF)),
    waits("no HTTP", "unreachable", "WhatsApp cannot be reached.", give=raw("what?", b"")),
    refused(
        "packed", "packed", "It came packed", give=gives(body=gzip.compress(bytes(10**6)), Content_Encoding="gzip")
    ),
    refused("packed twice", "packed", "It came packed", give=gives(body=b"x", Content_Encoding="gzip, br")),
    waits("half of it", "http_206", handed("http_206"), give=gives(206, body=b"%PDF")),
    waits("not for us", "http_403", handed("http_403"), give=gives(403)),
    Case("empty", b"", state="refused", reason="empty", says="Not taken. It is empty."),
]
ADDRESSES = [
    *(
        refused(url, "foreign_host", FOREIGN, resolve=sends({"url": url}))
        for url in (
            "https://evil.example/file",
            "https://fbsbx.com.evil.example/file",
            "https://lookaside.fbsbx.com@evil.example/file",
            "http://169.254.169.254/latest/meta-data/",
            "http://[::1]/file",
            "file:///etc/passwd",
            "http://[",
        )
    ),
    refused("a number", "foreign_host", FOREIGN, resolve=sends({"url": 7})),
    waits("a list", "no_sense", handed("no_sense"), resolve=sends([])),
    waits("no JSON", "no_sense", handed("no_sense"), resolve=gives(body=HTML)),
    waits("trouble", "http_500", handed("http_500"), resolve=gives(500, body=HTML)),
    kept_out("lost", "gone", "gone", "Not fetched. WhatsApp does not have it any more.", resolve=gives(404)),
]
WINDOWS = "application/vnd.microsoft.portable-executable"
NAMES = [
    misnamed("a program named PDF", EXE, "Rechnung.pdf", WINDOWS, "Sent as PDF, and is"),
    misnamed("a program named PDF, loudly", EXE, "RECHNUNG.PDF ", WINDOWS, OPEN),
    misnamed("HTML named JPEG", HTML, "Foto.jpg", "text/html", f"Sent as JPEG, and is HTML. {OPEN}"),
    misnamed("HTML that says so, named JPEG", HTML, "Foto.jpeg", "text/html", "Sent as JPEG", mime="text/html"),
    misnamed("SVG named PNG", SVG, "Logo.png", "image/svg+xml", f"Sent as PNG, and is SVG. {OPEN}"),
    misnamed("two ends", EXE, "Rechnung.pdf.exe", WINDOWS, OPEN),
    misnamed("written backwards", EXE, "Rechnung\u202efdp.exe", WINDOWS, OPEN),
    misnamed("backwards, and PDF at last", EXE, "Rechnung\u202eexe.pdf", WINDOWS, "Sent as PDF"),
    misnamed("ELF named as text of Word", ELF, "Brief.docx", "application/x-elf", OPEN),
]
GROUPS = {"types": TYPES, "names": NAMES, "pictures": PICTURES, "bytes": BYTES, "addresses": ADDRESSES}
