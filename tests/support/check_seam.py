"""Judges pipelines in the test's own process, by the same checks."""

from collections.abc import Hashable

from inkwell_api.pipeline import DocumentPipelineSpec
from inkwell_operator.model.checks import check_pipeline
from inkwell_operator.model.targets import ResolvedClass


class Inline:
    """Stands where `SpecChecker` does."""

    async def check(
        self, key: Hashable, spec: DocumentPipelineSpec, resolved: ResolvedClass
    ) -> None:
        """Judge at once."""
        del key
        check_pipeline(spec, resolved)

    def forget(self, key: Hashable) -> None:
        """Nothing was kept."""
