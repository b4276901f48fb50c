"""An answer whose numbers have the digits that they are stored with."""

from typing import Any

from fastapi.responses import JSONResponse
from pydantic_core import to_jsonable_python
from typing_extensions import override

from inkwell_api import exact_json


class ExactAnswer(JSONResponse):
    """A model as JSON; pydantic itself would write a decimal as a string."""

    @override
    def render(self, content: Any) -> bytes:
        """Return the body: decimals as numbers, all else as pydantic writes it."""
        return exact_json.dumps(content.model_dump(), default=to_jsonable_python).encode()
