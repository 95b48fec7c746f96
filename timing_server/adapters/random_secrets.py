"""Tokens and codes from the operating system's random numbers."""

import secrets

TOKEN_BYTES = 32
#: Without letters and digits that look alike; 8 of 31 are 39.6 bits.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
DIGITS = 6


class RandomSecrets:
    """Implements ``service.access.Secrets``."""

    def token(self) -> str:
        """Return 256 random bits as text."""
        return secrets.token_urlsafe(TOKEN_BYTES)

    def digits(self) -> str:
        """Return six random digits, such as ``042137``."""
        return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"

    def code(self) -> str:
        """Return a code that a person can type, such as ``K7QM-2XPA``."""
        chars = [secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)]
        half = CODE_LENGTH // 2
        return "".join((*chars[:half], "-", *chars[half:]))
