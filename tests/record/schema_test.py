#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds docs/record.schema.json against every record of the golden cases.

  schema_test.py [FILE.ndjson...]   the goldens, or the records of these files

A record must be valid, and every field of it must be named in the schema: a new field is added there, too. Records
that are wrong in one place must not be valid. Exit status: 0 as it should be, 1 not.
"""

import copy
import json
import pathlib
import sys

import jsonschema

SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent
CASES = SOURCE / "tests" / "cli" / "cases"
# What run_cases.py puts in the place of hashes.
PLACEHOLDERS = {"{SHA256}": "0" * 64, "{MODELS}": "0" * 16}
LEAST_RECORDS = 100  # Fewer: the search for goldens is broken.

WRONG = {
    "another version": lambda r: r.update(v=2),
    "an unknown outcome": lambda r: r.update(outcome="passed"),
    "no findings": lambda r: r.pop("findings"),
    "a severity of its own": lambda r: r["findings"].append({"code": "NO_FACE", "severity": "fatal"}),
    "a finding without severity": lambda r: r["findings"].append({"code": "NO_FACE"}),
    "a limit with one end": lambda r: r["findings"].append({"code": "NO_FACE", "severity": "warn", "limit": [1]}),
    "a code in small letters": lambda r: r["findings"].append({"code": "no_face", "severity": "warn"}),
    "half a hash": lambda r: r.update(sha256="00ff"),
    "a number as a number": lambda r: r.update(student={"key": "1", "id_number": 110000200311110568}),
    "a student without key": lambda r: r.update(student={"name": "x"}),
    "a measure in words": lambda r: r.update(measures={"source": {"eye_line_px": "250"}}),
    "a similarity in percent": lambda r: r.update(comparison={"similarity": 71}),
    "a crop without place": lambda r: r.update(crop={"scale": 0.5}),
}


def strict(schema):
    """The schema with every object closed to fields it does not name."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: strict(part) for key, part in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema and schema.get("type") == "object":
        closed["additionalProperties"] = False
    return closed


def records_of(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        if not line.startswith("{"):
            continue
        for placeholder, value in PLACEHOLDERS.items():
            line = line.replace(placeholder, value)
        try:
            record = json.loads(line)
        except ValueError:
            continue  # Damaged on purpose.
        if {"v", "photo", "outcome", "findings"} <= record.keys():
            yield f"{path}:{number}", record


def main():
    schema = json.loads((SOURCE / "docs" / "record.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    closed = jsonschema.Draft202012Validator(strict(schema))
    files = [pathlib.Path(name) for name in sys.argv[1:]] or sorted(
        path for part in ("expected/stdout", "expected/stderr", "input/**/*.ndjson") for path in CASES.glob(f"*/{part}"))
    faults, count, sample = [], 0, None
    for path in files:
        for place, record in records_of(path):
            count += 1
            sample = sample or record
            for error in closed.iter_errors(record):
                faults.append(f"{place}: {error.json_path}: {error.message[:200]}")
    if not sys.argv[1:] and count < LEAST_RECORDS:
        faults.append(f"only {count} records in {CASES}")
    for what, damage in WRONG.items():
        record = copy.deepcopy(sample)
        damage(record)
        if validator.is_valid(record):
            faults.append(f"the schema takes {what}")
    for fault in faults:
        print(fault)
    print(f"{count} records, {len(WRONG)} wrong ones, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
