"""What the platform decides about templates, and how it tells: by review after a while, or by a control call."""

import asyncio
from typing import Any

from jawort.simulator.templates import STATES, Template
from jawort.simulator.world import World

STATUS, QUALITY, CATEGORY = (
    "message_template_status_update",
    "message_template_quality_update",
    "template_category_update",
)


def submitted(world: World, template: Template) -> None:
    """Let a template that was handed in be approved after a while; without a while it waits for a control call."""
    wait_s = world.settings.review_s
    if not wait_s:
        return
    generation = world.generation

    def approve() -> None:
        there = world.templates.get(template.id) is template
        if there and template.status == "PENDING" and world.generation == generation:
            decide(world, template, "APPROVED")

    asyncio.get_running_loop().call_later(wait_s * world.settings.tempo, approve)


def decide(world: World, template: Template, variant: str, more: dict[str, Any] | None = None) -> None:
    """The platform's decision: `variant` is an event, or the title of one. Raises account.NoSuchEvent."""
    about = {**_about(template), "message_template_category": template.category, **(more or {})}
    value = world.tell_account(STATUS, variant, about)
    event = str(value["event"])
    if event == "DELETED":
        world.templates.drop(template)
    template.status = STATES.get(event, template.status)
    template.reason = str(value.get("reason") or "NONE")


def rate(world: World, template: Template, quality: str) -> None:
    """Another quality: GREEN, YELLOW, RED or UNKNOWN."""
    scores = {"previous_quality_score": template.quality, "new_quality_score": quality}
    template.quality = quality
    world.tell_account(QUALITY, None, {**_about(template), **scores})


def recategorise(world: World, template: Template, category: str) -> None:
    """The platform finds that the template belongs to another category."""
    template.previous_category, template.category = template.category, category
    change = {"previous_category": template.previous_category, "new_category": category}
    world.tell_account(CATEGORY, "done", {**_about(template), **change})


def _about(template: Template) -> dict[str, Any]:
    return {
        "message_template_id": int(template.id),
        "message_template_name": template.name,
        "message_template_language": template.language,
    }
