"""Names of files and anchors made from ids that may hold anything."""

from __future__ import annotations

import re
from hashlib import sha256


def slug(*parts: str) -> str:
    """A name that is safe in any file system and URL, the same for the same parts.

    What small letters, digits, dots and hyphens can't say is told apart by a hash.

    >>> slug("troops_deployed", "timeline"), slug("../x")
    ('troops_deployed-timeline', 'x-d6b96a97')
    """
    text = "-".join(part for part in parts if part)
    plain = re.sub(r"[^0-9A-Za-z._]+", "-", text).strip("-.").lower()[:60]
    if plain == text:
        return plain
    return f"{plain or 'x'}-{sha256(text.encode()).hexdigest()[:8]}"
