import pytest

from inkwell_operator.model.checks import check_pipeline
from inkwell_operator.model.errors import InvalidSpec
from inkwell_operator.model.quotas import lowered_quotas
from support import make

SCHEMA = {"type": "object", "properties": {"total": {"type": "number"}}}


def test_passwords_are_never_shown() -> None:
    shown = repr(make.tenant()) + repr(make.pipeline())
    assert "password" not in shown.replace("password=", "").replace("admin-password", "password")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"extraction": {"schema": {**SCHEMA, "required": ["sum"]}}},
            "spec.extraction.schema.required names sum, which properties lacks",
        ),
        (
            {"extraction": {"schema": {"type": "object", "properties": {"a": {"type": "text"}}}}},
            "spec.extraction.schema.properties.a.type is no JSON Schema",
        ),
        (
            {"extraction": {"schema": SCHEMA, "rules": [{"field": "sum", "patterns": ["x"]}]}},
            "sum is no property of spec.extraction.schema",
        ),
        (
            {
                "extraction": {
                    "schema": SCHEMA,
                    "rules": [{"field": "total", "patterns": ["a", "("]}],
                }
            },
            "pattern 2 of total is no RE2 expression: missing ): (",
        ),
        (
            {
                "extraction": {
                    "schema": SCHEMA,
                    "templates": [{"keywords": ["A"], "fields": {"amount": "(?<=EUR)1"}}],
                }
            },
            "template 1: a pattern of amount is no RE2 expression: invalid perl operator: (?<",
        ),
        (
            {
                "extraction": {
                    "schema": SCHEMA,
                    "templates": [{"keywords": ["A"], "fields": {}, "tables": []}],
                }
            },
            "spec.extraction.templates: template 1: tables: Extra inputs are not permitted",
        ),
        (
            {"extraction": {"schema": SCHEMA, "model": {"endpoint": "big", "name": "m"}}},
            "spec.extraction.model.endpoint is big; class standard offers default",
        ),
        (
            {
                "extraction": {"schema": SCHEMA},
                "validation": {"rules": [{"name": "r", "expression": "result.", "message": "m"}]},
            },
            "spec.validation.rules: r is no CEL expression over result",
        ),
    ],
)
def test_what_cannot_work_is_refused_in_words(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidSpec) as refused:
        check_pipeline(make.pipeline_spec(**changes), make.resolved())
    assert message in refused.value.message


def test_a_tenant_gets_less_than_its_class_where_it_asks_for_less() -> None:
    quotas = make.tenant(quotas={"pods": 7}).quotas
    assert (quotas.pods, quotas.produce_bytes_per_second) == (7, 10_485_760)


def test_a_tenant_that_asks_for_more_than_its_class_gets_what_the_class_offers() -> None:
    tenant = make.tenant(quotas={"pods": 51})
    assert tenant.quotas.pods == 50
    assert lowered_quotas(tenant.spec, tenant.resolved.spec.quotas) == (
        "spec.quotas.pods 51 is above the class's 50, which holds",
    )


@pytest.mark.parametrize("name", ["kube", "a" * 31, "9lives", "a.b", "a_b", "-a", "a-"])
def test_a_name_that_others_could_be_built_from_is_refused(name: str) -> None:
    with pytest.raises(InvalidSpec, match="tenant name"):
        make.tenant(name)
