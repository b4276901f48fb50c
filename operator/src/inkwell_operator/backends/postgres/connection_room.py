"""How the connections of one server are shared by the logins of all tenants. Pure.

Each login wishes for a number of connections. While the wishes do not fit, the highest step of a
fixed ladder is looked for to which all wishes are cut so that they do: the small are served in
full, the large share what is left alike. So the limits follow from the wishes alone, whoever came
first, and change only when the sum crosses a step, not with each tenant.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

LADDER: Final = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 1024)


@dataclass(frozen=True, slots=True)
class ConnectionRoom:
    """What the server has, and what was asked for.

    Attributes:
        max_connections: the server's setting.
        reserved: of these, kept by the server for superusers and `pg_use_reserved_connections`.
        wishes: how many logins of ours exist by the number of connections that they ask for.
    """

    max_connections: int
    reserved: int
    wishes: Mapping[int, int] = field(default_factory=dict)

    @property
    def for_tenants(self) -> int:
        """Connections that all tenants' logins share: three quarters of the ordinary ones.

        The rest is for the operator and for whatever else uses the server.
        """
        return (self.max_connections - self.reserved) * 3 // 4

    def step(self, new: Iterable[int] = ()) -> int:
        """Return the step of the ladder to which wishes are cut; 0 when not even one each fits.

        Args:
            new: wishes of logins that do not exist yet.
        """
        wishes = Counter(dict(self.wishes))
        wishes.update(new)
        for step in reversed(LADDER):
            if sum(min(wish, step) * count for wish, count in wishes.items()) <= self.for_tenants:
                return step
        return 0


def is_fair(limit: int, wish: int, step: int) -> bool:
    """Say whether a limit may stay: what it should be, or a step less.

    A login that was cut waits for a second step before it is raised, so that a tenant that comes
    and goes does not have every limit of the server written twice.
    """
    return limit in {min(wish, step), min(wish, _below(step))}


def _below(step: int) -> int:
    position = LADDER.index(step) if step in LADDER else 0
    return LADDER[max(position - 1, 0)]
