"""What the steps share: where things are, what was uploaded, and what is amiss."""

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from typing_extensions import override

from inkwell_api.document import DocumentState
from inkwell_demo.backends.login import Logins
from inkwell_demo.client import DocumentClient, read_machine
from inkwell_demo.cluster import Cluster, Reach
from inkwell_demo.demonstration.screen import Screen
from inkwell_documents.corpus import Sample
from inkwell_local.places import Places


@dataclass(frozen=True, slots=True)
class PipelineName:
    """A pipeline with its tenant."""

    tenant: str
    pipeline: str

    @override
    def __str__(self) -> str:
        """Return ``acme/invoices``."""
        return f"{self.tenant}/{self.pipeline}"


INVOICES: Final = PipelineName("acme", "invoices")
RECEIPTS: Final = PipelineName("globex", "receipts")
PIPELINES: Final = (INVOICES, RECEIPTS)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that is to be uploaded.

    Attributes:
        target: where to.
        name: file name.
        content: bytes.
        content_type: media type.
        about: a few words for the person who watches.
        sample: how it was made, with its truth; None for a person's own file.
    """

    target: PipelineName
    name: str
    content: bytes = field(repr=False)
    content_type: str
    about: str
    sample: Sample | None = None


@dataclass(slots=True)
class Upload:
    """A paper on its way."""

    paper: Paper
    document_id: str
    states: dict[DocumentState, str] = field(default_factory=dict)
    """Each state reached, with its time (ISO 8601)."""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person asked for.

    Attributes:
        docs: folder with files of their own, or None.
        seed: of the made-up documents.
        on_cluster: whether the platform and its images are there already.
        patience: factor on every time limit, for slow machines.
    """

    docs: Path | None = None
    seed: int = 2026
    on_cluster: bool = False
    patience: float = 1.0


class Demonstration:
    """One run."""

    def __init__(self, options: Options, screen: Screen) -> None:
        """Begin; nothing is opened yet."""
        self.options = options
        self.screen = screen
        self.places = Places.from_environment(os.environ, Path.home())
        self.complaints: list[str] = []
        self.papers: list[Paper] = []
        self.uploads: list[Upload] = []
        self._clients: dict[PipelineName, DocumentClient] = {}

    @property
    def kubeconfig(self) -> Path | None:
        """The cluster's kubeconfig: KUBECONFIG on a cluster of one's own, else the platform's."""
        return None if self.options.on_cluster else self.places.kubeconfig

    @cached_property
    def cluster(self) -> Cluster:
        """The cluster; it is there once the platform is."""
        return Cluster.connect(self.kubeconfig)

    @cached_property
    def reach(self) -> Reach:
        """The ways to its services."""
        return Reach(self.cluster)

    @cached_property
    def logins(self) -> Logins:
        """The administrators' logins; they are there once the examples are applied."""
        return Logins.of_class(self.cluster)

    def client(self, target: PipelineName) -> DocumentClient:
        """Return the client of a pipeline; one for the whole run, so that a token lasts."""
        if target not in self._clients:
            machine = read_machine(self.cluster, self.reach, target.tenant, target.pipeline)
            self._clients[target] = DocumentClient(machine)
        return self._clients[target]

    def complain(self, text: str) -> None:
        """Say that something is not as it should be, now and at the end."""
        self.complaints.append(text)
        self.screen.complain(text)

    def seconds(self, usual: float) -> float:
        """Return a time limit with the person's patience."""
        return usual * self.options.patience
