#!/usr/bin/env python3
"""Kills drill (SIGKILL) at random instants while it works, and looks after each kill at what a learner would miss:
the progress file reads, nothing that a finished call recorded is gone, the learner's file is as it was saved or its
backup is there, and the next call works.

    cargo build --release
    python3 benches/kill.py [TIMES]      # kills that met drill at work; 1,000 unless told otherwise
"""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRILL = ROOT / "target/release/drill"
PACK = ROOT / "tests/fixtures/two-topics"
EXERCISE = "exercises/lamp/01-switch.rs"
ID = "lamp/01-switch"


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    chance = random.Random(6)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(pathlib.Path(folder))
        worked, calls, killed, lost = {}, 0, 0, []
        while killed < times:
            calls += 1
            name, args = chance.choice(desk.calls())
            longest = desk.takes[name]
            before = desk.recorded()
            process = desk.start(args)
            time.sleep(chance.random() * longest)
            was_alive = process.poll() is None
            process.send_signal(signal.SIGKILL)
            code = process.wait()
            killed += was_alive
            worked[name] = worked.get(name, 0) + was_alive
            lost += desk.missing(name, before, finished=not was_alive and code in (0, 1), what=f"{calls}: {name}")
        counts = ", ".join(f"{name} {n}" for name, n in sorted(worked.items()))
        print(f"{calls} calls, {killed} killed at work ({counts}); {len(lost)} losses")
        for line in lost:
            print(f"  {line}")
        sys.exit(bool(lost))


class Desk:
    def __init__(self, folder):
        self.folder = folder
        self.space = folder / "space"
        self.solution = (PACK / "solutions/lamp/01-switch.rs").read_text()
        self.other = folder / "other.toml"
        self.other.write_text('format = 1\n[exercise."lamp/02-dim"]\ndays = { 2026-11-23 = 4 }\n')
        self.finish(["init", str(self.space)])
        self.save(self.solution)
        # What each call takes when nobody ends it: kills fall within.
        self.takes = {}
        for name, args in self.calls() * 2:
            start = time.perf_counter()
            self.finish(args)
            self.takes[name] = time.perf_counter() - start
            self.save(self.solution)

    def calls(self):
        return [
            ("run", ["run", ID]),
            ("hint", ["hint", ID]),
            ("import", ["progress", "--import", str(self.other)]),
            ("reset", ["reset", ID, "--yes"]),
            ("upgrade", ["init", str(self.space)]),
            ("path", ["path", "first-steps"]),
        ]

    def start(self, args):
        command = [DRILL, *args, "--pack", PACK]
        if args[0] != "init":
            command += ["--workspace", self.space]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=self.folder)

    def finish(self, args):
        process = self.start(args)
        _, said = process.communicate(timeout=60)
        assert process.returncode in (0, 1), (args, said.decode())

    def save(self, text):
        (self.space / EXERCISE).write_text(text)

    def recorded(self):
        """Attempts, hints and passes that the progress file has; raises when it can't be read."""
        file = self.space / ".drill/progress.toml"
        if not file.exists():
            return {"attempts": 0, "hints": 0}
        progress = tomllib.loads(file.read_text())
        exercise = progress.get("exercise", {}).get(ID, {})
        return {"attempts": sum(exercise.get("days", {}).values()), "hints": len(exercise.get("hints", []))}

    def missing(self, name, before, finished, what):
        """What a learner would miss now, in words."""
        lost = []
        try:
            after = self.recorded()
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            return [f"{what}: progress can't be read: {error}"]
        for word, count in before.items():
            if after[word] < count:
                lost.append(f"{what}: {word} went from {count} to {after[word]}")
        if finished and name == "run" and after["attempts"] != before["attempts"] + 1:
            lost.append(f"{what}: a finished run is not recorded")
        mine = (self.space / EXERCISE).read_text() if (self.space / EXERCISE).exists() else None
        if mine != self.solution:
            backups = self.space.glob(".drill/backups/**/*")
            if not any(b.is_file() and b.read_text() == self.solution for b in backups):
                lost.append(f"{what}: the learner's file is gone, without a backup")
            self.save(self.solution)
        for file in self.space.glob(".drill/*corrupt*"):
            lost.append(f"{what}: {file.name}")
            file.unlink()
        return lost


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    main()
