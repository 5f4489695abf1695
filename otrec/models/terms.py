"""The closed lists of words that records may use, in the field's own terms."""

from __future__ import annotations

from typing import Literal

Setting = Literal[
    "hospital", "rehab", "school", "clinic", "home", "nursing_home",
    "teletherapy", "nicu", "community", "workplace",
]  # fmt: skip
Delivery = Literal["direct", "consult", "home", "telehealth"]
Phase = Literal["warm_up", "targeted", "practice", "reflection"]
Arousal = Literal["alerting", "organising", "calming"]
Cost = Literal["none", "low", "medium", "high"]
Space = Literal[
    "bedside", "tabletop", "room", "large_room", "kitchen", "bathroom", "bedroom", "outdoors", "community",
]  # fmt: skip
Supervision = Literal["independent", "nearby", "line_of_sight", "arms_length", "clinician"]
GradingAxis = Literal[
    "sequence and duration", "position", "tool", "material",
    "contact with others", "cues", "environment",
]  # fmt: skip
Effect = Literal["exclude", "require", "caution"]
RtssTarget = Literal["tissue", "organ function", "skilled performance", "representations"]
OtpfArea = Literal[
    "adl", "iadl", "health_management", "rest_sleep", "education",
    "work", "play", "leisure", "social_participation",
]  # fmt: skip
Basis = Literal["main", "usual", "supporting"]
AgeBand = Literal["infant", "toddler", "preschool", "school_age", "teenager", "adult", "older_adult"]
Direction = Literal["supports", "mixed", "no-effect", "against"]
Strength = Literal["", "strong", "moderate", "low", "insufficient"]
Light = Literal["green", "yellow", "red", "none found"]
Side = Literal["none", "left", "right", "both"]
Hand = Literal["left", "right", "either", "undecided"]
Response = Literal["liked", "neutral", "disliked"]

#: The setting of a draft whose source names none; it is always asked about.
ASSUMED_SETTING: Setting = "clinic"

#: ICF qualifier in words (WHO ICF, generic scale for extent of a problem).
SEVERITY_WORDS = {0: "no difficulty", 1: "mild", 2: "moderate", 3: "severe", 4: "complete"}

AREA_NAMES: dict[str, str] = {
    "adl": "Activities of daily living",
    "iadl": "Instrumental activities of daily living",
    "health_management": "Health management",
    "rest_sleep": "Rest and sleep",
    "education": "Education",
    "work": "Work",
    "play": "Play",
    "leisure": "Leisure",
    "social_participation": "Social participation",
}

SETTING_NAMES: dict[str, str] = {
    "hospital": "Hospital ward",
    "rehab": "Inpatient rehabilitation",
    "school": "School or preschool",
    "clinic": "Outpatient clinic",
    "home": "Home and early intervention",
    "nursing_home": "Skilled nursing and assisted living",
    "teletherapy": "Teletherapy",
    "nicu": "Neonatal unit",
    "community": "Community",
    "workplace": "Workplace",
}
