#!/usr/bin/env python3
"""Measures `drill list`, `topics` and `path` on a generated pack of 5,000 exercises, beside the embedded content.

    cargo build --release && python3 benches/scale.py [--rounds 15] [--topics 500] [--exercises 10]

The pack is made in a temporary folder: topics in ten families that build on each other, each with a write-up, a quiz
and ten exercises; two paths, one through all topics. A workspace of it has records of every tenth exercise. Every
command runs in turn with `drill list` on the embedded content, whose time says what the machine is worth now. Memory
is the most that was resident at a time (`wait4`). Needs python3 on a Unix system.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HINTS = ["Look at where the time comes from.", "The first request meets an empty bucket.", "Subtract before you compare."]


def quoted(words):
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def topic(i, topics, exercises):
    """The manifest of topic `i`: it builds on earlier ones and unlocks later ones."""
    builds_on = sorted({j for j in (i - 1, i // 2) if 0 <= j < i})
    text = [
        f'title = "The topic with the number {i}"',
        f'summary = "What goes wrong in system number {i}, by which mechanism, and what a repair costs."',
        f'family = "family-{i * 10 // topics}"',
        f'kind = "{["foundation", "building-block", "end-to-end-design", "trade-off"][i % 4]}"',
        f'difficulty = "{["intro", "intermediate", "advanced"][i % 3]}"',
        f'tags = {quoted([f"tag-{i % 40}", f"tag-{40 + i % 7}"])}',
        f'builds_on = {quoted(f"topic-{j:03}" for j in builds_on)}',
        f'unlocks = {quoted(f"topic-{j:03}" for j in [i + 1, i + 2] if j < topics)}',
        f'related = {quoted(f"topic-{j:03}" for j in [(i + topics // 2) % topics])}',
    ]
    for n in range(exercises):
        text += [
            "[[exercise]]",
            f'name = "{n + 1:02}-step-{n}"',
            f'title = "Step {n} of what is to be learned here"',
            f'mode = "{["implement", "repair", "tune", "attack"][n % 4]}"',
            "minutes = 20",
            'learned = "A sentence about what was learned by doing this."',
            f"hints = {quoted(HINTS)}",
        ]
    return "\n".join(text) + "\n"


def quiz(i):
    question = (
        '[[questions]]\nid = "q-{n}"\ntype = "MultipleChoice"\nprompt.prompt = "Question {n} on topic {i}, and a second line\\n'
        'that says more about it?"\nprompt.distractors = ["the first", "the second", "the third"]\nanswer.answer = "the fourth"\n'
        'reasons = ["not here", "not now", "not so"]\ncontext = "Because of the mechanism that the write-up explains."\n'
    )
    return "\n".join(question.format(n=n, i=i) for n in range(20))


def write_pack(root, topics, exercises):
    ids = [f"topic-{i:03}" for i in range(topics)]
    atlas = ["format = 1"]
    for f in range(10):
        own = [ids[i] for i in range(topics) if i * 10 // topics == f]
        atlas += ["[[family]]", f'id = "family-{f}"', f'title = "Family {f}"', 'summary = "Topics alike."', f"topics = {quoted(own)}"]
    for name, on_it in [("all-of-it", ids), ("every-tenth", ids[::10])]:
        atlas += ["[[path]]", f'id = "{name}"', f'title = "Path {name}"', 'summary = "A way through."', f"topics = {quoted(on_it)}"]
    (root / "exercises").mkdir(parents=True)
    (root / "exercises/atlas.toml").write_text("\n".join(atlas) + "\n")
    for i, name in enumerate(ids):
        for folder in ["exercises", "checks", "solutions"]:
            (root / folder / name).mkdir(parents=True)
        (root / f"exercises/{name}/topic.toml").write_text(topic(i, topics, exercises))
        (root / f"exercises/{name}/README.md").write_text(f"# Topic {i}\n\n" + "A paragraph of the write-up.\n" * 100)
        (root / f"exercises/{name}/quiz.toml").write_text(quiz(i))
        for n in range(exercises):
            path = f"{name}/{n + 1:02}-step-{n}"
            (root / f"exercises/{path}.rs").write_text("//! The task.\n\npub fn step() -> u64 {\n    todo!()\n}\n")
            (root / f"solutions/{path}.rs").write_text("pub fn step() -> u64 {\n    1\n}\n")
            (root / f"checks/{path}.rs").write_text('pub const CHECKS: &[kit::Check] = &[("one", "another number", one)];\n')
            (root / f"checks/{path}.toml").write_text("")
    return ids


def write_progress(file, ids, exercises):
    """Passes of every tenth exercise, as drill writes them."""
    text = ["format = 1"]
    for i, name in enumerate(ids):
        for n in range(i % 10, exercises, 10):
            text += ["", f'[exercise."{name}/{n + 1:02}-step-{n}"]', 'passes = [{ version = "0000000000000000", at = 2026-11-01T10:00:00Z }]']
    file.write_text("\n".join(text) + "\n")


def run(command, cwd):
    """Seconds and MiB of one run."""
    began = time.perf_counter()
    child = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    took = time.perf_counter() - began
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{command}: exit code {child.returncode}\n{said.decode(errors='replace')}")
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return took, usage.ru_maxrss / unit


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--topics", type=int, default=500)
    parser.add_argument("--exercises", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="make the pack and a workspace in this new folder, for a profiler, and stop")
    args = parser.parse_args()
    drill = Path(os.environ.get("DRILL", ROOT / "target/release/drill")).resolve()
    if not drill.is_file():
        sys.exit(f"no {drill}: `cargo build --release` makes it, $DRILL names another")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = args.keep.resolve() if args.keep else Path(scratch)
        pack, desk, empty = scratch / "pack", scratch / "desk", scratch / "empty"
        ids = write_pack(pack, args.topics, args.exercises)
        empty.mkdir()
        call = [str(drill), "--pack", str(pack)]
        began = time.perf_counter()
        run(call + ["init", str(desk)], empty)
        print(f"`drill init` of all of it: {time.perf_counter() - began:.1f} s\n")
        write_progress(desk / ".drill/progress.toml", ids, args.exercises)
        if args.keep:
            return
        words = ["topics", "--tag", "tag-3"]
        commands = {
            "`drill list`, embedded content": ([str(drill), "list"], empty),
            "`drill list`": (call + ["list"], empty),
            "`drill list --format json`": (call + ["list", "--format", "json"], empty),
            "`drill topics`": (call + ["topics"], empty),
            "`drill topics --tag tag-3`": (call + words, empty),
            "`drill path`": (call + ["path"], empty),
            "`drill path all-of-it`": (call + ["path", "all-of-it"], empty),
            "`drill list`, in a workspace with progress": ([str(drill), "list"], desk),
            "`drill path all-of-it`, in a workspace": ([str(drill), "path", "all-of-it"], desk),
        }
        measured = {name: [] for name in commands}
        for command, cwd in commands.values():
            run(command, cwd)
        load = os.getloadavg()[0]
        for _ in range(args.rounds):
            for name, (command, cwd) in commands.items():
                measured[name].append(run(command, cwd))
    base = [took for took, _ in next(iter(measured.values()))]
    exercises = args.topics * args.exercises
    print(f"### {exercises} exercises, {args.rounds} rounds, load {load:.1f} before and {os.getloadavg()[0]:.1f} after\n")
    print("| | median | least | beside embedded `list` | most memory |\n|---|---|---|---|---|")
    for name, runs in measured.items():
        times = [took for took, _ in runs]
        ratio = statistics.median(a / b for a, b in zip(times, base))
        memory = max(mib for _, mib in runs)
        print(f"| {name} | {statistics.median(times) * 1000:.0f} ms | {min(times) * 1000:.0f} ms | {ratio:.1f} | {memory:.0f} MiB |")


if __name__ == "__main__":
    main()
