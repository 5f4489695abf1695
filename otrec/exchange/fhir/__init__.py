"""FHIR R4: a record system's bundle in as a draft of a client; clients, activities, plans and progress out."""

from otrec.exchange.fhir.activities import activity_definition, activity_of, library_bundle
from otrec.exchange.fhir.client import client_bundle
from otrec.exchange.fhir.draft import Ask, Found, Left
from otrec.exchange.fhir.errors import FhirError
from otrec.exchange.fhir.importing import Imported, read_bundle
from otrec.exchange.fhir.plans import care_plan, care_plan_activity, plan_definition
from otrec.exchange.fhir.progress import goal_resources, observations, progress_bundle
from otrec.exchange.fhir.questionnaire import questionnaire

__all__ = [
    "Ask",
    "FhirError",
    "Found",
    "Imported",
    "Left",
    "activity_definition",
    "activity_of",
    "care_plan",
    "care_plan_activity",
    "client_bundle",
    "goal_resources",
    "library_bundle",
    "observations",
    "plan_definition",
    "progress_bundle",
    "questionnaire",
    "read_bundle",
]
