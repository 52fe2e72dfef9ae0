"""What Outlook's two wrappings, winmail.dat and .msg, have in common: the properties of an attachment. [MS-OXPROPS]"""

from __future__ import annotations

from typing import Final

LONG_NAME, SHORT_NAME, DISPLAY_NAME = 0x3707, 0x3704, 0x3001
"""Tags of an attachment's name: PidTagAttachLongFilename, PidTagAttachFilename, PidTagDisplayName."""
CONTENT_ID, HIDDEN = 0x3712, 0x7FFE
"""Tags that an image shown inside the text has: PidTagAttachContentId, PidTagAttachmentHidden."""

_IMAGES: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")


def is_image(content: bytes) -> bool:
    """Whether an attachment is a picture as letters show them inside their text: PNG, JPEG, GIF or BMP."""
    return content.startswith(_IMAGES)


def charset_of(codepage: int) -> str:
    """The name of a codepage of Windows."""
    return {936: "gb18030", 54936: "gb18030", 65001: "utf-8"}.get(codepage, f"cp{codepage}")
