"""The knowledge of the library: nodes, edges, activities, evidence and safety rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from otrec.models.terms import (
    AgeBand,
    Arousal,
    Basis,
    Cost,
    Delivery,
    Direction,
    Effect,
    GradingAxis,
    OtpfArea,
    Phase,
    RtssTarget,
    Setting,
    Space,
    Strength,
    Supervision,
)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Share = Annotated[float, Field(ge=0, le=1)]
Band = Annotated[int, Field(ge=0, le=4)]
#: What a link says in place of finding ids when nothing was found.
NONE_FOUND = "none found"


class Frozen(BaseModel):
    """A record that cannot be changed after it was read; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Term(Frozen):
    """Anything with an id, a name and the words people use for it."""

    id: Id
    name: Text
    aliases: tuple[str, ...] = ()


class Barrier(Term):
    """What stands between a client and an occupation, with its ICF codes.

    `common_in` are the age bands in which occupational therapists often meet it: where coverage is counted.
    """

    group: str
    definition: Text
    icf: tuple[str, ...] = Field(min_length=1)
    common_in: tuple[AgeBand, ...] = ()


class Technique(Term):
    """What a therapist does about a barrier."""

    group: str
    definition: Text


class Tool(Term):
    """A thing used in an activity."""

    group: str
    definition: Text


class Occupation(Term):
    """What a client wants or has to do; `otpf` is the OTPF-4 term under which it falls."""

    area: OtpfArea
    otpf: Text


#: A category, subcode or block of ICD-10 (G80, F84.0, I60-I64), and a concept of SNOMED CT.
Icd10 = Annotated[str, StringConstraints(pattern=r"^[A-Z]\d\d(\.\d{1,4}|-[A-Z]\d\d)?$")]
Snomed = Annotated[str, StringConstraints(pattern=r"^\d{6,18}$")]


class Condition(Term):
    """A diagnosis; `evidence` lists the population tags of evidence.csv that it stands for.

    `icd10` and `snomed` are mappings only: the codes by which records of other systems name it.
    """

    evidence: tuple[str, ...] = ()
    icd10: tuple[Icd10, ...] = ()
    snomed: tuple[Snomed, ...] = ()


class Assessment(Term):
    """An instrument by name only; `domain` is what a safety rule may ask for."""

    domain: str


class Environment(Term):
    """A fact about a place: the spaces it lacks and the barriers it tends to raise."""

    lacks: tuple[Space, ...] = ()
    raises: tuple[Id, ...] = ()


class Hazard(Frozen):
    """A property of an activity that a safety rule may act on.

    `words` are those by which a text betrays it; `harmless` are phrases in which such a word means something else;
    `cleared` are activities that were read and do not carry it all the same: activity id -> reason.
    """

    id: Id
    name: Text
    note: Text
    words: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()
    cleared: dict[Id, Text] = {}


def _none_found(value: Any) -> Any:
    return () if value == NONE_FOUND else value


class AddressedBy(Frozen):
    """Barrier -addressed_by-> technique.

    `basis` is the part that the technique plays: the main approach or practice of the limited skill itself, a usual
    one, or one that only prepares or supports. `evidence` names findings, or says `none found`; it may not be left out.
    """

    barrier: Id
    technique: Id
    basis: Basis = "usual"
    strength: Share = Field(gt=0)
    rationale: Text
    target: RtssTarget
    evidence: Annotated[tuple[str, ...], BeforeValidator(_none_found)]


class Uses(Frozen):
    """Technique -uses-> tool."""

    technique: Id
    tool: Id


class Limits(Frozen):
    """Barrier -limits-> occupation; `strength` is how much it usually does."""

    barrier: Id
    occupation: Id
    strength: Share = Field(gt=0)


class PartOf(Frozen):
    """Barrier -part_of-> broader barrier."""

    barrier: Id
    whole: Id


class Requires(Frozen):
    """Barrier -requires-> prerequisite barrier: usually worked on first or beside it."""

    barrier: Id
    prerequisite: Id
    reason: Text


class Substitute(Frozen):
    """Tool -substitutes-> tool; `fit` is how well the swap does the job."""

    tool: Id
    instead_of: Id
    fit: Share = Field(gt=0)
    note: str = ""


class HouseholdSwap(Frozen):
    """What a home has in place of a bought tool."""

    tool: Id
    swap: Text


class Finding(Frozen):
    """One finding of one source, for one intervention in one population (a row of evidence.csv)."""

    finding_id: str
    id: str
    kind: str
    authors_short: str
    year: int
    title: str
    journal: str
    doi: str
    pmid: str
    population: str
    age_min: float | None
    age_max: float | None
    conditions: tuple[str, ...]
    intervention: str
    outcome: str
    direction: Direction
    strength: Strength
    finding: str

    @property
    def citation(self) -> str:
        """Authors, year and a link that a reader can follow.

        >>> from otrec import Engine
        >>> Engine().library.evidence["jackman-2022-b"].citation
        'Jackman et al. 2022, doi.org/10.1111/dmcn.15055'
        """
        link = f"doi.org/{self.doi}" if self.doi else f"PMID {self.pmid}" if self.pmid else self.journal
        return f"{self.authors_short} {self.year}, {link}"


class Demands(Frozen):
    """Activity demands (OTPF-4)."""

    objects: Text
    space: Text
    social: Text
    sequence_timing: Text
    actions: Text


class GradeStep(Frozen):
    """One change on one axis that makes the activity easier or harder."""

    axis: GradingAxis
    change: Text


class Activity(Frozen):
    """One activity that a therapist could run tomorrow (a row of activities.csv)."""

    id: Id
    name: Text
    purpose: Text
    steps: tuple[Text, ...] = Field(min_length=3, max_length=10)
    primary: tuple[Id, ...] = Field(min_length=1, max_length=3)
    secondary: tuple[Id, ...] = ()
    techniques: tuple[Id, ...] = Field(min_length=1, max_length=5)
    tools: tuple[Id, ...] = ()
    tools_optional: tuple[Id, ...] = ()
    materials: tuple[Text, ...] = ()
    swaps: tuple[Text, ...] = ()
    occupations: tuple[Id, ...] = Field(min_length=1, max_length=4)
    age_min: float = Field(ge=0, le=110)
    age_max: float = Field(ge=0, le=120)
    settings: tuple[Setting, ...] = Field(min_length=1)
    delivery: tuple[Delivery, ...] = Field(min_length=1)
    minutes: int = Field(ge=2, le=120)
    group_min: int = Field(ge=1, le=12)
    group_max: int = Field(ge=1, le=30)
    phases: tuple[Phase, ...] = Field(min_length=1)
    difficulty: int = Field(ge=1, le=5)
    space: tuple[Space, ...] = Field(min_length=1)
    demands: Demands
    arousal: Arousal
    grade_down: tuple[GradeStep, ...] = Field(min_length=3, max_length=3)
    grade_up: tuple[GradeStep, ...] = Field(min_length=3, max_length=3)
    interests: tuple[Id, ...] = ()
    leans_on: tuple[Id, ...] = ()
    hazards: tuple[Id, ...] = ()
    only_for: tuple[Id, ...] = ()
    supervision: Supervision
    measure: Text
    family: Text
    teacher: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    preparation_minutes: int = Field(ge=0, le=60)
    cost: Cost
    evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _in_order(self) -> Activity:
        if self.age_min >= self.age_max:
            raise ValueError(f"age_min {self.age_min:g} is not below age_max {self.age_max:g}; swap them")
        if self.group_min > self.group_max:
            raise ValueError(f"group_min {self.group_min} is above group_max {self.group_max}; swap them")
        both = set(self.primary) & set(self.secondary)
        if both:
            raise ValueError(f"{', '.join(sorted(both))} stands in both primary and secondary; keep one")
        return self


class When(Frozen):
    """What must be true of a client. Every field given must hold; lists mean 'any of these'.

    `always` stands alone for rules that hold for everyone.
    """

    always: Literal[True] | None = None
    age_below: float | None = None
    age_from: float | None = None
    precautions: tuple[Id, ...] = ()
    conditions: tuple[Id, ...] = ()
    barriers: dict[Id, Band] = {}
    settings: tuple[Setting, ...] = ()
    environment: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if not self.model_fields_set:
            raise ValueError("'when' is empty; give a condition, or always: true")
        return self


class What(Frozen):
    """Which activities a rule is about: any of these tags; with `and_hazards`, also one of those."""

    hazards: tuple[Id, ...] = ()
    and_hazards: tuple[Id, ...] = ()
    tools: tuple[Id, ...] = ()
    techniques: tuple[Id, ...] = ()
    activities: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> What:
        if not (self.hazards or self.tools or self.techniques or self.activities):
            raise ValueError("'what' is empty; name a hazard, tool, technique or activity")
        return self


class Unless(Frozen):
    """What opens a gate: each kind given must be met, any one of its list is enough."""

    clearances: tuple[Id, ...] = ()
    competencies: tuple[Id, ...] = ()
    assessments: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not (self.clearances or self.competencies or self.assessments)


class Rule(Frozen):
    """A safety rule, with one client that it must catch and one that it must not."""

    id: Id
    when: When
    what: What
    effect: Effect
    unless: Unless = Unless()
    reason: Text
    source: Text
    catches: dict[str, Any]
    spares: dict[str, Any]

    @model_validator(mode="after")
    def _gate_has_a_key(self) -> Rule:
        if self.effect == "require" and self.unless.empty:
            raise ValueError("effect 'require' needs 'unless': what has to be documented")
        return self
