from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.names import PIPELINE_STAGES, Stage
from inkwell_operator.scaling import decide, settings_of
from support import make

ZERO_TO_EIGHT = {"minReplicas": 0, "maxReplicas": 8, "documentsPerReplica": 20}
SPEC = make.pipeline_spec(
    scaling={"ocr": ZERO_TO_EIGHT, "extract": ZERO_TO_EIGHT, "archive": ZERO_TO_EIGHT},
    topics={"partitions": 4},
)
NONE = dict.fromkeys(PIPELINE_STAGES, 0)
lags = st.fixed_dictionaries({stage: st.integers(0, 500) for stage in PIPELINE_STAGES})
pods = st.fixed_dictionaries({stage: st.integers(0, 4) for stage in PIPELINE_STAGES})


def test_all_stages_wake_together_when_the_first_topic_shows_lag() -> None:
    decided = decide(SPEC, NONE | {Stage.OCR: 1}, NONE, is_cooled_down=True)
    assert decided == dict.fromkeys(PIPELINE_STAGES, 1)


def test_a_stage_gets_a_pod_for_each_share_of_waiting_documents() -> None:
    assert decide(SPEC, NONE | {Stage.OCR: 41}, NONE, is_cooled_down=True)[Stage.OCR] == 3


def test_more_pods_than_partitions_would_idle() -> None:
    assert decide(SPEC, NONE | {Stage.OCR: 1000}, NONE, is_cooled_down=True)[Stage.OCR] == 4


def test_an_idle_pipeline_sleeps_only_when_it_has_cooled_down() -> None:
    awake = dict.fromkeys(PIPELINE_STAGES, 2)
    assert decide(SPEC, NONE, awake, is_cooled_down=False) == awake
    assert decide(SPEC, NONE, awake, is_cooled_down=True) == NONE


@given(lags, pods, st.booleans())
def test_the_bounds_hold_whatever_waits(
    lag: dict[Stage, int],
    now: dict[Stage, int],
    is_cooled_down: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    decided = decide(SPEC, lag, now, is_cooled_down=is_cooled_down)
    for stage, count in decided.items():
        bounds = settings_of(SPEC, stage)
        assert bounds.min_replicas <= count <= min(bounds.max_replicas, SPEC.topics.partitions)


@given(lags, pods)
def test_deciding_again_changes_nothing(lag: dict[Stage, int], now: dict[Stage, int]) -> None:
    once = decide(SPEC, lag, now, is_cooled_down=False)
    assert decide(SPEC, lag, once, is_cooled_down=False) == once
