"""Three stories of OT practice, from the profile to the list."""

from __future__ import annotations

import pytest

from otrec import Client, Engine, example

#: Story -> techniques of which each has to appear in the top 10, and hazards that may not.
STORIES = {
    "pencil_grip": (
        {"task_specific_practice", "fine_motor_play", "handwriting_instruction"},
        {"weighted_item", "isolated_drill", "magnets", "water_beads", "electrical_modality"},
    ),
    "stroke_neglect": (
        {"visual_scanning_training", "task_specific_practice", "one_handed_technique", "adl_retraining"},
        {"pulley_sling", "electrical_modality", "driving_task", "jumping"},
    ),
    "fall_at_home": (
        {"falls_hazard_reduction", "transfer_training", "home_modification"},
        {"jumping", "height", "spinning", "unstable_seat", "weighted_item"},
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_expected_techniques_are_in_the_top_ten_and_nothing_unsafe(engine: Engine, story: str) -> None:
    techniques, unsafe = STORIES[story]
    client = Client.load(example(story))
    items = engine.recommend(client, k=10).items
    assert len(items) == 10
    found = {technique for item in items for technique in item.activity.techniques}
    assert techniques <= found
    for item in items:
        assert not unsafe & set(item.activity.hazards), item.activity.id
        assert item.activity.age_min * 0.85 <= client.age_years <= item.activity.age_max * 1.15
        assert item.light != "red"


@pytest.mark.parametrize("story", STORIES)
def test_the_first_three_reach_a_barrier_and_practise_a_goal(engine: Engine, story: str) -> None:
    client = Client.load(example(story))
    goals = {goal.occupation for goal in client.goals}
    items = engine.recommend(client, k=3).items
    assert all(set(client.barriers) & {*item.activity.primary, *item.activity.secondary} for item in items)
    assert any(goals & set(item.activity.occupations) for item in items)


def test_full_result_without_a_diagnosis(engine: Engine) -> None:
    client = Client(age_years=9, setting="school", barriers={"attention": 2, "sequencing": 3}, precautions=())
    result = engine.recommend(client, k=10)
    assert len(result.items) == 10
    assert result.shortfall == ""
    assert all(item.why and item.contributions for item in result.items)
