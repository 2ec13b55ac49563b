#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs golden cases of the command-line tools; README.md says how a case looks.

  run_cases.py --bin DIR [--update] CASE...   one or more case directories
  run_cases.py --check-list NAME...           every directory of cases/ is among the names, and the other way round

Exit status: 0 as expected, 1 different, 77 skipped (data that the case needs is absent).
"""

import argparse
import difflib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
SHARED = pathlib.Path(os.environ.get("GRADPHOTO_DATA") or SOURCE.parent / "shared" / "data").resolve()
SKIPPED = 77
TIMEOUT_S = 900  # A loaded machine is no failure; what hangs is found all the same.

# What the nets, or pixels made with their help, decide: the same on every machine only nearly.
MEASURED_FIELDS = {"measures", "crop", "background", "comparison"}
LOOSE_UNITS = ("px", "deg", "percent", "delta_e")
NUMBER = r"-?\d+(?:\.\d+)?"
MARKED = re.compile(r"\{~(" + NUMBER + r")\}")
# Numbers of a text to mark: decimal fractions, and integers before a unit; but not those in brackets, which are limits.
TO_MARK = re.compile(r"(\[[^\]]*\]|\([^)]*\))|(-?\d+\.\d+|-?\d+(?= ?(?:px|°|%|ΔE)))")
# "check: 12/300 (4.1/s)", as cli/common/progress.cc prints it.
PROGRESS = re.compile(r"^[a-z][a-z ]*: \d+/\d+ \(\d+\.\d/s\)\n", re.MULTILINE)
# The tools whose text shows what the nets measure.
MEASURING = re.compile(r"gradphoto-(check|compare)\b")


def close(expected, actual, absolute):
    return abs(expected - actual) <= max(absolute, 0.02 * abs(expected))


def slack(name):
    """The absolute tolerance of a measured number by its field's name or its unit."""
    return 1.5 if name in ("x", "y", "from") or name.endswith(LOOSE_UNITS) else 0.02


def same_json(expected, actual, name="", measured=False):
    if isinstance(expected, dict) and isinstance(actual, dict):
        if list(expected) != list(actual):
            return False
        if "code" in expected and "unit" in expected:
            name = str(expected["unit"])  # A finding: its value is measured, its limit is not.
            return all(same_json(expected[key], actual[key], name, key == "value") for key in expected)
        return all(same_json(expected[key], actual[key], key, measured or key in MEASURED_FIELDS) for key in expected)
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            same_json(e, a, name, measured) for e, a in zip(expected, actual))
    numbers = [type(value) in (int, float) for value in (expected, actual)]
    if all(numbers) and measured:
        return close(expected, actual, slack(name))
    return type(expected) is type(actual) and expected == actual


def same_line(expected, actual):
    if expected == actual:
        return True
    if expected.startswith("{") and actual.startswith("{"):
        try:
            return same_json(json.loads(expected), json.loads(actual))
        except ValueError:
            pass
    marks = [float(number) for number in MARKED.findall(expected)]
    if not marks:
        return False
    pattern = "(" + NUMBER + ")"
    parts = [re.escape(part) for part in re.split(r"\{~" + NUMBER + r"\}", expected)]
    match = re.fullmatch(pattern.join(parts), actual)
    return match is not None and all(
        close(mark, float(found), 0.02 if abs(mark) < 1 else 0.5) for mark, found in zip(marks, match.groups()))


def same_text(expected, actual):
    expected, actual = expected.split("\n"), actual.split("\n")
    return len(expected) == len(actual) and all(map(same_line, expected, actual))


def marked(line):
    if line.startswith("{"):
        return line
    return TO_MARK.sub(lambda found: found.group(1) or "{~" + found.group(2) + "}", line)


def to_golden(case, stream, text):
    if stream != "stdout" or not MEASURING.search((case / "cmd").read_text()):
        return text
    return "\n".join(map(marked, text.split("\n")))


def without_progress(text):
    """Without the lines that a tool writes every ten seconds: they come only where the machine is slow."""
    return PROGRESS.sub("", text)


class Tokens:
    """Replaces what differs from machine to machine."""

    def __init__(self, bin_dir, work):
        version = subprocess.run([bin_dir / "gradphoto-check", "--version"], capture_output=True, text=True, check=True)
        # Longest first: one directory may contain another.
        self.paths = sorted([(str(bin_dir), "{BIN}"), (str(work), "{WORK}"), (str(SOURCE), "{SOURCE}")],
                            key=lambda pair: -len(pair[0]))
        self.version = version.stdout.split()[1]

    def apply(self, text):
        for path, token in self.paths:
            text = text.replace(path, token)
        text = text.replace('"version":"' + self.version, '"version":"{VERSION}')
        text = text.replace("gradphoto " + self.version, "gradphoto {VERSION}")
        text = re.sub(r'^commit (unknown|[0-9a-f]+(-dirty)?)$', 'commit {COMMIT}', text, flags=re.M)
        text = re.sub(r'^(models|profiles) [0-9a-f]{12}$', r'\1 {HASH}', text, flags=re.M)
        text = re.sub(r'(thumbs/|review/[a-z]+-)[0-9a-f]{16}\b', r'\1{ID}', text)
        text = re.sub(r'"models":"[0-9a-f]+"', '"models":"{MODELS}"', text)
        return re.sub(r'"output_sha256":"[0-9a-f]{64}"', '"output_sha256":"{SHA256}"', text)


def run(case, bin_dir):
    """Returns the texts {stdout, stderr, exit} of a case."""
    with tempfile.TemporaryDirectory(prefix="gradphoto-") as name:
        work = pathlib.Path(name).resolve()
        if (case / "input").is_dir():
            shutil.copytree(case / "input", work, dirs_exist_ok=True)
        (work / "samples").symlink_to(SOURCE / "samples")
        if (case / "needs").exists():
            (work / "shared").symlink_to(SHARED)
        environment = {"PATH": f"{bin_dir}:/usr/local/bin:/usr/bin:/bin", "HOME": str(work), "LC_ALL": "C.UTF-8",
                       "TZ": "UTC", "BIN": str(bin_dir), "SOURCE": str(SOURCE)}
        environment |= {key: value for key, value in os.environ.items() if key.endswith("SAN_OPTIONS")}
        result = subprocess.run(["bash", "-c", (case / "cmd").read_text()], cwd=work, env=environment,
                                stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S)
        tokens = Tokens(bin_dir, work)
        return {"stdout": tokens.apply(result.stdout.decode("utf-8", "backslashreplace")),
                "stderr": without_progress(tokens.apply(result.stderr.decode("utf-8", "backslashreplace"))),
                "exit": f"{result.returncode}\n"}


def missing_data(case):
    needs = case / "needs"
    return [name for name in (needs.read_text().split() if needs.exists() else []) if not (SHARED / name).is_dir()]


def expected_text(case, stream):
    path = case / "expected" / stream
    return path.read_text() if path.exists() else ""


def update(case, actual):
    (case / "expected").mkdir(exist_ok=True)
    for stream, text in actual.items():
        path = case / "expected" / stream
        if not text:
            path.unlink(missing_ok=True)
        elif not path.exists() or not same_text(path.read_text(), text):
            path.write_text(to_golden(case, stream, text))


def explain(case, actual):
    for stream, text in actual.items():
        expected = expected_text(case, stream)
        if same_text(expected, text):
            continue
        lines = difflib.unified_diff(expected.splitlines(), text.splitlines(), f"{case.name}/expected/{stream}",
                                     f"{case.name}: {stream} now", lineterm="")
        print("\n".join(lines))


def run_case(case, bin_dir, updating):
    """Returns 0, 1 or SKIPPED."""
    if absent := missing_data(case):
        print(f"{case.name}: skipped: no {', '.join(absent)} in {SHARED} (set GRADPHOTO_DATA)")
        return SKIPPED
    actual = run(case, bin_dir)
    if updating:
        update(case, actual)
        return 0
    if all(same_text(expected_text(case, stream), text) for stream, text in actual.items()):
        print(f"{case.name}: ok")
        return 0
    explain(case, actual)
    print(f"{case.name}: different; if that is wanted: tests/cli/run_cases.py --update --bin {bin_dir} "
          f"tests/cli/cases/{case.name}")
    return 1


def check_list(names):
    there = {path.parent.name for path in HERE.glob("cases/*/cmd")}
    for name in sorted(there - set(names)):
        print(f"cases/{name} is not listed in tests/cli/CMakeLists.txt")
    for name in sorted(set(names) - there):
        print(f"tests/cli/CMakeLists.txt lists {name}, but there is no cases/{name}/cmd")
    return 0 if there == set(names) else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, help="directory with the programs")
    parser.add_argument("--update", action="store_true", help="write what comes out as what is expected")
    parser.add_argument("--check-list", action="store_true", help="compare the names with the directories")
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    if options.check_list:
        return check_list(options.cases)
    if options.bin is None:
        parser.error("--bin is missing")
    codes = [run_case(pathlib.Path(case).resolve(), options.bin.resolve(), options.update) for case in options.cases]
    return 1 if 1 in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
