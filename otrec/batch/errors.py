"""What can stop a batch."""

from __future__ import annotations

from otrec.models.errors import OtrecError


class BatchError(OtrecError, RuntimeError):
    """A batch that stopped on its way; what was done so far is kept."""
