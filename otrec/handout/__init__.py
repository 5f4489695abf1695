"""Handouts for people: activities, sessions, days, boards and progress as tagged PDF, Word, pictures or plain text."""

from otrec.handout.board import board
from otrec.handout.boards import KINDS, Routine, routines
from otrec.handout.given import GivenError
from otrec.handout.make import day_sheet, handout, plan_sheet, progress_sheet
from otrec.handout.pictures import Picture, load_pictures, picture_for
from otrec.handout.sheet import AUDIENCES, PAPERS, Handout, Look

__all__ = [
    "AUDIENCES",
    "KINDS",
    "PAPERS",
    "GivenError",
    "Handout",
    "Look",
    "Picture",
    "Routine",
    "board",
    "day_sheet",
    "handout",
    "load_pictures",
    "picture_for",
    "plan_sheet",
    "progress_sheet",
    "routines",
]
