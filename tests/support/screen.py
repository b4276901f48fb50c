"""What a picture of the demonstration looks like."""

import io

from rich.console import Console, RenderableType

from inkwell_demo.demonstration.screen import NARROWEST


def shown(picture: RenderableType, width: int = NARROWEST) -> str:
    """Return a picture as text, on the narrowest terminal or a wider one."""
    out = io.StringIO()
    Console(file=out, width=width).print(picture)
    return out.getvalue()
