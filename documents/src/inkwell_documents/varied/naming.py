"""Makes up words for names. The same random numbers give the same words."""

from collections.abc import Callable
from random import Random
from typing import Final

WordMaker = Callable[[Random], str]

_TRAINED: Final = (
    "ac me nor dic tek lo ra vin del mar son ber gra tec pol ix um zen kor ba ti que st ro "
    "lin fa ri do shu ma hel wes pra con tri omni vo lux sy net ker ja bel ham ost urg and "
    "ein ou ch gen fi ta ler mo ne pi qui sta tu ver wa yo zu ge schm itz eau ard"
).split()
_HELD_OUT: Final = (
    "bri cal den fex gol hin jor kap lum nex orb pax rix sol tor ulm vex wyn yar zil ath esk "
    "ond irk eva nda ruk"
).split()
_ONSETS: Final = (
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kn kr l m n p ph pl pr qu r s sch sh sk "
    "sl sp st t th tr v w wr x y z zw b d f g h k l m n p r s t v w"
).split()
_VOWELS: Final = ("a e i o u a e i o u a e i o u y ai au ei eu ie oa oo ou ä ö ü é è â").split()
_CODAS: Final = ("b ck d ff g k l ll m n nd ng nk ns p r rd rg rn rs rt s ss st t tt x z").split()


def trained_word(random: Random) -> str:
    """Put syllables together that held-out words do not have."""
    return _joined(random, _TRAINED)


def held_out_word(random: Random) -> str:
    """Put syllables together that trained words do not have."""
    return _joined(random, _HELD_OUT)


def free_word(random: Random) -> str:
    """Make up a word of any letters: what cannot be guessed has to be copied."""
    kind = random.random()
    if kind < 0.08:
        return "".join(random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(3))
    word = "".join(
        random.choice(_ONSETS)
        + random.choice(_VOWELS)
        + (random.choice(_CODAS) if random.random() < 0.45 else "")
        for _ in range(random.choice((1, 2, 2, 3)))
    ).capitalize()
    return f"{word}{random.randrange(2, 100)}" if kind > 0.96 else word


def _joined(random: Random, syllables: list[str]) -> str:
    count = random.choice((2, 2, 3, 3, 4))
    return "".join(random.choice(syllables) for _ in range(count)).capitalize()
