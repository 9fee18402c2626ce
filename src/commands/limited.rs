//! `drill __limited`: how a learner's program is started.

use crate::cli::Limited;
use crate::failure::{Failure, Status};
use crate::process::limited::{Caps, become_program};

pub fn run(args: &Limited) -> Result<Status, Failure> {
    let caps = Caps { cpu_s: args.cpu_s, memory_mib: args.memory_mib, file_mib: args.file_mib };
    Err(become_program(caps, &args.program, &args.args))
}
