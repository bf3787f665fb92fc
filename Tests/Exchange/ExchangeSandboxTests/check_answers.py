"""Holds JSON documents against definitions of a JSON Schema, closed: a member the schema does not know is an error.

Argument: a file with {"schema": path, "documents": [{"name", "definition", "document"}]}. Says "N documents", or what is wrong;
status 3 where jsonschema is missing.
"""

import json
import sys

try:
    from jsonschema import Draft202012Validator
except ImportError:
    sys.exit(3)


def close(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema["additionalProperties"] = False
        for value in schema.values():
            close(value)
    elif isinstance(schema, list):
        for value in schema:
            close(value)


with open(sys.argv[1]) as file:
    order = json.load(file)
with open(order["schema"]) as file:
    schema = json.load(file)
close(schema)
wrong = 0
for item in order["documents"]:
    validator = Draft202012Validator({"$defs": schema["$defs"], "$ref": "#/$defs/" + item["definition"]})
    for error in validator.iter_errors(item["document"]):
        wrong += 1
        print(f"{item['name']}: {error.json_path}: {error.message}")
print(f"{len(order['documents'])} documents")
sys.exit(1 if wrong else 0)
