import pytest
from PIL import Image

from inkwell_ocr.grey import to_grey


@pytest.mark.parametrize(
    ("mode", "colour", "grey"),
    [
        ("RGBA", (0, 0, 0, 0), 255),
        ("RGBA", (0, 0, 0, 255), 0),
        ("LA", (0, 0), 255),
        ("1", 1, 255),
        ("L", 7, 7),
        ("CMYK", (0, 0, 0, 0), 255),
        ("I;16", 65535, 255),
        ("P", 0, 0),
    ],
)
def test_every_kind_of_image_becomes_grey(
    mode: str, colour: float | tuple[int, ...], grey: int
) -> None:
    image = to_grey(Image.new(mode, (3, 3), colour))
    assert image.mode == "L"
    assert image.getpixel((1, 1)) == grey


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK"])
def test_strips_leave_no_trace(mode: str) -> None:
    image = Image.effect_noise((1_200, 900), 90).convert(mode)
    paper = Image.new("RGBA", image.size, "white")
    layered = Image.alpha_composite(paper, image.convert("RGBA"))
    whole = layered.convert("L") if mode in {"RGBA", "LA"} else image.convert("L")
    assert to_grey(image).tobytes() == whole.tobytes()


def test_all_strips_of_16_bits_share_one_scale() -> None:
    rows = (30_000).to_bytes(2, "little") * 1_500 * 1_400
    rows += (60_000).to_bytes(2, "little") * 1_500 * 100
    grey = to_grey(Image.frombytes("I;16", (1_500, 1_500), rows))
    assert (grey.getpixel((0, 0)), grey.getpixel((0, 1_450))) == (127, 255)
