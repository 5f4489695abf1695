"""Files that only their owner can read: encrypted with age, written whole or not at all.

Any tool for the age format (https://age-encryption.org/v1) opens them too.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from otrec.models import OptionError
from otrec.models.disk import sync_folder
from otrec.store.errors import StoreError

#: The shortest passphrase of a new back-up, in letters; a file that is stolen can be guessed at without end.
LEAST: Final = 12
#: How files begin that age wrote, and those that are only compressed.
AGE: Final = (b"age-encryption.org/", b"-----BEGIN AGE ENCRYPTED FILE-----")
GZIP: Final = b"\x1f\x8b"


def check_lock(passphrase: str | None, recipients: Sequence[str], plain: bool) -> None:
    """Raise `OptionError` unless exactly one way of locking is given, and it can be used.

    >>> check_lock("correct horse battery", (), False)
    """
    given = [passphrase is not None, bool(recipients), plain]
    if sum(given) != 1:
        raise OptionError(
            "a back-up is locked in one way: give a passphrase, or recipients (age1…), or say --plain to leave it open"
        )
    if passphrase is not None and len(passphrase) < LEAST:
        raise OptionError(f"the passphrase is shorter than {LEAST} letters; take several words")
    _recipients(recipients)


def _recipients(given: Sequence[str]) -> list[object]:
    from pyrage import RecipientError, x25519

    return _keys(given, x25519.Recipient, RecipientError, "recipient {} is no public key of age; it begins with age1")


def _identities(given: Sequence[str]) -> list[object]:
    from pyrage import IdentityError, x25519

    told = "identity {} is no secret key of age; it begins with AGE-SECRET-KEY-1"
    return _keys(given, x25519.Identity, IdentityError, told)


def _keys(given: Sequence[str], kind: Any, wrong: type[Exception], told: str) -> list[object]:
    """Keys as pyrage takes them; one that is none is told by its number, and never repeated."""
    found: list[object] = []
    for number, one in enumerate(given, 1):
        try:
            found.append(kind.from_str(one.strip()))
        except wrong:
            raise OptionError(told.format(number)) from None
    return found


def locked(content: bytes, passphrase: str | None, recipients: Sequence[str]) -> bytes:
    """Content as an age file; as it is where no lock is given."""
    import pyrage

    found: bytes = content
    if passphrase is not None:
        found = pyrage.passphrase.encrypt(content, passphrase)
    elif recipients:
        found = pyrage.encrypt(content, _recipients(recipients))
    return found


def unlocked(file: Path, passphrase: str | None, identities: Sequence[str]) -> bytes:
    """The content of a file that `locked` made.

    Raises
    ------
    StoreError
        If it cannot be read, the key does not fit, or the file is damaged, cut off, or no back-up.
    OptionError
        If an identity is no key, or the file is not locked in the way that was said.
    """
    keys = _identities(identities)
    check_key(file, [passphrase is not None, bool(identities), passphrase is None and not identities])
    raw = _read(file)
    return _decrypted(file, raw, passphrase, keys) if passphrase is not None or identities else raw


def check_key(file: Path, given: Sequence[bool]) -> None:
    """Look at how a file begins, and raise unless it is opened in the way that was said.

    Parameters
    ----------
    given
        Whether there is a passphrase, whether there are identities, and whether it is said to be open. With none of
        them a passphrase is still to be asked for.

    Raises
    ------
    StoreError
        If the file cannot be read, or is no back-up.
    OptionError
        If it is locked and said to be open, or the other way round, or more than one way is given.
    """
    if sum(given) > 1:
        raise OptionError("a back-up is opened in one way: give a passphrase, or identities, or say --plain")
    first = _read(file, max(map(len, AGE)))
    if not first.startswith((*AGE, GZIP)):
        raise StoreError(f"{file}: this is no back-up of otrec, or its beginning is damaged. Choose another file.")
    *_, is_open = given
    if first.startswith(GZIP) and not is_open:
        raise OptionError(
            f"{file}: this back-up is not encrypted, so no key vouches for it. If you made it so, restore it with "
            "--plain and without a key"
        )
    if is_open and not first.startswith(GZIP):
        raise OptionError(f"{file}: this back-up is encrypted; give its passphrase, or an identity (AGE-SECRET-KEY-1…)")


def _read(file: Path, most: int = -1) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(most)
    except OSError as error:
        raise StoreError(f"{file}: the back-up cannot be read ({error.strerror}). Check the path.") from None


def _decrypted(file: Path, raw: bytes, passphrase: str | None, keys: list[object]) -> bytes:
    import pyrage

    try:
        found: bytes = (
            pyrage.passphrase.decrypt(raw, passphrase) if passphrase is not None else pyrage.decrypt(raw, keys)
        )
    except pyrage.DecryptError as error:
        raise StoreError(f"{file}: {_reason(str(error))} Nothing was restored.") from None
    return found


def _reason(said: str) -> str:
    low = said.lower()
    if "no matching keys" in low:
        return "it was not encrypted with this kind of key. Give the passphrase or the identity that it was made for."
    if "excessive work" in low:
        return "its passphrase was made on a much faster machine, and takes too long to check here. Restore it there."
    if "decryption failed" in low:
        return "the passphrase is wrong, or the file was changed. Try again, then take another copy."
    return "the file is damaged or cut off. Take another copy."


def absent(file: Path) -> None:
    """Raise if there is a file already, so that no older back-up nor the database is written over, or no folder."""
    if os.path.lexists(file):
        raise _taken(file)
    if not os.path.isdir(file.absolute().parent):
        raise StoreError(f"{file}: cannot be written (there is no such folder). Make it, or choose another place.")


def _taken(file: Path) -> OptionError:
    return OptionError(f"{file}: there is a file already, and it was left as it is; choose another name")


def write_new(file: Path, content: bytes) -> None:
    """Write a new file that this user alone may read; it appears whole or not at all."""
    absent(file)
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        _named(half, file)
        sync_folder(file.absolute().parent)
    except OSError as error:
        raise StoreError(f"{file}: cannot be written ({error.strerror}). Choose another place.") from None
    finally:
        with suppress(OSError):
            half.unlink()


def _named(half: Path, file: Path) -> None:
    """Give a file its name, unless another one took it meanwhile; a rename alone would write over that."""
    try:
        os.link(half, file)
    except FileExistsError:
        raise _taken(file) from None
    except (OSError, NotImplementedError):  # a disk without a second name for a file, such as a memory stick
        absent(file)
        half.rename(file)
