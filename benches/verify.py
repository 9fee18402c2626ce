#!/usr/bin/env python3
"""Candidates judged per second: `drill verify` beside `rustlings dev check --require-solutions`, in turn in one run.

    cargo build --release && python3 benches/verify.py CHECKOUT [--rounds 3]

CHECKOUT is a clone of the rustlings repository. Both prove its own set, each time from an empty build folder; `drill
verify` also proves drill's own content, every right text under 20 seeds. $DRILL names another drill, $RUSTLINGS a
rustlings 6.5. Needs python3 and a Rust toolchain, nothing else.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def the_set(checkout, folder):
    """The official set as rustlings keeps a community set: its manifest lists each exercise and each solution."""
    info = checkout / "rustlings-macros" / "info.toml"
    for name in ("exercises", "solutions"):
        shutil.copytree(checkout / name, folder / name)
    shutil.copy(info, folder / "info.toml")
    shutil.copy(checkout / "clippy.toml", folder / "clippy.toml")
    lines = []
    for exercise in tomllib.loads(info.read_text())["exercises"]:
        place = "/".join(filter(None, [exercise.get("dir"), exercise["name"]]))
        for suffix, kind in (("", "exercises"), ("_sol", "solutions")):
            lines.append(f'  {{ name = "{exercise["name"]}{suffix}", path = "{kind}/{place}.rs" }},\n')
    manifest = (checkout / "dev-Cargo.toml").read_text()
    manifest = manifest[manifest.index("[package]") :]
    (folder / "Cargo.toml").write_text("bin = [\n" + "".join(lines) + "]\n\n" + manifest)
    return len(lines)


def timed(command, folder):
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    took = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return took, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    drill = os.environ.get("DRILL", str(ROOT / "target" / "release" / "drill"))
    rustlings = os.environ.get("RUSTLINGS", "rustlings")
    rates = {"rustlings dev check": [], "drill verify, the same set": [], "drill verify, own content": []}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "set"
        folder.mkdir()
        candidates = the_set(args.checkout, folder)
        own = Path(temporary) / "own"
        own.mkdir()
        for name in ("exercises", "solutions", "checks"):
            shutil.copytree(ROOT / name, own / name)
        shutil.copy(ROOT / "rustfmt.toml", own)
        for _ in range(args.rounds):
            shutil.rmtree(folder / "target", ignore_errors=True)
            took, _ = timed([rustlings, "dev", "check", "--require-solutions"], folder)
            rates["rustlings dev check"].append(candidates / took)
            for name, where in (("drill verify, the same set", folder), ("drill verify, own content", own)):
                shutil.rmtree(where / ".drill-cache", ignore_errors=True)
                took, out = timed([drill, "verify", "--pack", where, "--format", "json"], temporary)
                rates[name].append(len(json.loads(out)["items"]) / took)
    base = statistics.median(rates["rustlings dev check"])
    for name, seen in rates.items():
        rate = statistics.median(seen)
        print(f"{name:28} {rate:5.1f} a second   x {rate / base:.2f}   ({', '.join(f'{r:.1f}' for r in seen)})")


if __name__ == "__main__":
    main()
