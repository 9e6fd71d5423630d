"""The figures in docs/conformance.md of suites whose counts are no matter of a long run."""

from pathlib import Path

import yaml

from tests.test_catalogue import row
from tests.validation.test_shacl_suite import REFERENCE_DIFFERS, cases
from tests.web import test_protocol


def test_the_design_rules_are_all_of_the_linter(shared: Path) -> None:
    rules = yaml.safe_load((shared / "conformance" / "api-design-rules" / "linter.yaml").read_text(encoding="utf-8"))
    row("NL API Design Rules, linter", len(rules["rules"]), 0)


def test_the_shacl_tests_that_do_not_pass_are_counted(shared: Path) -> None:
    row("W3C SHACL", len(cases(shared)) - len(REFERENCE_DIFFERS), len(REFERENCE_DIFFERS))


def test_the_protocol_cases_that_do_not_pass_are_counted() -> None:
    row("SPARQL 1.1 Protocol, read-only", 60, len(test_protocol.NOT_PASSED_READ_ONLY))
    row("SPARQL 1.1 Protocol, writing", 82, len(test_protocol.NOT_PASSED_WRITING))
