"""Who does what in a group: roles that everybody can hold, given to whom they suit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from otrec.models import Client

#: From this age in years on members hold roles of their own; younger ones hold them with an adult.
OWN_ROLES_FROM: Final = 4


class Role(NamedTuple):
    """A part in a group: what one does, which strengths it draws on, which barriers make it hard."""

    id: str
    name: str
    task: str
    draws_on: tuple[str, ...]
    hard_with: tuple[str, ...]


ROLES: Final = (
    Role("host", "Host", "welcomes each one and says what comes first",
         ("social_interaction", "expressive_communication"), ("expressive_communication", "anxiety")),
    Role("materials", "Materials", "hands out what everybody needs and collects it",
         ("functional_mobility", "gross_motor_coordination"), ("functional_mobility", "balance", "one_sided_weakness")),
    Role("time", "Timekeeper", "starts the clock and says when half the time is gone",
         ("attention", "self_monitoring"), ("attention", "orientation")),
    Role("steps", "Step reader", "reads, shows or points to the next step",
         ("following_directions", "sequencing"), ("sequencing", "visual_field_loss", "visual_scanning_neglect")),
    Role("checker", "Checker", "looks whether each one has what is needed and names one thing that works",
         ("visual_discrimination", "problem_solving"), ("visual_discrimination", "frustration_tolerance")),
    Role("helper", "Helper", "asks 'Do you want help?' and waits for the answer",
         ("group_cooperation", "social_interaction"), ("impulse_control", "group_cooperation")),
    Role("recorder", "Recorder", "marks on the sheet what each one has done",
         ("graphomotor_control", "memory_recall"), ("graphomotor_control", "handwriting", "memory_recall")),
    Role("closer", "Closer", "leads tidying up and asks the last question",
         ("planning_organization", "task_initiation"), ("transitions", "task_initiation")),
)  # fmt: skip
STRENGTH_BONUS, BARRIER_COST = 1.0, 0.5


def roles(clients: Sequence[Client]) -> tuple[Role, ...]:
    """A role for each member, so that together they suit best: strengths count for, severities against.

    Solved as an assignment problem (`scipy.optimize.linear_sum_assignment`); ties go to the earlier role.
    """
    from scipy.optimize import linear_sum_assignment

    suits = np.array([[_suits(role, client) - 1e-6 * place for place, role in enumerate(ROLES)] for client in clients])
    _, chosen = linear_sum_assignment(-suits)
    return tuple(ROLES[place] for place in chosen)


def _suits(role: Role, client: Client) -> float:
    strong = STRENGTH_BONUS * len(set(role.draws_on) & set(client.strengths))
    return strong - BARRIER_COST * sum(client.barriers.get(name, 0) for name in role.hard_with)
