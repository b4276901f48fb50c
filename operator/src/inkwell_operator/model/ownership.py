"""Whose an object in a backend is: the mark that it carries, and what a claim on it comes to. Pure.

Every backend writes a `Mark` on what it makes (or into a ledger beside it, where the system keeps
no remarks) and asks `judge` before it touches what it finds. Nothing without our mark is changed or
removed, nothing of another installation ever, and data of an earlier Tenant of the same name only
when somebody has said what is to become of them.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from inkwell_api.conditions import Reason
from inkwell_api.tenant import RetainedData
from inkwell_operator.model.plan import Refusal

_TENANT: Final = "inkwell.dev/tenant"
_INSTALLATION: Final = "inkwell.dev/installation"
_UID: Final = "inkwell.dev/uid"


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """What an object of ours says about its owner.

    Attributes:
        tenant: name of the Tenant.
        installation: id of the installation that made it; empty in marks of version 0.1.
        uid: `metadata.uid` of the Tenant; empty in marks of version 0.1.
    """

    tenant: str
    installation: str = ""
    uid: str = ""

    def to_text(self) -> str:
        """Return the mark as one line without line breaks: ``inkwell.dev/tenant=acme ...``."""
        parts = ((_TENANT, self.tenant), (_INSTALLATION, self.installation), (_UID, self.uid))
        return " ".join(f"{key}={value}" for key, value in parts if value)


def parse_mark(text: str | None) -> tuple[Mark | None, str]:
    """Return the mark at the beginning of a remark, and what follows it.

    Args:
        text: a comment, description or attribute; None where there is none.

    Returns:
        None and the empty text where the remark is not ours.
    """
    known: dict[str, str] = {}
    rest = (text or "").split(" ")
    while rest and rest[0].partition("=")[0] in {_TENANT, _INSTALLATION, _UID}:
        key, _, value = rest.pop(0).partition("=")
        known[key] = value
    if not known.get(_TENANT):
        return None, ""
    mark = Mark(known[_TENANT], known.get(_INSTALLATION, ""), known.get(_UID, ""))
    return mark, " ".join(rest)


@dataclass(frozen=True, slots=True)
class Claim:
    """On what a subject lays claim, and how far it may go.

    Attributes:
        mark: what is written on everything that is made for the subject.
        adopts: `spec.adopt`: objects of the wanted names that carry no mark are taken over.
        retained: `spec.retainedData`: what becomes of data of an earlier Tenant of this name.
        takes_back: the operator's setting `take_back`: what this installation made for a Tenant of
            this name is its own although the object was made anew (a cluster rebuilt from Git).
    """

    mark: Mark
    adopts: bool = False
    retained: RetainedData = RetainedData.REFUSE
    takes_back: bool = False


class Ownership(Enum):
    """What `judge` finds about an existing object of a wanted name."""

    OURS = "ours"
    REMARK = "remark"
    """Ours, and its mark has to be written anew (older form, taken back, or reused)."""
    ADOPT = "adopt"
    """Nobody's, and the subject may take it over: bring it to what is desired and mark it."""
    ERASE = "erase"
    """An earlier Tenant's, to be removed so that this one starts anew."""
    FOREIGN = "foreign"
    """Not ours; neither it nor anything in it is touched."""
    RETAINED = "retained"
    """An earlier Tenant's; not touched until `spec.retainedData` says what is to be done."""

    @property
    def is_ours(self) -> bool:
        """Whether the object may be changed as the desired state asks."""
        return self in {Ownership.OURS, Ownership.REMARK, Ownership.ADOPT}


def judge(claim: Claim, found: Mark | None) -> Ownership:
    """Say what an existing object of a wanted name is to a claim.

    Args:
        claim: the subject's.
        found: the object's mark, or None where it has none.
    """
    wanted = claim.mark
    if found is None:
        return Ownership.ADOPT if claim.adopts else Ownership.FOREIGN
    if found.tenant != wanted.tenant or found.installation not in {"", wanted.installation}:
        return Ownership.FOREIGN
    if found == wanted:
        return Ownership.OURS
    if not found.installation or claim.takes_back:
        return Ownership.REMARK
    return _BY_WISH[claim.retained]


_BY_WISH: Final = {
    RetainedData.REFUSE: Ownership.RETAINED,
    RetainedData.REUSE: Ownership.REMARK,
    RetainedData.ERASE: Ownership.ERASE,
}


def may_remove(claim: Claim, found: Mark | None) -> bool:
    """Say whether a deletion may take an object away: only what is this very Tenant's own.

    Unlike `judge` this knows no adoption: what carries no mark is never removed.
    """
    if found is None or found.tenant != claim.mark.tenant:
        return False
    if not found.installation:
        return True
    same_uid = found.uid == claim.mark.uid or claim.takes_back
    return found.installation == claim.mark.installation and same_uid


def is_earlier(claim: Claim, found: Mark | None) -> bool:
    """Say whether a mark is an earlier Tenant's of the name, and the claim takes nothing back.

    A login with it holds no data: where what it leads into is the claim's, it may go.
    """
    if found is None or claim.takes_back or found.uid == claim.mark.uid:
        return False
    wanted = claim.mark
    return (found.tenant, found.installation) == (wanted.tenant, wanted.installation)


def mark_of_data(claim: Claim, found: Mark | None, gateway: Mark | None) -> Mark | None:
    """Return the mark by which to judge a schema or keyspace, which a deletion may retain.

    A mark of version 0.1 does not say of which Tenant of the name it is. While that one exists, so
    does its gateway's login, which no deletion leaves: without it, an earlier Tenant's data are
    meant. Where another installation has marked that login, the data are that one's.

    Args:
        claim: the subject's.
        found: the mark of what holds the data.
        gateway: that of the gateway's login: of version 0.1 as well or, in the middle of an
            upgrade, its own installation's; None where there is no such login.
    """
    if found is None or found.installation or gateway in {Mark(found.tenant), claim.mark}:
        return found
    if gateway is not None and gateway.installation not in {"", claim.mark.installation}:
        return gateway
    return Mark(found.tenant, claim.mark.installation)


def refusal(ownership: Ownership, what: str, system: str, claim: Claim, holds: str = "") -> Refusal:
    """Return the refusal of an object that must not be touched.

    Args:
        ownership: `FOREIGN` or `RETAINED`.
        what: the object in words, such as ``schema tenant_acme``.
        system: where it is, such as ``PostgreSQL``.
        claim: the subject's.
        holds: what is in it, in words, where that is known.
    """
    tenant, contents = claim.mark.tenant, f" ({holds})" if holds else ""
    if ownership is Ownership.RETAINED:
        return Refusal(
            f"{what} in {system}{contents} holds data of an earlier Tenant {tenant}: set "
            f"spec.retainedData to Reuse to go on with them, or to Erase to start anew",
            Reason.RETAINED_DATA,
        )
    return Refusal(
        f"{what} exists in {system}{contents} without the mark of Tenant {tenant} of this "
        "installation: rename or remove it, choose another name, or set spec.adopt to true to let "
        "Inkwell take it over (first with spec.mode Plan, to see what would change)",
        Reason.NAME_TAKEN,
    )
