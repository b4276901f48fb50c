"""What is desired of a tenant's namespace, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from inkwell_api import names
from inkwell_operator.backends.kubernetes_api.kinds import NAMESPACE, Manifest
from inkwell_operator.backends.kubernetes_api.state import (
    DesiredObjects,
    ObjectRef,
    ObservedObjects,
)
from inkwell_operator.model.ownership import Claim, Mark, Ownership, judge

ANNOTATION_INSTALLATION: Final = f"{names.GROUP}/installation"
ANNOTATION_UID: Final = f"{names.GROUP}/uid"
ANNOTATION_ACCEPTED: Final = f"{names.GROUP}/accepted"
"""On a NetworkPolicy or RoleBinding of an administrator: ``true`` says that it is meant to be."""


@dataclass(frozen=True, slots=True)
class DesiredNamespace:
    """A tenant's namespace with what is to be in it, or without anything: then it is to go.

    Attributes:
        claim: the tenant's, on the namespace and all within.
        objects: the namespace and what keeps the tenant in and others out.
    """

    claim: Claim
    objects: DesiredObjects

    @property
    def ref(self) -> ObjectRef:
        """Where the namespace itself stands."""
        return ObjectRef(NAMESPACE, "", self.objects.scope.namespace)


@dataclass(frozen=True, slots=True)
class ObservedNamespace:
    """What there is.

    Attributes:
        objects: of ours, and of wanted names.
        openings: NetworkPolicies and RoleBindings that somebody else put into the namespace, by
            place: each lets somebody in.
        contents: what a namespace that is not ours holds: kinds in words, and how many.
    """

    objects: ObservedObjects
    openings: Mapping[ObjectRef, Manifest] = field(default_factory=dict)
    contents: Mapping[str, int] = field(default_factory=dict)

    def within(self, namespace: ObjectRef) -> ObservedObjects:
        """Return what there is besides the namespace itself."""
        objects = {ref: have for ref, have in self.objects.objects.items() if ref != namespace}
        return replace(self.objects, objects=objects)


def mark_of(namespace: Manifest) -> Mark | None:
    """Return the mark of a namespace: labels, and since version 0.2 annotations as well."""
    metadata = namespace["metadata"]
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    tenant, installation = labels.get(names.LABEL_TENANT), annotations.get(ANNOTATION_INSTALLATION)
    is_managed = labels.get(names.LABEL_MANAGED_BY) == names.FIELD_MANAGER
    if not tenant or not (is_managed or installation):
        return None
    return Mark(tenant, installation or "", annotations.get(ANNOTATION_UID, ""))


def ownership_of(claim: Claim, namespace: Manifest) -> Ownership:
    """Say what an existing namespace is to a tenant.

    Who labels a namespace with the tenant's name, without a mark of ours, hands it over: only an
    administrator may label namespaces.
    """
    mark = mark_of(namespace)
    if mark is not None:
        return judge(claim, mark)
    named = (namespace["metadata"].get("labels") or {}).get(names.LABEL_TENANT)
    if named is not None:
        return Ownership.ADOPT if named == claim.mark.tenant else Ownership.FOREIGN
    return judge(claim, None)
