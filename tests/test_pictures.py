"""Pictograms: every drawing is sound and described, and a step gets the picture of what it says, or none."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrec.handout import pictures
from otrec.handout.pictures import load_pictures, path, picture_for, svg
from otrec.library import load_library
from otrec.models import UnknownIdError

SVG = "{http://www.w3.org/2000/svg}"
IDS = tuple(load_pictures())
SHAPES = {"g", "path", "circle", "ellipse", "rect"}
ATTRIBUTES = {
    "g": {"transform"},
    "path": {"d", "fill", "stroke", "stroke-width", "stroke-dasharray"},
    "circle": {"cx", "cy", "r", "fill", "stroke"},
    "ellipse": {"cx", "cy", "rx", "ry", "fill"},
    "rect": {"x", "y", "width", "height", "rx", "fill"},
}
PALETTE = {"#111", "#fff", "#d9d9d9", "none"}
#: An outlined limb is a black line with a lighter one over it that leaves 4 on either side.
WIDTHS = {"4", "12", "20"}

SENTENCES = {
    "Sit at the table with both feet on the floor.": "sit",
    "The client stands up from the chair without hands.": "stand_up",
    "Walk to the door and back.": "walk",
    "The child crawls through the tunnel.": "crawl",
    "Jump over the line three times.": "jump",
    "Throw the beanbag into the basket.": "throw",
    "Lie down on the mat.": "lie_down",
    "Rest for two minutes.": "rest",
    "Breathe out slowly.": "breathe",
    "The child pushes the box across the room.": "push",
    "Carry the tray to the kitchen.": "carry",
    "Look at the picture.": "look",
    "Listen to the sound.": "listen",
    "Ask for help with the lid.": "ask_for_help",
    "Tell a friend what you did.": "talk",
    "The child chooses one of two games.": "choose",
    "Wait until the light is green.": "wait",
    "Wash both hands with soap.": "wash_hands",
    "Brush your teeth for two minutes.": "brush_teeth",
    "Comb the hair in front of the mirror.": "comb_hair",
    "Pull up the trousers.": "trousers",
    "Put on your shoes.": "shoes",
    "Dry your hands.": "towel",
    "Eat your breakfast.": "eat",
    "The client drinks from the cup.": "drink",
    "Stir the soup.": "stir",
    "Cut the bread into four pieces.": "cut_food",
    "Cut along the thick line with scissors.": "cut_paper",
    "Pour water into the glass.": "pour",
    "Open the box.": "open",
    "Put the toys away.": "tidy_up",
    "Wipe the table from left to right.": "wipe",
    "Sweep the floor.": "sweep",
    "Hang the coat on its hook.": "hang_up",
    "Squeeze the ball five times.": "squeeze",
    "Fold the sheet in half.": "fold",
    "Write your name on the card.": "write",
    "Draw a house.": "draw",
    "Colour the star in.": "colour",
    "Sort the socks into pairs.": "sort",
    "Count to ten.": "count",
    "Read the recipe aloud.": "read",
    "Pack your school bag.": "pack_bag",
    "Pay for the bread.": "pay",
    "Take your medicine with water.": "medicine",
    "Set the timer for five minutes.": "timer",
}
LABELS = {
    "Handwriting": "write", "Bus trip": "bus", "Bedtime": "sleep", "Shopping": "shop", "Bathing": "bath",
    "First": "first", "Then": "then", "Finished": "finished", "Happy": "happy", "The wheelchair": "wheelchair",
    "Brushing teeth": "brush_teeth", "Pet care": "pet", "Walking stick": "stick", "Playing cards": "cards",
}  # fmt: skip


def elements(id: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(svg(id)).iter())


@pytest.mark.parametrize("id", IDS)
def test_a_drawing_is_sound_and_says_what_it_shows(id: str) -> None:
    root, title, *shapes = elements(id)
    assert (root.tag, root.get("viewBox"), root.get("role")) == (f"{SVG}svg", "0 0 96 96", "img")
    assert (root.get("stroke"), root.get("stroke-width"), root.get("fill")) == ("#111", "4", "none")
    assert {root.get("stroke-linecap"), root.get("stroke-linejoin")} == {"round"}
    assert (title.tag, title.text) == (f"{SVG}title", load_pictures()[id].alt["en"])
    assert shapes
    for shape in shapes:
        name = shape.tag.removeprefix(SVG)
        assert name in SHAPES
        assert set(shape.keys()) <= ATTRIBUTES[name]
        assert {shape.get("fill", "none"), shape.get("stroke", "none")} <= PALETTE
        assert shape.get("stroke-width", "4") in WIDTHS


def test_every_entry_has_a_drawing_and_every_drawing_an_entry() -> None:
    assert {file.stem for file in path("cup").parent.glob("*.svg")} == set(IDS)
    ids = [row["id"] for row in pictures._index()["pictures"]]
    assert len(ids) == len(set(ids)) >= 110


def test_alt_texts_are_there_in_both_languages_and_differ() -> None:
    for language in ("en", "es"):
        texts = [picture.alt[language] for picture in load_pictures().values()]
        assert all(text.strip() == text and text[0].isupper() and not text.endswith(".") for text in texts)
        assert len(set(texts)) == len(texts)


def test_no_two_drawings_look_alike() -> None:
    drawn = [svg(id).split(b"</title>")[1] for id in IDS]
    assert len(set(drawn)) == len(drawn)


def test_no_cue_stands_twice() -> None:
    cues = sorted((cue, picture.id) for picture in load_pictures().values() for cue in picture.words)
    assert [(one, two) for one, two in pairwise(cues) if one[0] == two[0]] == []


@pytest.mark.parametrize("picture", load_pictures().values(), ids=IDS)
def test_every_cue_finds_its_own_picture(picture: pictures.Picture) -> None:
    for cue in picture.words:
        found = picture_for(cue.replace("... ", ""))
        assert found is not None, cue
        assert found.id == picture.id, cue


@pytest.mark.parametrize(("text", "id"), [*SENTENCES.items(), *LABELS.items()])
def test_a_step_gets_the_picture_of_what_it_says(text: str, id: str) -> None:
    found = picture_for(text)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("The child writes the word and then draws it.", "write"),
        ("The child draws the word and then writes it.", "draw"),
        ("At the table the client draws a map.", "draw"),
        ("If the glass breaks, stop.", "stop"),
        ("Before cutting, draw the line.", "draw"),
        ("Write 'wash your hands' on the card.", "write"),
        ("The client says 'I can walk to the shop'.", "talk"),
        ("Do not pull, push.", "push"),
        ("Never run. Walk.", "walk"),
        ("The rest stays in the box.", "box"),
        ("Tape the card to the wall.", "tape"),
        ("Tap the card twice.", "touch"),
        ("The child carries the box.", "carry"),
        ("Stop the swing.", "stop"),
        ("The child’s turn: throw the ball.", "throw"),
        ("SIT DOWN!", "sit"),
        ("When the child writes, wait.", "wait"),
        ("Shoes on. Walk to the door.", "shoes"),
        ("Cutting the bread", "cut_food"),
        ("Cutting", "cut_paper"),
        ("Taping the card", "tape"),
        ("Leave the room, smiling at the cat.", "pet"),
    ],
)
def test_what_decides_between_words(text: str, id: str) -> None:
    found = picture_for(text)
    assert found is not None
    assert found.id == id


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "...",
        "Hm",
        "Do not pull.",
        "The child never writes.",
        "The client doesn’t stay and pull.",
        "Take off the splint.",
        "'Sit down'",
        "‘Sit down’",
        "If it rains, nothing.",
        "It takes place tomorrow.",
        "Two throws.",
        "Wash. Hands up.",
        "In the cup behind the third pillar to the left by the old stage of the hall.",
        "In the far corner of the long hall behind the third pillar by the stage the child draws.",
        "Two metres from the far end of the long hall. Draw a line.",
    ],
)
def test_where_nothing_fits_there_is_no_picture(text: str) -> None:
    assert picture_for(text) is None


def test_a_time_counts_only_as_a_label() -> None:
    assert picture_for("First the long way round the block") is None
    assert picture_for("First").id == "first"  # type: ignore[union-attr]


@given(st.text(max_size=200))
def test_any_text_is_answered_with_a_known_picture_or_none(text: str) -> None:
    found = picture_for(text)
    assert found is None or found == load_pictures()[found.id]


@given(st.sampled_from(sorted(SENTENCES)), st.sampled_from([str.upper, str.lower, str.title]))
def test_capitals_make_no_difference(text: str, change: object) -> None:
    assert callable(change)
    assert picture_for(change(text)) == picture_for(text)


def test_seven_of_ten_steps_of_the_library_get_a_picture() -> None:
    steps = [step for activity in load_library().activities.values() for step in activity.steps]
    share = sum(picture_for(step) is not None for step in steps) / len(steps)
    assert share >= 0.70


def test_load_pictures_gives_a_new_dictionary_each_time() -> None:
    load_pictures().clear()
    assert tuple(load_pictures()) == IDS


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match=r"no pictogram 'wash_hand'\. Did you mean 'wash_hands'"):
        svg("wash_hand")
    with pytest.raises(UnknownIdError, match=r"load_pictures\(\) lists them all"):
        path("../index.yaml#")


def test_path_and_svg_are_the_same_drawing() -> None:
    assert path("cup").read_bytes() == svg("cup")
    assert (path("cup").parent / "LICENSE").read_text(encoding="utf-8").count("Apache") >= 1


def test_typst_draws_them_all_on_one_page(tmp_path: Path) -> None:
    typst = pytest.importorskip("typst")
    for id in IDS:
        (tmp_path / f"{id}.svg").write_bytes(svg(id))
    cells = ", ".join(f'image("{id}.svg", width: 20mm)' for id in IDS)
    page = tmp_path / "page.typ"
    page.write_text(f"#set page(width: 297mm, height: auto)\n#grid(columns: 12, gutter: 2mm, {cells})")
    drawn = typst.compile(str(page), format="png")
    blank = tmp_path / "blank.typ"
    blank.write_text("#set page(width: 297mm, height: auto)\n")
    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 20 * len(typst.compile(str(blank), format="png"))
