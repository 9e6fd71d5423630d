"""The OpenAPI description: real examples that the service answers, in the shape that it declares."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

from bio2kg.web.rest.examples import ASSESSMENT, request_of

Described = dict[str, Any]


@pytest.fixture(scope="module")
def described(client: TestClient) -> Described:
    return client.get("/v1/openapi.json").json()


def operations(described: Described) -> Iterator[tuple[str, str, Described]]:
    """Path, method and description of every operation."""
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def validator(described: Described, schema: Described, *, closed: bool) -> Draft202012Validator:
    """What checks an answer; when ``closed``, a member that is not declared is an error."""
    components = copy.deepcopy(described["components"])
    for one in components["schemas"].values() if closed else ():
        if "properties" in one:
            one.setdefault("additionalProperties", False)
    return Draft202012Validator({**schema, "components": components})


def answered(operation: Described) -> Described:
    return operation["responses"]["200"]["content"]["application/json"]


def test_every_example_request_is_answered_in_the_shape_that_is_declared(
    client: TestClient, described: Described
) -> None:
    seen = 0
    for path, method, operation in operations(described):
        if operation["tags"][0] == "assessments" and path.startswith("/assessments"):
            continue  # these need a caller with rights
        address = f"/v1{request_of(path, operation)}"
        if method == "post":
            response = client.post(address, content=ASSESSMENT, headers={"Content-Type": "text/turtle"})
        else:
            response = client.get(address, headers={"Accept": "application/json"})
        assert response.status_code == 200, (address, response.text)
        errors = list(validator(described, answered(operation)["schema"], closed=True).iter_errors(response.json()))
        assert not errors, (address, errors[0].message, list(errors[0].absolute_path))
        seen += 1
    assert seen > 90


def test_every_operation_has_an_example_of_its_answer(described: Described) -> None:
    for path, _, operation in operations(described):
        if path.startswith("/assessments"):
            continue
        example = answered(operation).get("example")
        assert example, path
        found = list(validator(described, answered(operation)["schema"], closed=False).iter_errors(example))
        assert not found, (path, found[0].message)


def test_examples_are_what_the_service_answers(client: TestClient, described: Described) -> None:
    operation = described["paths"]["/frameworks/{framework}/editions/{edition}/measures/{number}"]["get"]
    example = answered(operation)["example"]
    real = client.get(f"/v1{request_of('/frameworks/{framework}/editions/{edition}/measures/{number}', operation)}")
    assert example["number"] == real.json()["number"] == "5.24.08"
    assert example["name"] == real.json()["name"]


def test_every_operation_declares_its_problems_and_headers(described: Described) -> None:
    for path, method, operation in operations(described):
        where = (path, method)
        responses = operation["responses"]
        assert "422" not in responses, where
        if operation.get("parameters"):
            assert "400" in responses, where
        for status, response in responses.items():
            if status >= "400":
                assert "application/problem+json" in response["content"], where
            else:
                assert "API-Version" in response["headers"], where


def test_every_parameter_is_described_in_two_languages(described: Described) -> None:
    for path, _, operation in operations(described):
        for parameter in operation.get("parameters", ()):
            if path.startswith(("/assessments", "/rules/{code}")):
                continue
            assert " / " in parameter["description"], (path, parameter["name"])


def test_every_listed_value_is_taken(client: TestClient, described: Described) -> None:
    """A value that the description lists for a filter is never refused."""
    for path in ("/measures", "/controls", "/claims", "/lineage", "/deadlines", "/editions", "/provisions"):
        for parameter in described["paths"][path]["get"]["parameters"]:
            schema = parameter["schema"].get("items", parameter["schema"])
            for value in schema.get("enum", ()):
                response = client.get(f"/v1{path}", params={parameter["name"]: value, "pageSize": 1})
                assert response.status_code == 200, (path, parameter["name"], value, response.text)


def test_the_description_names_server_contact_and_licence(described: Described) -> None:
    assert described["servers"] == [{"url": "/v1"}]
    assert described["info"]["contact"].keys() >= {"name", "url", "email"}
    assert described["info"]["license"]["identifier"] == "CC-BY-4.0"
    identifiers = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", identifier) for identifier in identifiers)


def test_nothing_is_required_where_the_members_are_chosen(described: Described) -> None:
    asked = 0
    for path, _, operation in operations(described):
        if any(parameter["name"] == "fields" for parameter in operation.get("parameters", ())):
            schema = answered(operation)["schema"]
            name = schema.get("items", schema)["$ref"].rpartition("/")[2]
            assert "required" not in described["components"]["schemas"][name], path
            asked += 1
    assert asked > 20
