"""What version 0.1 made, told by how it made it: that version wrote no marks into Kafka. Pure.

Used by `judgement` for objects without an entry in the ledger. Without it an upgrade would take a
tenant's own things for somebody else's. Three signs, each on what the one before it proved:

- A login is of 0.1 when it has the name of a stage's login and either the number of iterations that
  the password in the tenant's Secret gives (once in 12,288 times by chance), or a number that only
  Inkwell sets, both quotas, and every right of that stage. The latter is what a deletion goes by,
  where no password is at hand.
- A topic is of 0.1 when such a login, itself still without an entry, has its stage's right on it.
- A subject is of 0.1 when its topic is.

Once a login has an entry nothing is concluded from it any more: a topic that turns up later is
somebody else's. Hence marks are written in the order subjects, topics, logins.
"""

from inkwell_api import names
from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_operator.backends.kafka.desire import Desired, stage_acls
from inkwell_operator.backends.kafka.state import (
    MANAGED_QUOTAS,
    TOPIC,
    Acl,
    Observed,
    OwnedKind,
    OwnedName,
)
from inkwell_operator.model.passwords import is_derived, scram_iterations


def made_by_first_version(desired: Desired, observed: Observed) -> frozenset[OwnedName]:
    """Return the objects without an entry in the ledger that version 0.1 made for this tenant."""
    logins = {
        principal
        for principal in observed.logins
        if OwnedName(OwnedKind.LOGIN, principal) not in observed.ledger
        and _is_its_login(principal, desired, observed)
    }
    topics = {
        acl.name
        for principal in logins
        for acl in _rights_of(principal) & observed.acls
        if acl.resource == TOPIC and acl.name in observed.topics
    }
    found = {
        *(OwnedName(OwnedKind.LOGIN, principal) for principal in logins),
        *(OwnedName(OwnedKind.TOPIC, topic) for topic in topics),
        *(OwnedName(OwnedKind.SCHEMA, names.subject(topic)) for topic in topics),
    }
    return frozenset(found - observed.ledger.keys())


def _is_its_login(principal: str, desired: Desired, observed: Observed) -> bool:
    iterations = observed.logins[principal].iterations
    if iterations is None or not _is_named_as_ours(principal, desired.tenant):
        return False
    credential = desired.logins.get(principal)
    if credential is not None and iterations == scram_iterations(credential.password):
        return True
    return (
        is_derived(iterations)
        and observed.quotas.get(principal, {}).keys() >= MANAGED_QUOTAS
        and _rights_of(principal) <= observed.acls
    )


def _is_named_as_ours(principal: str, tenant: str) -> bool:
    if principal == names.gateway_principal(tenant):
        return True
    parts = principal.split(".")
    is_stage = len(parts) == len(("tenant", "pipeline", "stage")) and parts[2] in _STAGES
    return is_stage and parts[0] == tenant


def _rights_of(principal: str) -> frozenset[Acl]:
    """Return the rights of a stage's login; of a gateway none, as they follow its pipelines."""
    tenant, _, rest = principal.partition(".")
    pipeline, _, stage = rest.partition(".")
    return stage_acls(tenant, pipeline, Stage(stage)) if stage else frozenset()


_STAGES = frozenset(stage.value for stage in PIPELINE_STAGES)
