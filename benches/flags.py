#!/usr/bin/env python3
"""What each of rustc's flags is worth in the one call that a verdict makes, in turn in one run.

    python3 benches/flags.py [--rounds 15]

The base is the call of src/compile/rustc.rs; every line is the same call with something changed. Wall clock
and processor time, both as medians and as ratios to the base of the same round.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
FIXTURE = HERE / "fixture"
ENTRY = '\n#[unsafe(no_mangle)]\nextern "C" fn main(_: i32, _: *const *const u8) -> i32 { ::kit::run(CHECKS) }\n'
HEAD = '#![no_main] #[path = "checks.rs"] mod __drill_checks; '

BASE = ["--edition", "2024", "--error-format", "json", "--cap-lints", "warn", "-Awarnings", "-Cdebuginfo=0",
        "--crate-type", "bin", "-Cdebug-assertions=on", "-Coverflow-checks=on", "-Copt-level=0", "-Cstrip=symbols"]

VARIANTS = {
    "base": [],
    "no incremental": ["-incremental"],
    "not stripped": ["-Cstrip=none"],
    "strip=debuginfo": ["-Cstrip=debuginfo"],
    "codegen-units=1": ["-Ccodegen-units=1"],
    "codegen-units=4": ["-Ccodegen-units=4"],
    "codegen-units=16": ["-Ccodegen-units=16"],
    "prefer-dynamic": ["-Cprefer-dynamic"],
    "dead code kept": ["-Clink-dead-code=yes"],
    "no build id, no hash table": ["-Clink-arg=-Wl,--build-id=none", "-Clink-arg=-Wl,--hash-style=gnu"],
    "linker without -O": ["-Clink-arg=-Wl,-O0"],
    "linker: not PIE": ["-Crelocation-model=static"],
    "lld threads=1": ["-Clink-arg=-Wl,--threads=1"],
    "lld threads=2": ["-Clink-arg=-Wl,--threads=2"],
    "force-unwind-tables=no": ["-Cforce-unwind-tables=no"],
    "no embedded bitcode": ["-Cembed-bitcode=no"],
    "opt-level=1": ["-Copt-level=1"],
    "overflow checks off": ["-Coverflow-checks=off", "-Cdebug-assertions=off"],
}


def call(command, cwd):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", nargs="*", help="these lines and the base")
    args = parser.parse_args()
    rustc = Path(subprocess.check_output(["rustc", "--print", "sysroot"], text=True).strip()) / "bin/rustc"
    variants = {n: f for n, f in VARIANTS.items() if n == "base" or not args.only or n in args.only}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        kit = scratch / "libkit.rlib"
        subprocess.run([rustc, "--edition", "2024", "--crate-name", "kit", "--crate-type", "rlib", "-Awarnings",
                        "-Copt-level=1", "-Coverflow-checks=on", "-Cdebug-assertions=on", "-Cdebuginfo=0",
                        "-o", kit, HERE.parent / "checks/kit/lib.rs"], check=True)
        text = (FIXTURE / "bucket.rs").read_text().replace("//! ", "// ")
        mark = "let price = ticks(rate, cost);"
        times = {name: [] for name in variants}
        sizes = {}
        dropped = set()
        for n in range(args.rounds + 1):
            for name, flags in variants.items():
                if name in dropped:
                    continue
                folder = scratch / name.replace(" ", "_").replace(":", "")
                folder.mkdir(exist_ok=True)
                edited = text.replace(mark, f"{mark}\n        let price = price + {n} - {n};")
                (folder / "exercise.rs").write_text(HEAD + edited)
                (folder / "checks.rs").write_text((FIXTURE / "checks.rs").read_text() + ENTRY)
                more = [f for f in flags if f != "-incremental"]
                if len(more) == len(flags):
                    more.append(f"-Cincremental={folder / 'incremental'}")
                command = [rustc, folder / "exercise.rs", *BASE, *more, "--extern", f"kit={kit}", "-o", folder / "program"]
                done, wall, cpu = call(command, folder)
                if done.returncode != 0:
                    print(f"{name}: not here ({done.stderr.decode(errors='replace').splitlines()[0][:150]})")
                    dropped.add(name)
                    continue
                env = None
                began = time.perf_counter()
                ran = subprocess.run([folder / "program"], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                runs = time.perf_counter() - began
                if ran.returncode != 0:
                    print(f"{name}: the program ended with {ran.returncode}", file=sys.stderr)
                sizes[name] = (folder / "program").stat().st_size
                if n > 0:
                    times[name].append((wall, cpu, runs))
    print(f"load {os.getloadavg()[0]:.1f}\n")
    print("| | wall | CPU | wall, ratio | CPU, ratio | run | program |\n|---|---|---|---|---|---|---|")
    for name, taken in times.items():
        if name in dropped or not taken:
            continue
        wall, cpu, runs = (statistics.median(t[i] for t in taken) for i in range(3))
        ratio = [statistics.median(t[i] / b[i] for t, b in zip(taken, times["base"])) for i in range(2)]
        print(f"| {name} | {wall * 1000:.0f} ms | {cpu * 1000:.0f} ms | {ratio[0]:.2f} | {ratio[1]:.2f} | {runs * 1000:.0f} ms | {sizes[name] >> 10} KiB |")


if __name__ == "__main__":
    main()
