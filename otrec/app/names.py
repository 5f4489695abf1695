"""How the app calls what the library names by id: kinds, facets and their values. English; `say` makes it Spanish."""

from __future__ import annotations

from typing import Final

from otrec.app.cards import AROUSALS, PHASES
from otrec.models.ages import BAND_NAMES
from otrec.models.terms import AREA_NAMES, SETTING_NAMES

KINDS: Final = {
    "activities": "Activities", "barriers": "Barriers", "techniques": "Techniques", "tools": "Tools",
    "occupations": "Occupations", "findings": "Evidence", "rules": "Safety rules",
}  # fmt: skip
ICONS: Final = {
    "activities": ":material/directions_walk:", "barriers": ":material/fence:", "techniques": ":material/build_circle:",
    "tools": ":material/construction:", "occupations": ":material/emoji_people:", "findings": ":material/menu_book:",
    "rules": ":material/health_and_safety:",
}  # fmt: skip
FACETS: Final = {
    "age": "Age", "setting": "Setting", "phase": "Session phase", "delivery": "Delivery",
    "arousal": "Effect on arousal",
    "equipment": "Equipment", "people": "People", "group": "Group", "area": "Area", "direction": "Direction",
    "strength": "Strength", "study": "Study", "effect": "Effect",
}  # fmt: skip
GROUPS: Final = {
    "motor": "Motor", "sensory": "Sensory", "cognitive_executive": "Cognitive and executive",
    "visual_perceptual": "Visual and perceptual", "emotional_social": "Emotional and social",
    "self_care_performance": "Self-care performance", "environment": "Environment", "sensory_based": "Sensory-based",
    "motor_skill_training": "Motor skill training", "hand_and_body_preparation": "Hand and body preparation",
    "cognitive_strategy": "Cognitive strategy", "visual_perceptual_training": "Visual-perceptual training",
    "regulation_behaviour": "Regulation and behaviour", "self_care_training": "Self-care training",
    "task_adaptation": "Task adaptation", "environment_modification": "Environment modification",
    "assistive_technology": "Assistive technology", "education_coaching": "Education and coaching",
    "social_group": "Social and group", "sensory_regulation": "Sensory regulation", "fine_motor": "Fine motor",
    "writing_classroom": "Writing and classroom", "visual_supports": "Visual supports",
    "self_care_adaptive": "Adaptive self-care", "mobility_positioning": "Mobility and positioning",
    "strength_exercise": "Strength and exercise", "games_play": "Games and play", "household": "Household",
    "cognitive_aids": "Cognitive aids", "hand_therapy": "Hand therapy", "home_safety": "Home safety",
}  # fmt: skip
VALUES: Final[dict[str, dict[str, str]]] = {
    "age": {str(band): name.capitalize() for band, name in BAND_NAMES.items()},
    "setting": SETTING_NAMES,
    "phase": PHASES,
    "delivery": {
        "direct": "Direct session", "consult": "Consultation", "home": "Home programme", "telehealth": "By video",
    },
    "arousal": AROUSALS,
    "equipment": {"no_purchase": "No bought equipment", "bought": "A bought tool"},
    "people": {"one": "One person", "group": "A group"},
    "group": GROUPS,
    "area": AREA_NAMES,
    "direction": {
        "supports": "Supports", "mixed": "Mixed", "no-effect": "No effect found", "against": "Advises against",
    },
    "strength": {
        "strong": "Strong", "moderate": "Moderate", "low": "Low", "insufficient": "Insufficient",
        "not graded": "Not graded",
    },
    "study": {
        "systematic-review": "Systematic review", "meta-analysis": "Meta-analysis", "scoping-review": "Scoping review",
        "clinical-guideline": "Clinical guideline", "position-statement": "Position statement",
        "rct": "Randomised trial", "controlled-trial": "Controlled trial", "cohort": "Cohort",
        "before-after": "Before and after", "single-case": "Single case", "mixed-methods": "Mixed methods",
    },
    "effect": {"exclude": "Exclude", "require": "Require", "caution": "Caution"},
}  # fmt: skip
