"""What strangers write to have a browser do something: markup in every clothing, addresses that are programs.

Each payload tells on itself (`tellTest`, which fails the test), marks what it makes (`data-xss`), or would be reported
by the page's policy, which would have stopped it: whatever of it comes true is seen.
"""

import itertools
from typing import Any, Final

CALL: Final = "tellTest('XSS')"
TAGS: Final = (
    f"<script data-xss>{CALL}</script>",
    f'<img data-xss src=x onerror="{CALL}">',
    f'<svg data-xss onload="{CALL}"><script>{CALL}</script></svg>',
    f'<iframe data-xss srcdoc="<script>parent.{CALL}</script>"></iframe>',
    f'<details data-xss open ontoggle="{CALL}"><summary>x</summary></details>',
    f'<video data-xss><source onerror="{CALL}"></video>',
    f'<input data-xss autofocus onfocus="{CALL}">',
    f'<a data-xss href="javascript:{CALL}">x</a>',
    f'<form data-xss action="javascript:{CALL}"><button>x</button></form>',
    f'<math data-xss><mtext></mtext><mglyph><style></math><img data-xss src=x onerror="{CALL}">',
    '<object data-xss data="data:text/html,x"></object><embed data-xss src="//firma.example/x">',
    '<link data-xss rel=stylesheet href="//firma.example/x.css"><style data-xss>*{display:none}</style>',
    '<meta data-xss http-equiv=refresh content="0;url=//firma.example/"><base data-xss href="//firma.example/">',
    '<div data-xss hx-get="/settings/me" hx-trigger="load" hx-swap="outerHTML"></div>',
    f'<div data-xss hx-on::load="{CALL}" data-hx-on:click="{CALL}" style="animation:x" onanimationend="{CALL}"></div>',
    f"<template data-xss><script>{CALL}</script></template><message-list data-xss></message-list>",
    f'<noscript data-xss><p title="</noscript><img data-xss src=x onerror={CALL}>">',
    f"&lt;img data-xss src=x onerror={CALL}&gt; &#60;script&#62;{CALL}&#60;/script&#62;",
    f"\u202e<img/data-xss/src=x/onerror={CALL}>\u2066",
)
#: What ends wherever the text may have been put, and what makes it bold on WhatsApp.
ENDS: Final = (
    *("", '"> ', "'> ", "--> ", "</title>", "</textarea>", "</script>", "</template></li></ul>"),
    *("]]>", "<!--", "*", "_", "```", "https://firma.example/?q=", "{% endblock %}{{ user.password }}"),
)
SCHEMES: Final = (f"javascript:{CALL}", f"JaVaScRiPt:{CALL}", f"java\tscript:{CALL}", f"&#106;avascript:{CALL}")
ADDRESSES: Final = (
    *(f"{before}{scheme}" for before in ("", " ", "\x01", "https://firma.example/ ") for scheme in SCHEMES),
    *(f"{scheme}//https://firma.example" for scheme in SCHEMES),
    *(f"data:text/html,<script>{CALL}</script>", f"vbscript:{CALL}", f"//firma.example/{CALL}", f"blob:{CALL}"),
    *(f'https://firma.example/"onmouseover="{CALL}', "mailto:x@firma.example?body=<script>", 'tel:+49"onclick=x'),
    *("https://x:y@firma.example\\\\@firma.example/", "geo:0,0?q=<svg/onload=x>", "intent://x#Intent;scheme=x;end"),
)
PAYLOADS: Final = [end + tag for end, tag in itertools.product(ENDS, TAGS)] + list(ADDRESSES)
#: A dozen that go into every field in every run: one of a kind each, and programs for addresses.
NASTIEST: Final = [
    *(end + tag for end, tag in zip(ENDS[1:9], (*TAGS[:6], *TAGS[13:15]), strict=True)),
    *(SCHEMES[0], SCHEMES[2], f"data:text/html,<script>{CALL}</script>", f'https://firma.example/"onmouseover="{CALL}'),
]
#: Keys of a message whose values name or choose something: with anything else it would be another message.
FIXED: Final = {"id", "mime_type", "sha256", "message_id", "original_message_id", "emoji", "currency"}


def filled(content: Any, payload: str, key: str = "") -> Any:
    """`content` with the payload in place of each of its texts."""
    if isinstance(content, dict):
        kept = {"type"} if isinstance(content.get(content.get("type", "")), dict) else set()
        return {name: each if name in kept else filled(each, payload, name) for name, each in content.items()}
    if isinstance(content, list):
        return [filled(each, payload, key) for each in content]
    return payload if isinstance(content, str) and key not in FIXED else content
