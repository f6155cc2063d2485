"""What the platform tells of the account, its number and its templates: one realistic value for every field. Pure.

Each field has variants; a control call picks one, and may say more by keys of its own.
"""

from typing import Any

from jawort.simulator.payload import JSON, Business

_DAY_S = 24 * 3_600
_TEMPLATE: JSON = {
    "message_template_id": 1689556908129832,
    "message_template_name": "termin_erinnerung",
    "message_template_language": "de",
}
_REJECTED = {
    "reason": "The body begins or ends with a parameter.",
    "recommendation": "Put words before the first and after the last parameter.",
}


class NoSuchEvent(ValueError):
    """A field or a variant that does not exist. The text is one sentence that names those that do."""


def names() -> dict[str, list[str]]:
    """All fields, each with its variants; the first is the usual one."""
    return {field: list(_variants(field, 0, "0", "0")) for field in FIELDS}


def value(field: str, variant: str | None, business: Business, at: int, more: JSON) -> JSON:
    """The `value` of a webhook of this field, `more` laid over it. Raises NoSuchEvent."""
    if field not in FIELDS:
        raise NoSuchEvent(f"There is no field “{field[:40]}”; there are {', '.join(FIELDS)}.")
    variants = _variants(field, at, business.waba_id, business.display)
    chosen = variant or next(iter(variants))
    if chosen not in variants:
        raise NoSuchEvent(f"{field} has no variant “{chosen[:40]}”; it has {', '.join(variants)}.")
    return {**variants[chosen], **more}


def _variants(field: str, at: int, waba_id: str, display: str) -> dict[str, JSON]:
    """The variants of a field; `at` is now in Unix seconds."""
    return FIELDS[field](at, waba_id, display)


def _template_status(at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    plain = [
        *("APPROVED", "PENDING", "FLAGGED", "REINSTATED", "IN_APPEAL", "LOCKED", "LIMIT_EXCEEDED", "DELETED"),
        *("PENDING_DELETION", "ARCHIVED", "UNARCHIVED"),
    ]
    base = {**_TEMPLATE, "message_template_category": "UTILITY"}
    found: dict[str, JSON] = {event: {"event": event, **base, "reason": "NONE"} for event in plain}
    refused = {"reason": "INVALID_FORMAT", "rejection_info": _REJECTED}
    found["REJECTED"] = {"event": "REJECTED", **base, **refused}
    for title in ("FIRST_PAUSE", "SECOND_PAUSE", "RATE_LIMITING_PAUSE"):
        about = {"title": title, "description": "The template is paused because of feedback from customers."}
        found[title] = {"event": "PAUSED", **base, "reason": None, "other_info": about}
    about = {"title": "UNPAUSE", "description": "The template may be sent again."}
    found["UNPAUSE"] = {"event": "APPROVED", **base, "reason": "NONE", "other_info": about}
    about = {"title": "DISABLED", "description": "The template is disabled because of feedback from customers."}
    gone = {"reason": None, "other_info": about, "disable_info": {"disable_date": at}}
    found["DISABLED"] = {"event": "DISABLED", **base, **gone}
    return found


def _template_quality(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    steps = (("GREEN", "YELLOW"), ("YELLOW", "RED"), ("RED", "YELLOW"), ("YELLOW", "GREEN"), ("UNKNOWN", "GREEN"))
    return {
        f"{before}-{after}": {"previous_quality_score": before, "new_quality_score": after, **_TEMPLATE}
        for before, after in steps
    }


def _template_components(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    button = {
        "message_template_button_type": "URL",
        "message_template_button_text": "Termin ansehen",
        "message_template_button_url": "https://example.org/termin",
    }
    words = {
        "message_template_title": "Ihr Termin",
        "message_template_element": "Wir erwarten Sie am {{1}} um {{2}} Uhr.",
        "message_template_footer": "Beispiel GmbH",
    }
    return {"changed": {**_TEMPLATE, **words, "message_template_buttons": [button]}}


def _template_category(at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    # Announced, `new_category` is the present one: that is how the platform names it.
    coming = {"new_category": "UTILITY", "correct_category": "MARKETING", "category_update_timestamp": at + _DAY_S}
    return {
        "announced": {**_TEMPLATE, **coming},
        "done": {**_TEMPLATE, "previous_category": "UTILITY", "new_category": "MARKETING"},
    }


def _number_quality(_at: int, _waba_id: str, display: str) -> dict[str, JSON]:
    limits = {
        "ONBOARDING": "TIER_250",
        "THROUGHPUT_UPGRADE": "TIER_UNLIMITED",
        "UPGRADE": "TIER_10K",
        "DOWNGRADE": "TIER_2K",
        "FLAGGED": "TIER_2K",
        "UNFLAGGED": "TIER_10K",
    }
    return {
        event: {"display_phone_number": display, "event": event, "max_daily_conversations_per_business": most}
        for event, most in limits.items()
    }


def _capability(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    numbers = {"max_phone_numbers_per_business": 20, "max_phone_numbers_per_waba": 20}
    limits: dict[str, Any] = {"tier": "TIER_10K", "number": 2_000, "unlimited": -1}
    return {name: {"max_daily_conversations_per_business": most, **numbers} for name, most in limits.items()}


def _name(_at: int, _waba_id: str, display: str) -> dict[str, JSON]:
    base: JSON = {"display_phone_number": display, "requested_verified_name": "Beispiel GmbH"}
    why = {"REJECTED": "NAME_BRAND_MISMATCH"}
    decisions = ("APPROVED", "DEFERRED", "PENDING", "REJECTED")
    return {one: {**base, "decision": one, "rejection_reason": why.get(one)} for one in decisions}


def _account(at: int, waba_id: str, _display: str) -> dict[str, JSON]:
    soon = at + 7 * _DAY_S
    day = "2026-12-01"
    partner = {"owner_business_id": "506914307656634", "waba_id": waba_id}
    tier = {"tier_update_time": at, "pricing_category": "UTILITY", "tier": "25000001:50000000", "region": "Germany"}
    more: dict[str, JSON] = {
        "ACCOUNT_RESTRICTION": {
            "restriction_info": [
                {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": soon},
                {"restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION", "expiration": soon},
            ]
        },
        "ACCOUNT_VIOLATION": {"violation_info": {"violation_type": "ADULT"}},
        "ACCOUNT_DELETED": {},
        "PARTNER_ADDED": {"waba_info": partner},
        "PARTNER_REMOVED": {"waba_info": partner},
        "PARTNER_APP_INSTALLED": {"waba_info": {**partner, "partner_app_id": "8041172345"}},
        "PARTNER_APP_UNINSTALLED": {"waba_info": {**partner, "partner_app_id": "8041172345"}},
        "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE": {"auth_international_rate_eligibility": {"start_time": at}},
        "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE": {"country": "DE"},
        "VOLUME_BASED_PRICING_TIER_UPDATE": {"volume_tier_info": {**tier, "effective_month": day[:7]}},
        "MM_LITE_TERMS_SIGNED": {"waba_info": {"owner_business_id": "506914307656634"}},
        "AD_ACCOUNT_LINKED": {"waba_info": {**partner, "ad_account_linked": "10239483"}},
        "ACCOUNT_OFFBOARDED": {},
        "ACCOUNT_RECONNECTED": {},
    }
    found = {event: {"event": event, **rest} for event, rest in more.items()}
    for ban in ("DISABLE", "REINSTATE", "SCHEDULE_FOR_DISABLE"):
        found[ban] = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": ban, "waba_ban_date": day}}
    return found


def _review(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    return {decision: {"decision": decision} for decision in ("APPROVED", "REJECTED", "PENDING", "DEFERRED")}


def _alerts(_at: int, waba_id: str, _display: str) -> dict[str, JSON]:
    kinds = {
        "CRITICAL": ("PHONE_NUMBER", "OBA_APPROVED", "The number was reported by many customers."),
        "WARNING": ("BUSINESS", "INCREASED_CAPABILITIES_ELIGIBILITY_NEED_MORE_INFO", "More information is needed."),
        "INFORMATIONAL": ("CURRENT_STATUS_ID", "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED", "The review goes on."),
    }
    return {
        severity: {
            "entity_type": entity,
            "entity_id": waba_id,
            "alert_info": {
                "alert_severity": severity,
                "alert_status": "ACTIVE",
                "alert_type": kind,
                "alert_description": text,
            },
        }
        for severity, (entity, kind, text) in kinds.items()
    }


def _security(_at: int, _waba_id: str, display: str) -> dict[str, JSON]:
    events = ("PIN_CHANGED", "PIN_RESET_REQUEST", "PIN_REQUEST_SUCCESS")
    return {event: {"display_phone_number": display, "event": event, "requester": "61555822107539"} for event in events}


def _username(_at: int, _waba_id: str, display: str) -> dict[str, JSON]:
    states = ("approved", "reserved", "deleted")
    return {one: {"display_phone_number": display, "username": "beispiel.gmbh", "status": one} for one in states}


def _payment(at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    done = {"configuration_name": "standard", "provider_name": "beispielpay", "status": "Active"}
    return {"Active": {**done, "created_timestamp": at, "updated_timestamp": at}}


def _partner(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    events = {"SOLUTION_CREATED": "INITIATED", "SOLUTION_UPDATED": "ACTIVE"}
    return {
        event: {"event": event, "solution_id": "774485461512159", "solution_status": state}
        for event, state in events.items()
    }


def _automatic(at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    lead = {"id": "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI3N0EyQUJDMjFEQzZCQUMzODMA", "event_name": "LeadSubmitted"}
    return {"LeadSubmitted": {"automatic_events": [{**lead, "timestamp": at}]}}


def _flows(_at: int, _waba_id: str, _display: str) -> dict[str, JSON]:
    state = {"old_status": "DRAFT", "new_status": "PUBLISHED", "message": "Flow changed from DRAFT to PUBLISHED"}
    return {"FLOW_STATUS_CHANGE": {"event": "FLOW_STATUS_CHANGE", "flow_id": "3084102348", **state}}


#: Every field that is not about messages of customers.
FIELDS = {
    "account_alerts": _alerts,
    "account_review_update": _review,
    "account_update": _account,
    "automatic_events": _automatic,
    "business_capability_update": _capability,
    "business_username_update": _username,
    "flows": _flows,
    "message_template_components_update": _template_components,
    "message_template_quality_update": _template_quality,
    "message_template_status_update": _template_status,
    "partner_solutions": _partner,
    "payment_configuration_update": _payment,
    "phone_number_name_update": _name,
    "phone_number_quality_update": _number_quality,
    "security": _security,
    "template_category_update": _template_category,
}
