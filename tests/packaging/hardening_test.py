#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads the ELF files of the tools: position-independent, full RELRO, no executable stack, stack protector, fortified
calls of the C library.

  hardening_test.py PROGRAM...   exit status: 0 all of them are, 1 not
  hardening_test.py --self-test  a program without each of them is told, by what it lacks
"""

import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = """#include <cstdio>
#include <cstring>
int main(int argc, char** argv) { char text[64]; std::strcpy(text, argv[argc - 1]); std::puts(text); }
"""
HARDENED = ["-O2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now", "-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"]
# What is missing after these options, which come last and win.
WEAKENED = {
    "PIE": ["-fno-pie", "-no-pie"],
    "RELRO": ["-Wl,-z,norelro"],
    "BIND_NOW": ["-Wl,-z,lazy"],
    "stack protector": ["-fno-stack-protector"],
    "_FORTIFY_SOURCE": ["-U_FORTIFY_SOURCE"],
    "non-executable stack": ["-Wl,-z,execstack"],
}


def readelf(option, program):
    return subprocess.run(["readelf", "--wide", option, program], capture_output=True, text=True, check=True).stdout


def missing(program):
    segments, dynamic = readelf("--program-headers", program), readelf("--dynamic", program)
    symbols = set(re.findall(r" (?:UND|\d+) (\w+)", readelf("--dyn-syms", program)))
    found = {
        "PIE": re.search(r"\(FLAGS_1\).*\bPIE\b", dynamic),
        "RELRO": "GNU_RELRO" in segments,
        "BIND_NOW": re.search(r"\(FLAGS_1\).*\bNOW\b|\(BIND_NOW\)", dynamic),
        "stack protector": "__stack_chk_fail" in symbols,
        "_FORTIFY_SOURCE": any(re.fullmatch(r"__(?!stack)\w+_chk", symbol) for symbol in symbols),
        "non-executable stack": re.search(r"GNU_STACK(?:\s+0x\w+){5}\s+RW\s", segments),
    }
    return [name for name, there in found.items() if not there]


def self_test():
    with tempfile.TemporaryDirectory() as name:
        source, program = pathlib.Path(name, "a.cc"), str(pathlib.Path(name, "a"))
        source.write_text(PROGRAM)
        for lacks, options in {"": [], **WEAKENED}.items():
            subprocess.run(["g++", *HARDENED, *options, str(source), "-o", program], check=True)
            told = missing(program)
            if told != ([lacks] if lacks else []):
                return f"a program without {lacks or 'nothing'} is told to lack {told}"
    return ""


def main():
    if sys.argv[1:] == ["--self-test"]:
        print(fault := self_test())
        return 1 if fault else 0
    faults = {program: lacks for program in sys.argv[1:] if (lacks := missing(program))}
    for program, lacks in faults.items():
        print(f"{program}: no {', '.join(lacks)}")
    print(f"{len(sys.argv) - 1} programs, {len(faults)} of them not hardened")
    return 1 if faults or len(sys.argv) == 1 else 0


if __name__ == "__main__":
    sys.exit(main())
