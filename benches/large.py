#!/usr/bin/env python3
"""How time and memory grow: a progress file of 100,000 events, a learner's file of 10,000 lines, a scorecard of 200
rows; each beside the same with little of it, in turn.

    cargo build --release && python3 benches/large.py [--rounds 9]
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRILL = ROOT / "target/release/drill"
ID = "token-bucket-gcra/00-warm-up"


def call(folder, args):
    """Seconds and MiB of one call."""
    start = time.perf_counter()
    process = subprocess.Popen([DRILL, *args], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 1), (args, code, said.decode())
    return took, usage.ru_maxrss / 1024


def events(workspace, n):
    """A progress file of `n` attempts, hints, passes and replies, spread over all exercises."""
    listed = subprocess.run([DRILL, "list", "--format", "json"], cwd=workspace, capture_output=True, text=True, check=True)
    import json

    ids = [exercise["id"] for exercise in json.loads(listed.stdout)["exercises"]]
    lines = ["format = 1"]
    for i, exercise in enumerate(ids):
        lines += [f'[exercise."{exercise}"]', "attempts = ["]
        for k in range(n // len(ids)):
            at = f"2026-{1 + k % 11:02}-{1 + k // 11 % 28:02}T{k % 24:02}:{i % 60:02}:{k % 60:02}Z"
            lines.append(f'    {{ at = {at}, verdict = "failed", ms = 80 }},')
        lines.append("]")
    (workspace / ".drill/progress.toml").write_text("\n".join(lines) + "\n")


def wide_pack(folder, rows):
    """A pack of one exercise whose checks report so many scores."""
    pack = folder / f"pack-{rows}"
    for part in ["exercises/score", "solutions/score", "checks/score"]:
        (pack / part).mkdir(parents=True)
    (pack / "exercises/atlas.toml").write_text(
        'format = 1\n[[family]]\nid = "f"\ntitle = "F"\nsummary = "S."\ntopics = ["score"]\n'
        '[[path]]\nid = "p"\ntitle = "P"\nsummary = "S."\ntopics = ["score"]\n'
    )
    (pack / "exercises/score/topic.toml").write_text(
        'title = "Scores"\nsummary = "Many."\nfamily = "f"\nkind = "foundation"\ndifficulty = "intro"\ntags = []\n'
        'builds_on = []\nunlocks = []\nrelated = []\n[[exercise]]\nname = "01-many"\ntitle = "Many"\nmode = "tune"\n'
        'minutes = 1\nlearned = "It is wide."\nhints = ["a", "b", "c"]\n'
    )
    (pack / "exercises/score/README.md").write_text("# Scores\n")
    stub = "//! Many.\n\n/// A figure.\npub fn figure() -> f64 {\n    1.0\n}\n"
    (pack / "exercises/score/01-many.rs").write_text(stub)
    (pack / "solutions/score/01-many.rs").write_text(stub)
    checks, table = [], []
    for n in range(0, rows, 50):
        some = min(50, rows - n)
        table.append(f'("part-{n}", "a figure that is too large", part_{n})')
        checks.append(
            f"fn part_{n}(case: &mut kit::Case) -> kit::Res {{ for i in 0..{some} {{ case.at_most(&format!(\"figure {{}}\", "
            f"i + {n}), crate::figure(), \"units\", 2.0); }} Ok(()) }}"
        )
    text = "pub const CHECKS: &[kit::Check] = &[" + ", ".join(table) + "];\n" + "\n".join(checks) + "\n"
    (pack / "checks/score/01-many.rs").write_text(text)
    (pack / "checks/score/01-many.toml").write_text("")
    return pack


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        little, much = folder / "little", folder / "much"
        for workspace in (little, much):
            call(folder, ["init", str(workspace)])
            call(workspace, ["run", ID])
        plain = (little / f"exercises/{ID}.rs").read_text()

        def compare(what, args):
            call(little, args), call(much, args)
            figures = [(call(little, args), call(much, args)) for _ in range(rounds)]
            a, b = ([statistics.median(pair[side][0] for pair in figures) * 1000 for side in (0, 1)])
            ratio = statistics.median(pair[1][0] / pair[0][0] for pair in figures)
            memory = [max(pair[side][1] for pair in figures) for side in (0, 1)]
            print(f"{what:44} {a:7.0f} ms {b:7.0f} ms   x {ratio:4.1f}   {memory[0]:4.0f} MiB {memory[1]:4.0f} MiB")

        print(f"{'':44} {'little':>10} {'much':>10}")
        events(little, 100), events(much, 100_000)
        for args in (["list"], ["progress"], ["hint", ID, "--again"], ["run", ID]):
            compare(f"100 and 100,000 events: {args[0]}", args)
        events(much, 100)
        lines = "".join(f"fn line_{i}(a: u64) -> u64 {{ a.wrapping_add({i}) }}\n" for i in range(10_000))
        (much / f"exercises/{ID}.rs").write_text(plain + lines)
        compare(f"{plain.count(chr(10))} lines and 10,000 functions more: run", ["run", ID])
        (much / f"exercises/{ID}.rs").write_text(plain + "// a line of words that says nothing at all\n" * 10_000)
        compare("the same with 10,000 lines of comment: run", ["run", ID])
        packs = [wide_pack(folder, rows) for rows in (10, 200)]
        for workspace, pack in zip((little, much), packs):
            call(folder, ["init", str(workspace) + "-wide", "--pack", str(pack)])
        little, much = folder / "little-wide", folder / "much-wide"
        both = [call(w, ["run", "01-many", "--pack", str(p)]) for w, p in zip((little, much), packs)]
        figures = [
            [call(w, ["run", "01-many", "--pack", str(p)]) for w, p in zip((little, much), packs)] for _ in range(rounds)
        ]
        a, b = (statistics.median(pair[side][0] for pair in figures) * 1000 for side in (0, 1))
        memory = [max(pair[side][1] for pair in figures + [both]) for side in (0, 1)]
        print(f"{'a scorecard of 10 and of 200 rows: run':44} {a:7.0f} ms {b:7.0f} ms   x {b / a:4.1f}   "
              f"{memory[0]:4.0f} MiB {memory[1]:4.0f} MiB")


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    main()
