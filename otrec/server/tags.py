"""Identifiers of cards that say themselves which activity they are about, so that nothing has to be remembered.

A UUID of version 8 (RFC 9562): 48 bits of a hash of the activity's id, what it stands on, and 62 bits of chance.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import Final

from otrec.library import Library

CARD, SUGGESTION = 1, 2
_CHANCE_BITS: Final = 62


class Tags:
    """Identifiers for the activities of one library.

    >>> from otrec import load_library
    >>> tags = Tags(load_library())
    >>> made = tags.make("name_labels_that_stay", CARD)
    >>> uuid.UUID(made).version, tags.activity(made)
    (8, 'name_labels_that_stay')
    """

    def __init__(self, library: Library) -> None:
        self._known = {_short(name): name for name in library.activities}

    def make(self, activity_id: str, kind: int) -> str:
        """A new identifier of a card or a suggestion about an activity."""
        head = int.from_bytes(_short(activity_id)) << 80
        return str(uuid.UUID(int=head | 8 << 76 | kind << 64 | 2 << 62 | secrets.randbits(_CHANCE_BITS)))

    def activity(self, tag: str) -> str | None:
        """The activity that a card is about; None for what was not made here, or is about none."""
        try:
            found = uuid.UUID(tag)
        except ValueError:
            return None
        if found.version != 8 or found.int >> 64 & 0xFFF != CARD:
            return None
        return self._known.get(found.bytes[:6])


def _short(activity_id: str) -> bytes:
    return hashlib.sha256(activity_id.encode()).digest()[:6]
