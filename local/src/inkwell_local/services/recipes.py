"""How each service's image is made of packages: what lies below it and what its Dockerfile copies.

A recipe is data. The Dockerfiles stand in local/images/<name>/ and only copy; whatever comes from a
registry of packages is fetched on this machine, into the build folder, by `images`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from inkwell_local.binaries import GoBuild
from inkwell_local.services import catalogue


@dataclass(frozen=True, slots=True)
class Below:
    """An image of Debian packages on top of the Python base, shared by several services."""

    tag: str
    packages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maven:
    """Artifacts named by the pom.xml beside the Dockerfile.

    Attributes:
        goal: Goal of the dependency plugin that puts them into a folder.
        inside: What of that folder is copied; empty for all.
    """

    goal: str
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Wheels:
    """Pure Python distributions, installed into a folder."""

    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One image.

    Attributes:
        name: Folder under local/images that holds the Dockerfile.
        image: Name and tag that it gets: upstream's.
        below: What its Dockerfile starts from.
        parts: Folder or file in the build folder, and what goes there.
    """

    name: str
    image: str
    below: Below
    parts: tuple[tuple[str, Maven | Wheels | GoBuild], ...] = ()

    @property
    def registry(self) -> str:
        """The registry that upstream's image comes from."""
        first, slash, _ = self.image.partition("/")
        return first if slash and "." in first else "docker.io"


JAVA: Final = Below(
    "inkwell/services-java:dev", ("openjdk-21-jre-headless", "procps", "python3-cassandra")
)
POSTGRES: Final = Below("inkwell/services-postgres:dev", ("postgresql-17-pgvector",))
NATIVE: Final = Below("inkwell/services-native:dev", ("libgomp1", "libstdc++6", "redis-server"))

OLLAMA: Final = GoBuild("Ollama", ("github.com/ollama/ollama@v0.6.5",), ("ollama",), cgo=True)

RECIPES: Final = (
    Recipe("kafka", catalogue.KAFKA.image, JAVA, (("jars", Maven("copy-dependencies")),)),
    Recipe(
        "cassandra",
        catalogue.CASSANDRA.image,
        JAVA,
        (
            ("jars", Maven("copy-dependencies")),
            ("cqlsh", Wheels(("cqlsh==6.2.2", "wcwidth==0.2.14"))),
        ),
    ),
    Recipe(
        "keycloak",
        catalogue.KEYCLOAK.image,
        JAVA,
        (("distribution", Maven("unpack", inside="keycloak-*")),),
    ),
    Recipe("registry", catalogue.REGISTRY.image, JAVA, (("application", Maven("unpack")),)),
    Recipe("postgres", catalogue.POSTGRES.image, POSTGRES),
    Recipe("redis", catalogue.REDIS.image, NATIVE),
    Recipe("ollama", catalogue.OLLAMA.image, NATIVE, (("ollama", OLLAMA),)),
)
"""All images of services, those that take longest first."""
