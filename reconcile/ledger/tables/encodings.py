"""Bytes of a text file as text, and in which encoding they were."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_ENOUGH = 50  # characters outside ASCII from which on their frequencies tell a code page
_WESTERN = "cp1252"


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and what to say of its encoding (nothing for UTF-8).

    A byte-order mark decides; else UTF-8 where the bytes are; else zeros at every second place tell
    UTF-16; else a code page: by the frequencies of its letters where there are 50 outside ASCII,
    Windows-1252 where there are fewer. Raises `ValueError` for bytes that are no text.

    >>> decoded("Tote: 12 – Köln".encode("cp1252"))
    ('Tote: 12 – Köln', 'read as Windows-1252 (it is not UTF-8)')
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                said = "" if name == "UTF-8" else f"read as {name}"
                return data.decode(codec), said
            except UnicodeDecodeError as error:
                raise ValueError(f"marked as {name}, which byte {error.start} is not") from error
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(data)
    if "\0" not in text:
        return text, ""
    return _wide(data)


def _wide(data: bytes) -> tuple[str, str]:
    """UTF-16 without its mark has zeros at every second place."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    codec = "utf-16-le" if odd > even else "utf-16-be"
    if max(even, odd) < 0.4 * (len(data) / 2):
        raise ValueError("not text: it holds zero bytes")
    try:
        return data.decode(codec), "read as UTF-16 (without its byte-order mark)"
    except UnicodeDecodeError as error:
        raise ValueError(f"not text: byte {error.start} is no UTF-16") from error


def _code_page(data: bytes) -> tuple[str, str]:
    if data.count(0) > len(data) // 4:
        return _wide(data)
    if b"\0" in data:
        raise ValueError("not text: it holds zero bytes")
    if sum(byte > 127 for byte in data) >= _ENOUGH:
        best = from_bytes(data).best()
        if best is not None:
            return str(best), f"read as {best.encoding} (it is not UTF-8)"
    try:
        return data.decode(_WESTERN), "read as Windows-1252 (it is not UTF-8)"
    except UnicodeDecodeError:
        return data.decode("latin-1"), "read as Latin-1 (it is not UTF-8)"
