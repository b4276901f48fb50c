"""All children at their worst stay below the limit of their pod, so none is killed for another."""

import json

import pytest

from inkwell_api.names import Stage
from inkwell_api.quantity import parse_size
from inkwell_ocr.limits import LEAST_CHILD_BYTES, MOST_CHILD_BYTES, PARENT_BYTES
from inkwell_operator.settings import WorkerSettings
from inkwell_worker.memory import divide
from support.memory_group import memory_group

pytestmark = pytest.mark.integration
POD = parse_size(WorkerSettings().resources[Stage.OCR].memory_limit)
ROUNDS = 4
CORES = int(WorkerSettings().resources[Stage.OCR].cpu_limit)

READ_BOMBS = """
import json, sys, tempfile, threading
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from inkwell_ocr.unreadable import Unreadable
from support.papers import pdf_of_forms

sandbox = Sandbox(Settings(("eng",), "Auto", 120, "Auto", child_bytes={child_bytes}))
causes = []

def read(content):
    # Several in a row: on a busy machine one child may be at its worst before the other begins.
    for _ in range({rounds}):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.seek(0)
            try:
                list(sandbox.read(file, Job("application/pdf", "Prefer", 9, 60), 120))
            except Unreadable as error:
                causes.append(error.cause.value)

bombs = [pdf_of_forms(1 + number % 2 * 7, 10) for number in range({children})]
threads = [threading.Thread(target=read, args=(bomb,)) for bomb in bombs]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sandbox.stop()
sys.stdout.write("\\n" + json.dumps(causes))
"""


READ_BY_SECOND_ENGINE = """
import json, sys, tempfile, threading
from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox, Settings
from support.papers import SENTENCES, font, image_file
from PIL import Image, ImageDraw

page = Image.new("L", (7000, 7000), 255)
draw = ImageDraw.Draw(page)
for row, line in enumerate(SENTENCES):
    draw.text((100, 200 + row * 1100), line + " " + line, fill=0, font=font(100))
content = image_file(page)
sandbox = Sandbox(Settings(("eng",), "Auto", 200, "PaddleOCR", child_bytes={child_bytes}))
words = []

def read():
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        [page] = sandbox.read(file, Job("image/png", "Prefer", 9, 200), 220)
        words.append(len(page.words))

threads = [threading.Thread(target=read) for number in range({children})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sandbox.stop()
sys.stdout.write("\\n" + json.dumps(words))
"""


@pytest.mark.usefixtures("_english")
def test_the_largest_page_is_read_by_the_second_engine_in_every_child_of_the_pod() -> None:
    shares = divide(
        POD, parent=PARENT_BYTES, wanted=CORES, least=LEAST_CHILD_BYTES, most=MOST_CHILD_BYTES
    )
    with memory_group(POD) as group:
        printed = group.run(
            READ_BY_SECOND_ENGINE.format(child_bytes=LEAST_CHILD_BYTES, children=shares.children)
        )
        assert all(words > 100 for words in json.loads(printed.splitlines()[-1]))
        assert group.killed == 0
        assert group.peak_bytes < POD


@pytest.mark.usefixtures("_english")
def test_all_children_at_their_worst_stay_below_the_limit_of_the_pod() -> None:
    shares = divide(
        POD, parent=PARENT_BYTES, wanted=CORES, least=LEAST_CHILD_BYTES, most=MOST_CHILD_BYTES
    )
    assert shares.children == CORES
    with memory_group(POD) as group:
        printed = group.run(
            READ_BOMBS.format(
                child_bytes=shares.child_bytes, children=shares.children, rounds=ROUNDS
            )
        )
        causes = json.loads(printed.splitlines()[-1])
        assert causes == ["too-much-memory"] * shares.children * ROUNDS
        assert group.killed == 0
        # They did take what they have: the limit was tried.
        assert shares.children * shares.child_bytes * 0.8 < group.peak_bytes < POD
