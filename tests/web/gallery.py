"""What every look at a page needs: which combinations, the picture kept, what axe finds."""

import os
from collections.abc import Container, Iterable
from itertools import product
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Looked at in every run; the other combinations in the long one.
ALWAYS = {("de", "dark", 390)}
WIDTHS, THEMES = (1440, 390), ("light", "dark")


def matrix(widths: list[int]) -> list[ParameterSet]:
    """Language, theme and width in all combinations."""
    return combined(ALWAYS, ("de", "en"), ("light", "dark"), widths)


def combined(always: Container[tuple[object, ...]], *choices: Iterable[object]) -> list[ParameterSet]:
    """The choices in all combinations: some in every run, the others in the long one."""
    return [pytest.param(*each, marks=[] if each in always else pytest.mark.long) for each in product(*choices)]


def violations(page: Page) -> list[str]:
    """What axe finds, one line each."""
    # Without preload: axe would copy our style sheets into the page, which the content security policy refuses.
    # Only violations in full: selectors of all that is well were most of the work.
    result = Axe().run(page, options={"runOnly": RULES, "preload": False, "resultTypes": ["violations"]})
    return [f"{each['id']}: {node['html'][:160]}" for each in result.response["violations"] for node in each["nodes"]]


def picture_kept(page: Page, name: str) -> None:
    folder = os.environ.get("ARTEFACTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"))
