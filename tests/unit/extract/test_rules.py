import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from inkwell_api.pipeline import ExtractionSpec, FieldRule
from inkwell_extract.page.layout import Layout
from inkwell_extract.patterns import InvalidPatternError, compiled
from inkwell_extract.propose.proposals import propose
from inkwell_extract.resolve.acceptance import Acceptance
from inkwell_extract.resolve.resolved import Resolved
from inkwell_extract.resolve.resolver import Resolver
from inkwell_extract.score.scorer import RuleScorer
from inkwell_extract.values.conventions import find_conventions
from inkwell_extract.values.fields import wanted_fields
from support.typeset import pages, typeset

ROOT = Path(__file__).resolve().parents[3]
PROPERTIES = {
    "invoice_number": {"type": "string"},
    "issue_date": {"type": "string", "format": "date"},
    "due_date": {"type": "string", "format": "date"},
    "total": {"type": "number"},
    "subtotal": {"type": "number"},
    "tax": {"type": "number"},
    "currency": {"type": "string"},
    "vendor": {"type": "string"},
}


def read(*lines: str, rules: tuple[FieldRule, ...] = (), **more: object) -> dict[str, object]:
    """Return the fields that the rules find on a page; the tables below say amounts as floats."""
    found = resolve(Layout([typeset(*lines)]), PROPERTIES | more, rules)
    values = {name: item.value for name, item in found.items()}
    return {n: float(v) if isinstance(v, Decimal) else v for n, v in values.items()}


def find(layout: Layout, name: str, *rules: FieldRule) -> Resolved | None:
    """Return one field as found."""
    properties = {name: PROPERTIES.get(name, {"type": "string"})}
    return resolve(layout, properties, rules).get(name)


def resolve(
    layout: Layout, properties: Mapping[str, object], rules: Sequence[FieldRule] = ()
) -> dict[str, Resolved]:
    """Return the fields that something on the pages speaks for."""
    fields = wanted_fields({"properties": properties})
    proposals = propose(layout, fields, rules, find_conventions(layout))
    return Resolver.of(layout, proposals, RuleScorer(), Acceptance()).resolve(fields)


def test_an_english_invoice_is_read() -> None:
    assert read(
        "Northgate Textiles Ltd",
        "Invoice No: INV-2024-17          Invoice Date: January 31, 2024",
        "Order No: 9901                   Payment due: March 1, 2024",
        "Widget     2     10.00     20.00",
        "Subtotal                   20.00",
        "VAT 20%                     4.00",
        "Total due               £ 24.00",
    ) == {
        "invoice_number": "INV-2024-17",
        "issue_date": "2024-01-31",
        "due_date": "2024-03-01",
        "total": 24,
        "subtotal": 20,
        "tax": 4,
        "currency": "GBP",
        "vendor": "Northgate Textiles Ltd",
    }


def test_a_german_invoice_is_read() -> None:
    assert read(
        "Verkäufer: Beispiel GmbH",
        "Rechnung Nr. 471102 vom 05.03.2018",
        "Rechnung gemäß Bestellung Nr. 2018-471331 vom 01.03.2018",
        "Zahlbar bis 04.04.2018",
        "Rechnungssumme Netto (exkl. USt.)       1.193,83",
        "zzgl. Umsatzsteuer 7% von 129,37            9,06",
        "Summe Umsatzsteuer                         21,31",
        "Rechnungssumme Brutto (inkl. USt.)      1.215,14",
        "Bereits bezahlt 50,00",
        "Beträge in EUR",
    ) == {
        "invoice_number": "471102",
        "issue_date": "2018-03-05",
        "due_date": "2018-04-04",
        "total": 1215.14,
        "subtotal": 1193.83,
        "tax": 21.31,
        "currency": "EUR",
        "vendor": "Beispiel GmbH",
    }


def test_a_french_invoice_is_read() -> None:
    found = read(
        "Facture n° 2022089083",
        "Date : 28/11/2022      À régler avant le 28/12/2022",
        "Total HT : 46,68 €",
        "TVA 20 % : 9,34 €",
        "Net à payer : 56,02 €",
    )
    assert found == {
        "invoice_number": "2022089083",
        "issue_date": "2022-11-28",
        "due_date": "2022-12-28",
        "total": 56.02,
        "subtotal": 46.68,
        "tax": 9.34,
        "currency": "EUR",
    }


def test_a_dutch_invoice_is_read() -> None:
    found = read(
        "Factuurnummer: 993548900",
        "Factuurdatum: 19 april 2014",
        "Vervaldatum: 3 mei 2014",
        "Exclusief BTW € 593,36      Subtotaal € 717,97",
        "BTW 21% € 124,61",
        "Totaal € 717,97",
    )
    assert found["invoice_number"] == "993548900"
    assert found["issue_date"] == "2014-04-19"
    assert found["due_date"] == "2014-05-03"
    assert (found["total"], found["subtotal"], found["tax"]) == (717.97, 593.36, 124.61)


def test_values_below_their_labels_are_found() -> None:
    found = read(
        "Invoice Number      Invoice Date      Due Date",
        "A-991               2024-02-01        2024-03-01",
    )
    assert found["invoice_number"] == "A-991"
    assert found["issue_date"] == "2024-02-01"
    assert found["due_date"] == "2024-03-01"


def test_the_sum_of_a_column_of_sums_is_the_total() -> None:
    found = read(
        "Nettobetrag     MwSt     Endbetrag",
        "     321,40    61,07        382,47",
        "     127,59     8,93        136,52",
        "     448,99    70,00        518,99",
    )
    assert found["total"] == 518.99


def test_a_total_that_net_and_tax_add_up_to_beats_one_that_they_do_not() -> None:
    found = read("Net amount 100.00", "VAT 20.00", "Total 120.00", "Total items 7.00")
    assert found["total"] == 120


def test_what_is_left_to_pay_is_not_the_total() -> None:
    assert read("Grand total 215.14", "Already paid 50.00", "Balance due 165.14")["total"] == 215.14


def test_the_date_of_an_american_invoice_has_its_month_first() -> None:
    assert read("Invoice date 03/04/2024", "Total $ 5.00")["issue_date"] == "2024-03-04"
    assert read("Invoice date 03/04/2024", "Total £ 5.00")["issue_date"] == "2024-04-03"


def test_a_customer_is_no_vendor() -> None:
    found = read("Bill to:", "Kunden AG", "Main Street 1", "", "", "", "", "", "", "", "Seller Inc")
    assert found["vendor"] == "Seller Inc"


def test_amounts_of_a_text_property_are_plain_decimals() -> None:
    assert read("Total 1.234,50 €", total={"type": "number"})["total"] == 1234.5
    layout = Layout([typeset("Total 1.234,50 €")])
    assert resolve(layout, {"total": {"type": "string"}})["total"].value == "1234.50"


def test_a_property_that_nobody_knows_is_looked_for_by_its_name() -> None:
    found = read(
        "Contract number: V-77  Delivery terms: DAP Hamburg", contract_number={"type": "string"}
    )
    assert found["contract_number"] == "V-77"


def test_own_rules_come_first_and_are_typed() -> None:
    rule = FieldRule(field="total", patterns=[r"(?i)to pay\s+([\d.,]+)"])
    assert read("Total 10,00", "to pay 8,50", rules=(rule,))["total"] == 8.5


def test_own_rules_say_where_the_value_stands() -> None:
    layout = Layout(pages(["nothing"], ["ref  AB-1  end"]))
    found = find(
        layout, "invoice_number", FieldRule(field="invoice_number", patterns=[r"ref\s+(\S+)"])
    )
    assert found is not None
    [span] = found.candidate.spans
    assert (found.value, span.row.page, span.text) == ("AB-1", 2, "AB-1")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Total excl. VAT 13242.37", "13242.37"),
        ("Total excl. VAT $ 13242.37", "$ 13242.37"),
        ("Total excl. VAT US$ 13242.37", "US$ 13242.37"),
        ("Total excl. VAT : 13242.37", "13242.37"),
        ("Total excl. VAT = £13,242.37", "£13,242.37"),
        ("Total excl. VAT - 13,242.37 EUR", "- 13,242.37 EUR"),
    ],
)
def test_neither_label_nor_mark_is_part_of_the_amount(line: str, words: str) -> None:
    found = find(Layout([typeset(line)]), "subtotal")
    assert found is not None
    assert found.candidate.spans[0].text == words


def test_a_known_field_whose_own_rule_finds_nothing_is_looked_for_by_labels() -> None:
    rule = FieldRule(field="total", patterns=["never there ([0-9]+)"])
    assert read("Total 10,00", rules=(rule,))["total"] == 10


def test_a_field_of_ones_own_with_a_rule_is_not_guessed_by_its_name() -> None:
    rule = FieldRule(field="contract_number", patterns=["never there ([0-9]+)"])
    found = read("Contract number: V-77", rules=(rule,), contract_number={"type": "string"})
    assert "contract_number" not in found


def test_a_hostile_pattern_takes_linear_time() -> None:
    rule = FieldRule(field="invoice_number", patterns=[r"(a+)+$", r"(x*)*y"])
    started = time.monotonic()
    read("a" * 40 + "!", *["x" * 80] * 50, rules=(rule,))
    assert time.monotonic() - started < 5


def test_a_pattern_that_re2_does_not_know_is_refused() -> None:
    with pytest.raises(InvalidPatternError):
        compiled(r"(a)\1")


def test_an_empty_document_has_no_fields() -> None:
    assert read() == {}


(ACME,) = (
    ExtractionSpec.model_validate(body["spec"]["extraction"])
    for body in yaml.safe_load_all(
        (ROOT / "manifests" / "examples" / "acme.yaml").read_text("utf-8")
    )
    if body["kind"] == "DocumentPipeline"
)
NUMBER_LABELS = (
    *("Invoice No.", "Invoice Number", "Invoice #", "Invoice-No.", "Tax Invoice #", "INVOICE NO"),
    *("Rechnung-Nr.", "Rechnungs-Nr.", "Rechnungsnr", "Rechnung Nr.", "Rechnungs - Nummer"),
    *("Facture n°", "Facture No.", "Facture N*", "Facture n”", 'Facture n"', "Facture n®"),
    *("Facture numéro", "N° de facture", "Nº de facture", "N* de facture", "N” de facture"),
    *("N ° de facture", "No. de facture", "No de facture", "N de facture", "Numéro de facture"),
)


@pytest.mark.parametrize("rules", [(), tuple(ACME.rules)], ids=["built in", "example"])
@pytest.mark.parametrize("mark", ["", ":", " :"])
@pytest.mark.parametrize("label", NUMBER_LABELS)
def test_an_invoice_number_is_found_behind_its_label(
    label: str, mark: str, rules: tuple[FieldRule, ...]
) -> None:
    page = typeset(
        "Acme GmbH",
        f"{label}{mark} RE-2024/17     Datum 01.02.2024",
        "Customer No. K-99",
    )
    found = find(Layout([page]), "invoice_number", *rules)
    assert found is not None
    assert found.value == "RE-2024/17"


def test_an_invoice_number_below_its_label_is_found_where_the_example_s_patterns_find_none() -> (
    None
):
    found = read(
        "Rechnung-Nr.     Rechnungsdatum     Kunden-Nr.",
        "2023/14910       04.12.2023         K-56539",
        rules=tuple(ACME.rules),
    )
    assert found["invoice_number"] == "2023/14910"
