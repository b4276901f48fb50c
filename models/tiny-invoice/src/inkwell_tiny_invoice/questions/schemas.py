"""Schemas as users write them: which fields are asked, by which name, in which order. Pure."""

import json
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any, Final

from inkwell_documents.varied.truth import AMOUNTS, DATES, FIELDS

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "vendor": ("seller", "supplier", "issuer", "vendor_name", "seller_name", "merchant"),
    "invoice_number": ("invoice_no", "invoice_id", "number", "receipt_number", "invoiceNumber"),
    "issue_date": ("date", "invoice_date", "invoiceDate", "date_of_issue"),
    "due_date": ("payment_due_date", "due", "dueDate"),
    "currency": ("currency_code",),
    "subtotal": ("net", "net_amount", "amount_untaxed", "net_total"),
    "tax": ("vat", "tax_amount", "total_tax", "vat_amount"),
    "total": ("amount", "total_amount", "grand_total", "gross", "amount_due"),
}
_DESCRIPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "vendor": ("Who issued the invoice", "Name of the seller", "Company that sells"),
    "invoice_number": ("Number of the invoice", "Invoice number as printed"),
    "issue_date": ("Day of issue", "Date of the invoice, ISO 8601"),
    "due_date": ("Last day to pay", "When payment is due"),
    "currency": ("ISO 4217 code", "Currency of the amounts"),
    "subtotal": ("Sum without tax", "Net amount"),
    "tax": ("Tax amount", "VAT in total"),
    "total": ("Amount to pay, with tax", "Gross total"),
}


def draw_schema(random: Random, *, whole: float = 0.5) -> tuple[dict[str, Any], dict[str, str]]:
    """Choose a schema.

    Args:
        random: where every choice comes from.
        whole: share of schemas with all eight fields.

    Returns:
        the schema, and for each of its properties, in their order, the field that it asks for.
    """
    fields = list(FIELDS)
    if random.random() < 1 - whole:
        random.shuffle(fields)
        fields = fields[: random.randint(2, len(fields))]
    if random.random() < 0.5:
        fields.sort(key=FIELDS.index)
    has_synonyms = random.random() < 0.25
    asked = {_name(field, random, has_synonyms=has_synonyms): field for field in fields}
    is_described = random.random() < 0.12
    has_format = random.random() < 0.85
    properties = {
        name: _property(field, random, is_described=is_described, has_format=has_format)
        for name, field in asked.items()
    }
    schema: dict[str, Any] = {"type": "object", "properties": properties}
    if random.random() < 0.5:
        schema["required"] = [name for name in asked if random.random() < 0.6]
        if random.random() < 0.3:
            schema["required"] = []
    if random.random() < 0.25:
        schema["additionalProperties"] = False
    if random.random() < 0.45:
        schema = json.loads(json.dumps(schema, sort_keys=True))
        asked = {name: asked[name] for name in sorted(asked)}
    return schema, asked


def _name(field: str, random: Random, *, has_synonyms: bool) -> str:
    if has_synonyms and random.random() < 0.6:
        return random.choice(SYNONYMS[field])
    return field


def _property(
    field: str, random: Random, *, is_described: bool, has_format: bool
) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "number" if field in AMOUNTS else "string"}
    if field in DATES and has_format:
        shape["format"] = "date"
    if is_described:
        shape[random.choice(("description", "description", "title"))] = random.choice(
            _DESCRIPTIONS[field]
        )
    return shape


def write_answer(truth: Mapping[str, str | Decimal], asked: Mapping[str, str]) -> str:
    """Write the answer in the order of the schema: compact JSON, amounts with two decimals.

    What the document does not say is null, as the extract stage asks for it.
    """
    pairs = (f"{json.dumps(name)}:{_value(truth.get(field))}" for name, field in asked.items())
    return "{" + ",".join(pairs) + "}"


def _value(value: str | Decimal | None) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return json.dumps(value, ensure_ascii=False)
