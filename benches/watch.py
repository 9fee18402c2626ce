#!/usr/bin/env python3
"""Measures the time from a save to the verdict on the screen, drill's and rustlings' in turn in one run.

    cargo build --release && RUSTLINGS=/path/to/rustlings python3 benches/watch.py [--rounds 15]

Both watch the same exercise on a terminal of their own. Every save changes a function body and a number that the
program prints; the time ends when that number is on the screen. Needs python3 on a Unix system.
"""

import argparse
import atexit
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import verdict


class Terminal:
    """A program on a terminal of 100 x 40."""

    def __init__(self, command, cwd):
        self.master, slave = pty.openpty()
        env = dict(os.environ, TERM="xterm-256color", COLUMNS="100", LINES="40")
        subprocess.run(["stty", "rows", "40", "cols", "100"], stdin=slave, check=True)
        self.child = subprocess.Popen(command, cwd=cwd, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
        os.close(slave)
        self.seen = b""

    def wait_for(self, text, seconds=60):
        """Reads until the text has been shown."""
        until = time.perf_counter() + seconds
        while text.encode() not in self.seen:
            left = until - time.perf_counter()
            if left <= 0 or not select.select([self.master], [], [], left)[0]:
                sys.exit(f"{text!r} never came:\n{self.seen[-2000:].decode(errors='replace')}")
            self.seen += os.read(self.master, 1 << 16)

    def settle(self):
        """Reads until nothing has come for a while: the program is idle again."""
        while select.select([self.master], [], [], 0.4)[0]:
            os.read(self.master, 1 << 16)
        self.seen = b""

    def end(self):
        self.child.kill()
        self.child.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    drill = Path(os.environ.get("DRILL", verdict.ROOT / "target/release/drill")).resolve()
    rustlings = os.environ.get("RUSTLINGS")
    if not drill.is_file() or not rustlings:
        sys.exit("needs `cargo build --release`, and $RUSTLINGS")
    bucket = (verdict.FIXTURE / "bucket.rs").read_text()
    tests = "\n" + (verdict.FIXTURE / "tests.rs").read_text()
    mark = "let price = ticks(rate, cost);"

    def edited(n, printed):
        return bucket.replace(mark, f"{mark}\n        let price = price + {n} - {n};{printed}")

    def for_drill(n):
        once = "static ONCE: std::sync::Once = std::sync::Once::new();"
        return edited(n, f"\n        {once}\n        ONCE.call_once(|| println!(\"mark {n}.\"));")

    def for_rustlings(n):
        return edited(n, "") + tests + f"fn main() {{ println!(\"mark {n}.\"); }}\n"

    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        pack, workspace, set_ = scratch / "pack", scratch / "ws", scratch / "set"
        verdict.write_pack(pack, bucket)
        call = [str(drill), "--pack", str(pack)]
        verdict.run(call + ["init", str(workspace)], scratch)
        verdict.write_set(set_, bucket)
        sides = {
            "drill": (workspace / "exercises/bucket/01-bucket.rs", for_drill, Terminal(call + ["watch"], workspace)),
            "rustlings": (set_ / "exercises/bucket.rs", for_rustlings, Terminal([rustlings], set_)),
        }
        for _, _, terminal in sides.values():
            atexit.register(terminal.end)
        times = {name: [] for name in sides}
        time.sleep(2)
        # Past its welcome.
        os.write(sides["rustlings"][2].master, b"\r")
        time.sleep(2)
        for _, _, terminal in sides.values():
            terminal.settle()
        load = os.getloadavg()[0]
        for n in range(1000, 1001 + args.rounds):
            for name, (path, text, terminal) in sides.items():
                terminal.settle()
                began = time.perf_counter()
                path.write_text(text(n))
                terminal.wait_for(f"mark {n}.")
                times[name].append(time.perf_counter() - began)
    # The first save of each also built what later ones find.
    ours, theirs = times["drill"][1:], times["rustlings"][1:]
    rows = [("save to verdict in `drill watch`", ours, "`rustlings` watching", theirs, "0.3")]
    print(verdict.table(f"{args.rounds} rounds, load {load:.1f} before and {os.getloadavg()[0]:.1f} after, on {os.cpu_count()} cores", rows))


if __name__ == "__main__":
    main()
