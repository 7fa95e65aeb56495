"""Holds values against the schemas that the program prints, by the package `jsonschema`. Prints what does not hold.

usage: validate.py FOLDER, with schemas.json of `llmcost schema` and values.jsonl of {"command", "row", "line", "value"}
"""
import json
import sys

from jsonschema import Draft202012Validator

folder = sys.argv[1]
schemas = json.load(open(folder + "/schemas.json", encoding="utf-8"))
validators = {}
for name, schema in schemas.items():
    Draft202012Validator.check_schema(schema)
    validators[name, False] = Draft202012Validator(schema)
    if "row" in schema.get("$defs", {}):
        validators[name, True] = Draft202012Validator({**schema["$defs"]["row"], "$defs": schema["$defs"]})
for text in open(folder + "/values.jsonl", encoding="utf-8"):
    entry = json.loads(text)
    for error in validators[entry["command"], entry["row"]].iter_errors(entry["value"]):
        print(entry["line"], list(error.absolute_path), error.message[:200])
