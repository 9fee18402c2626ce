#!/usr/bin/env python3
"""Measures a verdict against its peers on this machine, in turn in one run: medians and ratios.

    cargo build --release && python3 benches/verdict.py [--rounds 15] [--json FILE]

$DRILL names another drill, $RUSTLINGS a rustlings 6.5 (left out without one). Needs python3 and a Rust
toolchain, nothing else. Every measured build follows a real edit inside a function body.
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
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FIXTURE = HERE / "fixture"

TOPIC = """title = "A bucket"
summary = "The exercise of the measurements."
family = "limits"
kind = "foundation"
difficulty = "intro"
tags = ["tokens"]

[[exercise]]
name = "01-bucket"
title = "A bucket"
mode = "implement"
minutes = 5
learned = "Nothing: this one is measured."
hints = ["One.", "Two.", "Three."]
"""
ATLAS = """format = 1

[[family]]
id = "limits"
title = "Limits"
summary = "One bucket, to be measured."
topics = ["bucket"]
"""
QUIZ = """[[questions]]
id = "none"
type = "ShortAnswer"
prompt.prompt = "?"
answer.answer = "!"
context = "."
"""
CARGO = """bin = [
  { name = "bucket", path = "exercises/bucket.rs" },
  { name = "bucket_sol", path = "solutions/bucket.rs" },
]

[package]
name = "exercises"
edition = "2024"
publish = false
version = "0.0.0"
"""
INFO = """format_version = 1
welcome_message = ""
final_message = ""

[[exercises]]
name = "bucket"
test = true
hint = "none"
"""


def run(command, cwd, expect=0):
    """Seconds that the command takes; it must end with this code."""
    began = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    took = time.perf_counter() - began
    if expect is not None and done.returncode != expect:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout.decode(errors='replace')}")
    return took


class Edits:
    """The learner's file, edited inside a function body before every build."""

    def __init__(self, path, after=""):
        self.path, self.after, self.n = path, after, 0
        self.text = (FIXTURE / "bucket.rs").read_text()
        self.next()

    def next(self):
        self.n += 1
        mark = "let price = ticks(rate, cost);"
        edited = self.text.replace(mark, f"{mark}\n        let price = price + {self.n} - {self.n};")
        assert edited != self.text
        self.path.write_text(edited + self.after)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_pack(pack, bucket):
    """The exercise as drill's content."""
    for path, text in {
        "exercises/atlas.toml": ATLAS,
        "exercises/bucket/topic.toml": TOPIC,
        "exercises/bucket/README.md": "# A bucket\n",
        "exercises/bucket/quiz.toml": QUIZ,
        "exercises/bucket/01-bucket.rs": bucket,
        "solutions/bucket/01-bucket.rs": bucket,
        "checks/bucket/01-bucket.rs": (FIXTURE / "checks.rs").read_text(),
        "checks/bucket/01-bucket.toml": "wrong = []\n",
    }.items():
        write(pack / path, text)


def write_set(set_, bucket):
    """The same as a set of rustlings'."""
    for path in ["exercises", "solutions"]:
        write(set_ / path / "bucket.rs", bucket)
    write(set_ / "Cargo.toml", CARGO)
    write(set_ / "info.toml", INFO)


def table(title, rows):
    """Markdown of `(name, seconds, other, other's seconds, bar)`."""
    out = [f"### {title}", "", "| | median | beside | median | ratio of medians | median of ratios | bar |", "|---|---|---|---|---|---|---|"]
    for name, ours, other, theirs, bar in rows:
        mine = statistics.median(ours)
        line = f"| {name} | {mine * 1000:.0f} ms "
        if theirs:
            yours = statistics.median(theirs)
            paired = statistics.median(a / b for a, b in zip(ours, theirs))
            line += f"| {other} | {yours * 1000:.0f} ms | {mine / yours:.2f} | {paired:.2f} | {bar} |"
        else:
            line += f"| {other} | | | | {bar} |"
        out.append(line)
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", help="write every single time there too")
    args = parser.parse_args()
    drill = Path(os.environ.get("DRILL", ROOT / "target/release/drill")).resolve()
    rustlings = os.environ.get("RUSTLINGS")
    if not drill.is_file():
        sys.exit(f"no {drill}: `cargo build --release` makes it, $DRILL names another")
    rustc = Path(subprocess.check_output(["rustc", "--print", "sysroot"], text=True).strip()) / "bin/rustc"

    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        pack, workspace, bare, set_ = scratch / "pack", scratch / "ws", scratch / "bare", scratch / "set"
        tests, bucket = "\n" + (FIXTURE / "tests.rs").read_text(), (FIXTURE / "bucket.rs").read_text()
        write_pack(pack, bucket)
        call = [str(drill), "--pack", str(pack)]
        run(call + ["init", str(workspace)], scratch)
        bare.mkdir()
        ours = Edits(workspace / "exercises/bucket/01-bucket.rs")
        plain = Edits(bare / "bucket.rs", tests)
        write_set(set_, bucket)
        theirs = Edits(set_ / "exercises/bucket.rs", tests + "fn main() {}\n")

        def with_drill():
            ours.next()
            return run(call + ["run", "01-bucket"], workspace)

        def with_rustc():
            plain.next()
            built = run([str(rustc), "--test", "--edition", "2024", "bucket.rs", "-o", "bucket"], bare)
            return built + run(["./bucket"], bare)

        def with_rustlings():
            theirs.next()
            # It asks to go on at the end and gets no answer; the last line tells that the exercise is done.
            return run([rustlings, "run", "bucket"], set_, expect=None)

        def first():
            shutil.rmtree(workspace / ".drill/cache")
            return with_drill()

        def lookup(words):
            return lambda: run(call + words, workspace)

        measured = {"run": with_drill, "rustc": with_rustc}
        if rustlings:
            measured["rustlings"] = with_rustlings
        else:
            print("$RUSTLINGS is not set: rustlings is left out\n")
        for words in [["list", "--plain"], ["topics"], ["path"]]:
            if subprocess.run(call + words, cwd=workspace, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
                measured[words[0]] = lookup(words)
        times = {name: [] for name in measured}
        for name, measure in measured.items():
            measure()
        load = os.getloadavg()[0]
        for _ in range(args.rounds):
            for name, measure in measured.items():
                times[name].append(measure())
        times["first"] = [first() for _ in range(max(args.rounds // 3, 1))]

    rows = [("`drill run`, warm, passing", times["run"], "`rustc --test` + run", times["rustc"], "0.9")]
    if rustlings:
        rows.append(("`drill run`, warm, passing", times["run"], "`rustlings run`", times["rustlings"], "0.35"))
    rows.append(("first verdict, kit build included", times["first"], "", None, "3000 ms"))
    for name in ["list", "topics", "path"]:
        if name in times:
            rows.append((f"`drill {name}`", times[name], "", None, "10 ms"))
    size = drill.stat().st_size / (1 << 20)
    print(table(f"{args.rounds} rounds, load {load:.1f} before and {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores", rows))
    print(f"\nRelease binary: {size:.1f} MiB (bar 8). {subprocess.check_output([str(rustc), '--version'], text=True).strip()}.")
    if args.json:
        Path(args.json).write_text(json.dumps(times))


if __name__ == "__main__":
    main()
