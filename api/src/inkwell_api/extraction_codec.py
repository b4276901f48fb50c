"""How an extraction is written into the table `extractions`, and read from it."""

from dataclasses import asdict
from typing import Any

from inkwell_api import exact_json
from inkwell_api.document import (
    Area,
    Box,
    Evidence,
    ExtractedField,
    Extraction,
    Match,
    Origin,
    PageRoute,
    PageSource,
    Reader,
    finding_from,
)
from inkwell_api.explanation import UNTOLD, Reason, Why
from inkwell_api.field_status import Alternative, FieldStatus
from inkwell_api.route import Doubt, RouteReason


def encode_extraction(extraction: Extraction) -> str:
    """Encode canonically: the same extraction gives the same text, so its digest is stable."""
    return exact_json.dumps(asdict(extraction), sort_keys=True)


def decode_extraction(text: str) -> Extraction:
    """Decode what `encode_extraction` made, now or in an earlier release.

    Raises:
        ValueError, KeyError, TypeError: it is no encoded extraction.
    """
    body = exact_json.loads(text)
    return Extraction(
        result=body["result"],
        fields={pointer: _field(raw) for pointer, raw in body["fields"].items()},
        engine=body["engine"],
        model=body["model"],
        findings=tuple(map(finding_from, body["findings"])),
        # What version 0.1 stored has no routes, and its evidence no path.
        pages=tuple(map(_route, body.get("pages", ()))),
    )


def _route(raw: dict[str, Any]) -> PageRoute:
    reader = raw.get("reader")
    return PageRoute(
        number=raw["number"],
        source=PageSource(raw["source"]),
        reason=RouteReason(raw["reason"]),
        reader=reader and Reader(reader),
        doubts=tuple(map(Doubt, raw.get("doubts", ()))),
    )


def _field(raw: dict[str, Any]) -> ExtractedField:
    evidence, confidence = raw["evidence"], raw.get("confidence")
    typed = {
        "match": Match(evidence["match"]),
        "box": _box(evidence["box"]),
        "confidence": float(evidence["confidence"]),
        "further": tuple(map(_area, evidence.get("further", ()))),
    }
    return ExtractedField(
        value=raw["value"],
        origin=Origin(raw["origin"]),
        evidence=Evidence(**evidence | typed),
        status=FieldStatus(raw.get("status", FieldStatus.OK)),
        confidence=None if confidence is None else float(confidence),
        raw=raw.get("raw", ""),
        alternatives=tuple(map(_alternative, raw.get("alternatives", ()))),
        why=_why(raw.get("why")),
    )


def _area(raw: dict[str, Any]) -> Area:
    return Area(raw["page"], Box(**_shares(raw["box"])))


def _alternative(raw: dict[str, Any]) -> Alternative:
    typed = {
        "box": _box(raw["box"]),
        "confidence": float(raw["confidence"]),
        "why": _why(raw.get("why")),
    }
    return Alternative(**raw | typed)


def _why(raw: dict[str, Any] | None) -> Why:
    if raw is None:
        return UNTOLD
    reasons = (Reason(each["feature"], float(each["log_odds"])) for each in raw["reasons"])
    return Why(tuple(raw["proposers"]), tuple(reasons))


def _box(sides: dict[str, Any] | None) -> Box | None:
    return Box(**_shares(sides)) if sides else None


def _shares(sides: dict[str, Any]) -> dict[str, float]:
    """Return the sides of a box: a stored result has decimals, places are none."""
    return {side: float(share) for side, share in sides.items()}
