"""Plain words in: a referral, an e-mail or a note becomes a draft profile that a therapist confirms."""

from otrec.intake.draft import Draft, Found, Option, Question, fields_of
from otrec.intake.reading import Intake, IntakeError

__all__ = ["Draft", "Found", "Intake", "IntakeError", "Option", "Question", "fields_of"]
