"""Tokens of a realm of the test's own making, at the seam where keys are fetched."""

import time
from http import HTTPStatus
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from inkwell_api.stage_env import OidcAccess
from inkwell_gateway.oidc import KeySet, TokenVerifier
from inkwell_gateway.problems import ProblemError

ISSUER = "https://keycloak/realms/inkwell"


class Realm:
    """Signs tokens, and answers for its keys."""

    def __init__(self) -> None:
        self.keys: dict[str, rsa.RSAPrivateKey] = {}
        self.fetches = 0
        self.is_away = False
        self.rotate("one")

    def rotate(self, key_id: str) -> None:
        self.keys = {key_id: rsa.generate_private_key(public_exponent=65537, key_size=2048)}

    def answer(self, _request: httpx.Request) -> httpx.Response:
        self.fetches += 1
        if self.is_away:
            return httpx.Response(503)
        keys = [
            jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": key_id, "alg": "RS256", "use": "sig"}
            for key_id, key in self.keys.items()
        ]
        return httpx.Response(200, json={"keys": keys})

    def token(self, key_id: str = "", **changes: Any) -> str:
        (own_id,) = self.keys
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": ["acme", "account"],
            "exp": now + 60,
            "iat": now,
            "sub": "1234",
            "azp": "acme.invoices",
            "typ": "Bearer",
            "resource_access": {"acme": {"roles": ["viewer"]}, "other": {"roles": ["admin"]}},
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.keys[own_id], "RS256", {"kid": key_id or own_id})


@pytest.fixture
def realm() -> Realm:
    return Realm()


@pytest.fixture
def verifier(realm: Realm, tmp_path: Any) -> TokenVerifier:
    keys = KeySet("http://keycloak/certs", tmp_path)
    keys._http = httpx.AsyncClient(transport=httpx.MockTransport(realm.answer))
    return TokenVerifier(OidcAccess(issuer=ISSUER, jwks_url="", audience="acme"), keys)


async def refusal(verifier: TokenVerifier, token: str) -> HTTPStatus:
    with pytest.raises(ProblemError) as refused:
        await verifier.verify(token)
    return refused.value.status


async def test_a_good_token_tells_the_caller_and_its_roles_here(
    realm: Realm, verifier: TokenVerifier
) -> None:
    caller = await verifier.verify(realm.token(preferred_username="ann"))
    assert (caller.name, caller.client) == ("ann", "acme.invoices")
    assert caller.roles == {"viewer"}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "other"},
        {"aud": None},
        {"iss": "https://elsewhere/realms/inkwell"},
        {"exp": 1},
        {"exp": None},
        {"nbf": int(time.time()) + 3600},
        {"azp": None},
        {"azp": ""},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"sub": None},
    ],
)
async def test_a_token_for_something_else_is_refused(
    realm: Realm, verifier: TokenVerifier, changes: dict[str, Any]
) -> None:
    assert await refusal(verifier, realm.token(**changes)) == HTTPStatus.UNAUTHORIZED


async def test_forged_tokens_are_refused(realm: Realm, verifier: TokenVerifier) -> None:
    good = realm.token()
    head, body, signature = good.split(".")
    unsigned = jwt.encode(jwt.decode(good, options={"verify_signature": False}), "", "none")
    symmetric = jwt.encode({"iss": ISSUER}, "k" * 64, "HS256", {"kid": "one"})
    foreign = Realm().token()
    for forged in (
        f"{head}.{body}.{signature[:-8]}AAAAAAAA",
        unsigned,
        symmetric,
        foreign,
        "x",
        "a.b.c",
        "",
    ):
        assert await refusal(verifier, forged) == HTTPStatus.UNAUTHORIZED


async def test_roles_of_any_shape_but_a_list_are_none(
    realm: Realm, verifier: TokenVerifier
) -> None:
    shapes: list[Any] = [
        None,
        [],
        {"acme": None},
        {"acme": {"roles": "admin"}},
        {"acme": {"roles": [1]}},
    ]
    for access in shapes:
        caller = await verifier.verify(realm.token(resource_access=access))
        assert caller.roles == frozenset()


async def test_a_new_key_is_fetched_and_a_flood_of_unknown_ones_is_not(
    realm: Realm, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    await verifier.verify(realm.token())
    realm.rotate("two")
    monkeypatch.setattr(verifier.keys, "_asked", float("-inf"))
    await verifier.verify(realm.token())
    assert realm.fetches == 2
    for number in range(20):
        assert await refusal(verifier, realm.token(f"unknown-{number}")) == HTTPStatus.UNAUTHORIZED
    assert realm.fetches == 2


async def test_known_keys_are_believed_while_the_realm_is_away(
    realm: Realm, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    realm.is_away = True
    assert await refusal(verifier, realm.token()) == HTTPStatus.SERVICE_UNAVAILABLE
    realm.is_away = False
    monkeypatch.setattr(verifier.keys, "_asked", float("-inf"))
    await verifier.verify(realm.token())
    realm.is_away = True
    monkeypatch.setattr(verifier.keys, "_asked", float("-inf"))
    monkeypatch.setattr(verifier.keys, "_fetched", verifier.keys._fetched - 1000)
    await verifier.verify(realm.token())
