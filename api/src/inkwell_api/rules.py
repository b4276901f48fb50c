"""What a field must be, said in words: the CEL rules of the CRDs.

The API server answers a broken `pattern` with the regular expression, and a rule on the root with
``<nil>: Invalid value: "object"``. So a pattern becomes a rule with a sentence (`crdgen` makes that
exchange, by `WORDS`), and rules stand on the fields that they are about.
"""

from typing import Any, Final

from inkwell_api.quantity import DURATION_PATTERN, PERCENT_PATTERN, SIZE_PATTERN

VALIDATIONS: Final = "x-kubernetes-validations"

LABEL_PATTERN: Final = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
IDENTIFIER_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]*$"
FIELD_PATH_PATTERN: Final = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$"
MODEL_PATTERN: Final = r"^[A-Za-z0-9][-A-Za-z0-9._:/]*$"
SECRET_NAME_PATTERN: Final = r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"  # noqa: S105 - of a name
CONFIG_MAP_NAME_PATTERN: Final = (
    r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
)
HOST_PATTERN: Final = r"^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$"
HOST_PORT_PATTERN: Final = (
    r"^([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
    r":([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"
)
URL_PATTERN: Final = r"^https?://[^\s/?#@]+(/[^\s?#]*)?$"
HTTPS_PATTERN: Final = r"^https://[^\s/?#@]+(/[^\s?#]*)?$"
DATACENTER_PATTERN: Final = r"^[A-Za-z0-9_-]+$"
DATABASE_PATTERN: Final = r"^[a-z_][a-z0-9_]*$"
REALM_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
SUBJECT_PATTERN: Final = r"^[^\s]+$"
CPU_PATTERN: Final = r"^[1-9][0-9]{0,5}(m)?$"
MEMORY_PATTERN: Final = r"^[1-9][0-9]{0,8}(Ki|Mi|Gi)$"

WORDS: Final = {
    LABEL_PATTERN: "holds only a-z, 0-9 and '-', which neither starts nor ends it",
    IDENTIFIER_PATTERN: "holds only letters, digits and '_', and starts with no digit",
    FIELD_PATH_PATTERN: (
        "is the name of a property, or names with dots between them, such as lines.kind"
    ),
    MODEL_PATTERN: "holds only letters, digits and -._:/, and starts with a letter or digit",
    SECRET_NAME_PATTERN: "is the name of a Secret: a-z, 0-9, '-' and '.'",
    CONFIG_MAP_NAME_PATTERN: "is the name of a ConfigMap: a-z, 0-9, '-' and '.'",
    HOST_PATTERN: "is the name or IPv4 address of a host, without port",
    HOST_PORT_PATTERN: (
        "is host:port with a port from 1 to 65535, such as db.example.org:5432 or [::1]:5432"
    ),
    URL_PATTERN: "is an http or https address without user, query or fragment",
    HTTPS_PATTERN: "is an https address without user, query or fragment",
    DATACENTER_PATTERN: "holds only letters, digits, '_' and '-'",
    DATABASE_PATTERN: "holds only a-z, 0-9 and '_', and starts with no digit",
    REALM_PATTERN: "holds only letters, digits, '_' and '-', and starts with a letter or digit",
    SUBJECT_PATTERN: "holds no spaces",
    CPU_PATTERN: "is a whole number of cores, or of thousandths with m, such as 16 or 1500m",
    MEMORY_PATTERN: "is a whole number with Ki, Mi or Gi, such as 32Gi",
    SIZE_PATTERN: "is a whole number above 0, of bytes or with Ki, Mi or Gi, such as 50Mi",
    DURATION_PATTERN: "is a whole number above 0 with s, m, h or d, such as 365d",
    PERCENT_PATTERN: "is a percentage from 0% to 100% with at most two decimals, such as 2%",
}
"""What a field with a pattern must be, as the end of a sentence that its name begins."""


def checked(*rules: dict[str, str]) -> dict[str, Any]:
    """Return rules as a part of a JSON schema."""
    return {VALIDATIONS: list(rules)}


def rule(expression: str, message: str, *, at: str = "") -> dict[str, str]:
    """Return a rule: a CEL expression over `self` that holds when all is well.

    Args:
        expression: in CEL; `self` is the field that the rule stands on.
        message: what a person reads when it does not hold.
        at: path below that field which the message is about, such as ``.results``.
    """
    return {"rule": expression, "message": message} | ({"fieldPath": at} if at else {})


def in_words(name: str, pattern: str) -> dict[str, str]:
    """Return the rule that stands for the pattern of a field."""
    return rule(f"self.matches(r'{pattern}')", f"{name} {WORDS[pattern]}")


def fixed(name: str, instead: str) -> dict[str, str]:
    """Return the rule of a field that cannot be changed."""
    return rule("self == oldSelf", f"{name} cannot be changed: {instead}")


def quantity_at_least(least: str, pattern: str, message: str) -> dict[str, str]:
    """Return the rule of a size or a number of cores that is not too small."""
    return rule(f"!{_fits(pattern)} || quantity(self).compareTo(quantity('{least}')) >= 0", message)


def quantity_at_most(most: str, pattern: str, message: str) -> dict[str, str]:
    """Return the rule of a size that is not too large."""
    return rule(f"!{_fits(pattern)} || quantity(self).compareTo(quantity('{most}')) <= 0", message)


def duration_within(least_seconds: int, most_seconds: int, message: str) -> dict[str, str]:
    """Return the rule of a duration that is neither too short nor too long."""
    seconds = _seconds("self")
    within = f"{seconds} >= {least_seconds} && {seconds} <= {most_seconds}"
    return rule(f"!{_fits(DURATION_PATTERN)} || ({within})", message)


def not_shorter(longer: str, shorter: str, message: str) -> dict[str, str]:
    """Return the rule of an object whose one duration is not below another."""
    names = (f"self.{longer}", f"self.{shorter}")
    fit = " && ".join(_fits(DURATION_PATTERN, name) for name in names)
    compared = " >= ".join(map(_seconds, names))
    return rule(f"!({fit}) || {compared}", message, at=f".{longer}")


def _fits(pattern: str, text: str = "self") -> str:
    """Return an expression: what is no such text at all is told so by another rule."""
    return f"{text}.matches(r'{pattern}')"


def _seconds(text: str) -> str:
    units = "{'s': 1, 'm': 60, 'h': 3600, 'd': 86400}"
    last = f"size({text}) - 1"
    return f"int({text}.substring(0, {last})) * {units}[{text}.substring({last})]"
