"""otrec for other programs: a CDS Hooks 2.0 service and a JSON API, on this machine alone unless callers sign in."""

from otrec.server.app import create_app
from otrec.server.curation import Counted, Curation, Kept
from otrec.server.errors import RequestError
from otrec.server.gate import Gate

__all__ = ["Counted", "Curation", "Gate", "Kept", "RequestError", "create_app"]
