"""The word with which a teacher takes a class over on another device: said aloud, and kept hashed only."""

import hashlib
import hmac
import secrets

from core.errors import UserError
from core.names import look

LEAST = 6
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 2**20}
"""scrypt (RFC 7914) with 32 MB of memory: about a tenth of a second for one guess."""


def hashed(word: str) -> str:
    """Return what is kept of a word: its salt and its hash.

    Raises:
        UserError: it is so short that it would be guessed.
    """
    if len(_heard(word)) < LEAST:
        raise UserError(f"The word has fewer than {LEAST} letters: choose a longer one, or two words.")
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_hash(word, salt)}"


def matches(word: str, kept: str) -> bool:
    """Return whether a word is the one of which this was kept, as one hears it."""
    salt, _, known = kept.partition(":")
    return hmac.compare_digest(_hash(word, bytes.fromhex(salt)), known)


def _hash(word: str, salt: bytes) -> str:
    return hashlib.scrypt(_heard(word).encode("utf-8", "replace")[:1000], salt=salt, **_COST).hex()


def _heard(word: str) -> str:
    """Return a word without what cannot be heard: capitals, spaces, hyphens."""
    return "".join(sign for sign in look(word[:200]).casefold() if sign.isalnum())
