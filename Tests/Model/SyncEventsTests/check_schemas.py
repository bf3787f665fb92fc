"""Validates documents against JSON Schemas, one process for a whole suite.

Standard input: a JSON array of {"name", "schema": path, "closed": bool, "document", "valid": bool}.
Prints a line for each surprise and exits 1 if there is one. Needs Debian's python3-jsonschema.
"""
import json
import sys

import jsonschema


def close(node):
    """The closed form: no object takes a member that its schema does not name, no text a value beside its `knownValues`."""
    if isinstance(node, dict):
        closed = {key: value if key in ("if", "then", "else") else close(value) for key, value in node.items()}
        if isinstance(node.get("knownValues"), list):
            closed["enum"] = node["knownValues"]
        if node.get("type") == "object" and "properties" in node:
            closed["unevaluatedProperties"] = False
        return closed
    return [close(item) for item in node] if isinstance(node, list) else node


surprises = 0
cases = json.load(sys.stdin)
for case in cases:
    with open(case["schema"]) as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(
        close(schema) if case["closed"] else schema, format_checker=jsonschema.FormatChecker())
    errors = [error.message for error in validator.iter_errors(case["document"])]
    if bool(errors) == case["valid"]:
        surprises += 1
        print(f"{case['name']}: {'; '.join(errors) if errors else 'is valid and should not be'}")
print(f"{len(cases)} documents")
sys.exit(1 if surprises else 0)
