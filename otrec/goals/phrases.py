"""A plain action and usual measures for each occupation of the library: where the wording of a goal can start.

`{own}` stands for "their" or "my". Each phrase is one behaviour that can be seen; the therapist narrows it.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Wordings(NamedTuple):
    """The name of an occupation, an action for it, and ids of `MEASURES` that fit, the most usual first."""

    name: str
    action: str
    measures: tuple[str, ...]


def _row(name: str, action: str, measures: str) -> Wordings:
    return Wordings(name, action, tuple(measures.split()))


OCCUPATION_WORDINGS: Final[dict[str, Wordings]] = {
    "bathing": _row("Bathing and showering", "wash and dry {own} body", "steps minutes_taken cues"),
    "toileting": _row("Toileting and toilet hygiene", "complete {own} toilet routine", "opportunities steps cues"),
    "dressing": _row("Dressing", "put on and take off a shirt", "steps minutes_taken opportunities"),
    "eating": _row("Eating and swallowing", "eat a meal of the agreed texture", "opportunities minutes_taken cues"),
    "feeding": _row("Feeding", "eat with a spoon or fork", "opportunities minutes_taken percent"),
    "mobility_indoors": _row(
        "Functional mobility", "move from {own} bed to a chair", "opportunities minutes_taken metres"
    ),
    "grooming": _row("Personal hygiene and grooming", "brush {own} teeth", "steps opportunities cues"),
    "sexual_activity": _row(
        "Sexual activity", "plan one private time with {own} partner", "opportunities times_a_week"
    ),
    "care_of_others": _row(
        "Care of others", "prepare one meal for the person in {own} care", "opportunities days errors"
    ),
    "pet_care": _row("Care of pets and animals", "feed {own} pet", "days steps cues"),
    "child_rearing": _row("Child rearing", "dress {own} child", "steps opportunities minutes_taken"),
    "communication_management": _row(
        "Communication management", "write and send a text message", "opportunities errors steps"
    ),
    "driving": _row("Driving", "drive the agreed practice route", "errors opportunities cues"),
    "community_mobility": _row("Community mobility", "travel the agreed route by bus", "opportunities steps cues"),
    "financial_management": _row("Financial management", "pay a bill", "errors opportunities steps"),
    "cleaning": _row("Cleaning and tidying", "wash the dishes of one meal", "steps minutes_taken opportunities"),
    "laundry": _row("Laundry", "wash one load of clothes", "steps cues opportunities"),
    "home_repair_garden": _row(
        "Repairs and garden", "complete one agreed repair in the home", "steps minutes_taken errors"
    ),
    "meal_preparation": _row("Meal preparation and clean-up", "prepare a simple meal", "steps minutes_taken cues"),
    "religious_expression": _row(
        "Religious and spiritual expression",
        "take part in {own} weekly worship by saying one prayer",
        "times_a_week minutes_kept opportunities",
    ),
    "safety_maintenance": _row(
        "Safety and emergency maintenance", "call for help by phone in a practice emergency", "steps opportunities cues"
    ),
    "shopping": _row("Shopping", "buy the items on a shopping list", "opportunities errors minutes_taken"),
    "emotional_health_management": _row(
        "Social and emotional health management",
        "use a chosen calming strategy when upset",
        "opportunities minutes_taken cues",
    ),
    "symptom_management": _row(
        "Symptom and condition management", "take a planned rest break before symptoms rise", "days opportunities cues"
    ),
    "health_communication": _row(
        "Communication with the health care system",
        "ask a prepared question at an appointment",
        "opportunities items errors",
    ),
    "medication_management": _row(
        "Medication management", "take {own} medication from a pill box", "days opportunities cues"
    ),
    "physical_activity": _row("Physical activity", "take a walk outdoors", "times_a_week minutes_kept metres"),
    "nutrition_management": _row("Nutrition management", "eat breakfast", "days times_a_week opportunities"),
    "device_management": _row("Personal care device management", "put on {own} splint", "steps opportunities errors"),
    "rest": _row("Rest", "take a quiet rest break", "days minutes_kept times_a_week"),
    "sleep_preparation": _row(
        "Sleep preparation", "follow the steps of {own} bedtime routine", "steps days minutes_taken"
    ),
    "sleep_participation": _row("Sleep participation", "sleep in {own} own bed", "hours_of_sleep days"),
    "classroom_participation": _row(
        "Taking part in class", "answer or ask one question in a lesson", "opportunities minutes_kept cues"
    ),
    "school_routines": _row("School routines and materials", "pack {own} school bag", "steps opportunities cues"),
    "handwriting": _row("Handwriting", "write a sentence", "percent opportunities items"),
    "keyboarding": _row("Keyboarding", "type a paragraph", "words_per_minute errors percent"),
    "classroom_tools": _row("Using classroom tools", "cut along a line with scissors", "opportunities percent errors"),
    "reading_study": _row("Reading and study", "read the set pages of a book", "minutes_kept items opportunities"),
    "informal_learning": _row(
        "Informal education", "complete one task of a chosen course", "times_a_week steps opportunities"
    ),
    "job_seeking": _row("Employment seeking", "complete a job application", "items steps errors"),
    "job_performance": _row("Job performance", "complete a set work task", "opportunities minutes_kept errors"),
    "volunteering": _row(
        "Volunteer participation", "complete a volunteer shift", "times_a_week opportunities minutes_kept"
    ),
    "retirement_adjustment": _row(
        "Retirement preparation and adjustment", "follow {own} written plan for a day", "days opportunities items"
    ),
    "play_exploration": _row("Play exploration", "reach for and hold a toy", "opportunities minutes_kept items"),
    "play_participation": _row(
        "Play participation", "play a turn-taking game with a peer", "minutes_kept opportunities cues"
    ),
    "leisure_exploration": _row(
        "Leisure exploration", "complete a trial of a new leisure activity", "items times_a_week opportunities"
    ),
    "arts_crafts": _row(
        "Arts, crafts and music", "complete one step of a craft project", "minutes_kept times_a_week steps"
    ),
    "games_reading_leisure": _row(
        "Games, reading and media", "play a card game", "times_a_week minutes_kept opportunities"
    ),
    "gardening": _row("Gardening", "water {own} plants", "days steps minutes_kept"),
    "sport_outdoors": _row(
        "Sport and outdoors", "play a ball game with others", "minutes_kept times_a_week opportunities"
    ),
    "community_participation": _row(
        "Community participation", "attend a chosen club", "times_a_week minutes_kept opportunities"
    ),
    "family_participation": _row(
        "Family participation", "eat a meal at the family table", "days minutes_kept opportunities"
    ),
    "friendships": _row("Friendships", "invite a friend to a shared activity", "times_a_week opportunities items"),
    "intimate_partner_relationships": _row(
        "Intimate partner relationships", "share a planned activity with {own} partner", "times_a_week opportunities"
    ),
    "peer_group_participation": _row(
        "Peer group participation", "join a group game", "opportunities minutes_kept cues"
    ),
    "letter_writing": _row("Writing letters, lists and notes", "write a shopping list", "percent items minutes_taken"),
}


def wordings_of(occupation: str) -> tuple[str, Wordings] | None:
    """The id and wordings of an occupation by its id or name; None if it is not in the table.

    >>> wordings_of("Handwriting")[1].action
    'write a sentence'
    """
    asked = occupation.strip().lower()
    for name, row in OCCUPATION_WORDINGS.items():
        if asked in {name, row.name.lower()}:
            return name, row
    return None
