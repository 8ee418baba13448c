"""A number as a QR code: SVG in the page, black on nothing, without a script."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET_ZONE = 2  # modules; paper around it is white anyway (ISO/IEC 18004 asks for 4, readers need 2)


def svg(words: str) -> Markup:
    """Its size is the style sheet's business."""
    code = segno.make(words, error="m", micro=False)
    # segno writes it of nothing but the modules: no word of `words` stands in the markup.
    return Markup(code.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="qr"))  # noqa: S704
