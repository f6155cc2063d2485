"""What stands in a picture of a form."""

from xml.etree import ElementTree


def words(picture: bytes) -> str:
    """All that stands in it, in one line. Fails for what is no drawing of ours."""
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    kinds = {element.tag.partition("}")[2] for element in root.iter()}
    assert kinds == {"svg", "rect", "text"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name or name == "style"]
    return " ".join(" ".join(element.text or "" for element in root.iter()).split())


def squeezed(text: str) -> str:
    """Without blanks: long addresses are broken."""
    return "".join(text.split())
