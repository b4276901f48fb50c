"""Where a worker finds its configuration: stage file, credentials and certificate authority."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

from inkwell_api.stage_env import (
    CA_FILE,
    CA_FILE_VARIABLE,
    CREDENTIALS_DIRECTORY,
    CREDENTIALS_DIRECTORY_VARIABLE,
    HEALTH_PORT,
    STAGE_FILE,
    STAGE_FILE_VARIABLE,
)

HEALTH_PORT_VARIABLE: Final = "INKWELL_HEALTH_PORT"
"""Overrides the health port where several workers share one machine, as in tests."""

E = TypeVar("E", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Places:
    """Files and ports of this process."""

    stage_file: Path
    credentials: Path
    ca_file: Path
    health_port: int

    @classmethod
    def of_environment(cls) -> "Places":
        """Read the variables; each has a default that fits the image."""
        return cls(
            stage_file=Path(os.environ.get(STAGE_FILE_VARIABLE, STAGE_FILE)),
            credentials=Path(os.environ.get(CREDENTIALS_DIRECTORY_VARIABLE, CREDENTIALS_DIRECTORY)),
            ca_file=Path(os.environ.get(CA_FILE_VARIABLE, CA_FILE)),
            health_port=int(os.environ.get(HEALTH_PORT_VARIABLE, HEALTH_PORT)),
        )

    def load(self, kind: type[E]) -> E:
        """Parse the stage file.

        Raises:
            OSError: it cannot be read.
            pydantic.ValidationError: it is not of this kind.
        """
        return kind.model_validate_json(self.stage_file.read_bytes())
