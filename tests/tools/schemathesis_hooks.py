"""What no schema can tell Schemathesis about the API: values that only the server can give, and what the run itself needs."""

import os
import uuid
from collections import defaultdict

import schemathesis
from hypothesis import strategies as st

OWN = {os.environ.get("CONTRACT_KEY_ID", ""), "ag-web-1", "ag-renewed"}

# `next_cursor`s that each list has given.
cursors = defaultdict(list)
# The secrets of invitations that were made and not used.
invitations = []

NAMES = ["web.example.internal", "*.example.internal", "192.0.2.7", "2001:db8::7", "spiffe://example/web", "web@example.org"]
schemathesis.openapi.format("certificate-name", st.sampled_from(NAMES))
schemathesis.openapi.format("cursor", st.just("made-up"))
schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Paris", "America/New_York"]))


def csr(document):
    """The request that the document gives as an example."""
    for item in document["paths"].values():
        for operation in item.values():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
            example = content.get("example")
            if isinstance(example, dict) and example.get("csr_pem"):
                return example["csr_pem"]
    return ""


@schemathesis.hook
def before_load_schema(context, raw_schema):
    schemathesis.openapi.format("certificate-request", st.just(csr(raw_schema)))


def is_positive(case):
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.hook
def before_call(context, case, kwargs):
    identifier = (case.path_parameters or {}).get("id")
    if identifier in OWN and case.method in ("DELETE", "PATCH", "POST"):
        # The run would lose the key or the agent that it works with.
        prefix = identifier.split("-")[0]
        case.path_parameters["id"] = f"{prefix}-spared"
    body = case.body
    if case.path.endswith("/agent/poll") and isinstance(body, dict) and isinstance(body.get("wait_seconds"), int):
        # Nothing is learned from waiting.
        body["wait_seconds"] = min(body["wait_seconds"], 0) if body["wait_seconds"] <= 30 else body["wait_seconds"]
    if not is_positive(case):
        return
    if case.path.endswith("/auth/login") and isinstance(body, dict) and isinstance(body.get("api_key"), str):
        # With a key, and so that some are right: too many wrong passwords would make the address wait (429).
        right = len(body["api_key"]) % 2
        body.clear()
        body["api_key"] = os.environ["CONTRACT_KEY"] if right else "ck_wrong"
    elif case.path.endswith("/auth/login") and isinstance(body, dict) and "password" in body:
        body.pop("username", None)
    if case.path.endswith("/agent/join") and isinstance(body, dict) and invitations:
        body["token"] = invitations.pop()
    if case.headers and "Idempotency-Key" in case.headers:
        # A key is for one request only; the generator likes to use one again.
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
    if case.headers and case.headers.get("If-Match") == "":
        # The tester's systematic headers hold letters and digits only, so it cannot write an ETag's quotes.
        case.headers["If-Match"] = "*"
    if case.query and "cursor" in case.query and case.query["cursor"] not in cursors[case.path]:
        # Cursors are the server's own: one that this list gave, or none.
        if cursors[case.path]:
            case.query["cursor"] = cursors[case.path][-1]
        else:
            del case.query["cursor"]


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 201 and case.path.endswith("/agents/invitations"):
        # An agent sends the part of the token behind the pin of the CA.
        invitations.append(response.json()["token"][-43:])
    if response.status_code == 200 and case.method == "GET" and str(response.headers.get("content-type")).startswith("application/json"):
        body = response.json()
        if isinstance(body, dict) and body.get("next_cursor"):
            cursors[case.path].append(body["next_cursor"])


def places_with_rules(document, operation):
    """What an operation takes under a rule that no schema can tell: fields by their names, parameters as `?name`."""
    found = {f"?{one['name']}" for one in operation.get("parameters", []) if "x-rule" in one["schema"]}
    content = operation.get("requestBody", {}).get("content", {})
    stack, seen = [one["schema"] for one in content.values()], set()
    while stack:
        one = stack.pop()
        if "$ref" in one and one["$ref"] not in seen:
            seen.add(one["$ref"])
            stack.append(document["components"]["schemas"][one["$ref"].rsplit("/", 1)[1]])
        for name, field in (one.get("properties") or {}).items():
            stack.append(field)
            if "x-rule" in field or "x-rule" in (field.get("items") or {}):
                found.add(name)
        for choice in ("oneOf", "anyOf", "allOf"):
            stack.extend(one.get(choice) or [])
        if isinstance(one.get("items"), dict):
            stack.append(one["items"])
    return found


@schemathesis.check
def a_broken_rule_is_one_that_the_document_tells(ctx, response, case):
    """A request that fits its schema is refused with 422 for an `x-rule` only."""
    if case.meta is None or not is_positive(case) or response.status_code != 422:
        return
    problem = response.json()
    if problem["code"] in ("idempotency_key_reused", "policy_violated"):
        return
    document = case.operation.schema.raw_schema
    rules = places_with_rules(document, document["paths"][case.path][case.method.lower()])
    for error in problem.get("errors", []):
        pointer = error["pointer"]
        names = [pointer] if pointer.startswith("?") else pointer.split("/")[1:]
        if not any(name in rules for name in names):
            raise AssertionError(f"no rule is told for {error['pointer']}: {error['detail']}")
