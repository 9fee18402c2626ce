//! Child processes that are never trusted: own process group, no standard input, watched until they end, the
//! whole group, and what has left it, killed and reaped on every way out. Knows nothing of rustc, exercises or verdicts.

pub mod limited;
mod strays;

use crate::failure::Failure;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Asks running work to stop; clones share the wish.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    wish: Arc<AtomicBool>,
    /// The wish of the work that this is a part of.
    whole: Option<Arc<AtomicBool>>,
}

impl Cancel {
    pub fn cancel(&self) {
        self.wish.store(true, Ordering::SeqCst);
    }

    pub fn is_cancelled(&self) -> bool {
        let is_set = |flag: &Arc<AtomicBool>| flag.load(Ordering::SeqCst);
        is_set(&self.wish) || self.whole.as_ref().is_some_and(is_set)
    }

    /// For parts of this work: they stop with it, and can be stopped without it.
    #[must_use]
    pub fn part(&self) -> Cancel {
        Cancel { wish: Arc::default(), whole: Some(self.flag()) }
    }

    /// The flag itself, for a signal handler to set.
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.wish)
    }
}

/// How a child ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
}

/// How supervision ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<R> {
    Exited(Exit),
    /// The caller had it killed, for this reason.
    Stopped(R),
}

/// What a running child has used so far.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    pub wall: Duration,
    /// CPU time of all its threads; `None` where the platform does not tell.
    pub cpu: Option<Duration>,
    /// Bytes of memory that it holds right now; `None` where the platform does not tell.
    pub memory: Option<u64>,
}

/// How often a running child is looked at.
const TICK: Duration = Duration::from_millis(10);

/// Between two looks more than this passes only when drill itself was stopped, as by Ctrl-Z: such time counts for
/// no limit.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs `command` to its end, or until `watch` names a reason to stop it. Returns when the child has exited,
/// whoever still holds its pipes; nothing of its process group is left.
pub fn supervise<R>(
    mut command: Command,
    mut watch: impl FnMut(Usage) -> Option<R>,
) -> Result<End<R>, Failure> {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.stdin(Stdio::null());
    let mark = strays::mark(&mut command);
    let program = command.get_program().to_string_lossy().into_owned();
    let child = command.spawn().map_err(|e| Failure::environment(format!("can't start `{program}`: {e}")))?;
    let (mut wall, mut looked) = (Duration::ZERO, Instant::now());
    let mut group = Group { child, mark, reaped: None };
    let exited = group.notify_on_exit();
    loop {
        match exited.recv_timeout(TICK) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                let status =
                    group.finish().map_err(|e| Failure::environment(format!("lost `{program}`: {e}")))?;
                return Ok(End::Exited(exit_of(status)));
            }
            Err(RecvTimeoutError::Timeout) => {
                wall += looked.elapsed().min(PAUSE);
                looked = Instant::now();
                let pid = group.child.id();
                let usage = Usage { wall, cpu: cpu_time(pid), memory: memory(pid) };
                if let Some(reason) = watch(usage) {
                    let _ = group.finish();
                    return Ok(End::Stopped(reason));
                }
            }
        }
    }
}

/// A child with its process group, killed and reaped when dropped.
struct Group {
    child: Child,
    mark: strays::Mark,
    reaped: Option<ExitStatus>,
}

impl Group {
    /// A message when the child has exited. It stays a zombie until `finish`, so that its process group id
    /// can't come to mean something else.
    fn notify_on_exit(&self) -> Receiver<()> {
        let (sender, receiver) = channel();
        let pid = self.child.id();
        thread::spawn(move || {
            wait_unreaped(pid);
            let _ = sender.send(());
        });
        receiver
    }

    /// Kills what is left of the group and reaps the child.
    fn finish(&mut self) -> std::io::Result<ExitStatus> {
        if let Some(status) = self.reaped {
            return Ok(status);
        }
        let pid = self.child.id();
        kill_group(pid);
        let _ = self.child.kill();
        let status = self.child.wait()?;
        self.reaped = Some(status);
        // A fork that raced the first kill: rare, so it costs nothing to look again until nobody is left.
        for _ in 0..200 {
            if !kill_group(pid) {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        self.mark.kill_strays();
        Ok(status)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = self.finish();
    }
}

#[cfg(unix)]
fn wait_unreaped(pid: u32) {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
    while let Err(rustix::io::Errno::INTR) =
        waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
    {}
}

/// False when there is nobody to kill.
#[cfg(unix)]
fn kill_group(pid: u32) -> bool {
    use rustix::process::{Pid, Signal, kill_process_group};
    i32::try_from(pid)
        .ok()
        .and_then(Pid::from_raw)
        .is_some_and(|pid| kill_process_group(pid, Signal::KILL).is_ok())
}

/// Asks a child in the foreground to end.
#[cfg(unix)]
pub fn terminate(pid: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, Signal::TERM);
    }
}

#[cfg(unix)]
fn exit_of(status: ExitStatus) -> Exit {
    use std::os::unix::process::ExitStatusExt as _;
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Code(code),
        (None, signal) => Exit::Signal(signal.unwrap_or(0)),
    }
}

// Elsewhere the portable fallback: no groups, and the exit is noticed by asking.
#[cfg(not(unix))]
fn wait_unreaped(_pid: u32) {
    thread::sleep(Duration::from_millis(5));
}

#[cfg(not(unix))]
fn kill_group(_pid: u32) -> bool {
    false
}

#[cfg(not(unix))]
pub fn terminate(_pid: u32) {}

#[cfg(not(unix))]
fn exit_of(status: ExitStatus) -> Exit {
    Exit::Code(status.code().unwrap_or(-1))
}

/// User and system time of a process, from `/proc/<pid>/stat` (fields 14 and 15, in ticks of 10 ms).
#[cfg(target_os = "linux")]
fn cpu_time(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The command name, in parentheses, may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let per_second = rustix::param::clock_ticks_per_second().max(1);
    Some(Duration::from_millis((user + system) * 1000 / per_second))
}

/// Resident memory of a process, from `/proc/<pid>/statm` (field 2, in pages).
#[cfg(target_os = "linux")]
fn memory(pid: u32) -> Option<u64> {
    let pages = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = pages.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * u64::try_from(rustix::param::page_size()).ok()?)
}

#[cfg(not(target_os = "linux"))]
fn memory(_pid: u32) -> Option<u64> {
    None
}

#[cfg(not(target_os = "linux"))]
fn cpu_time(_pid: u32) -> Option<Duration> {
    None
}

/// Lets stopped children go on. A Ctrl-Z between fork and exec reaches the child too, which then never comes to
/// exec; and the thread that waits for that can't be stopped, so that the shell would wait for ever.
#[cfg(target_os = "linux")]
pub fn continue_children() {
    use rustix::process::{Pid, Signal, kill_process};
    for pid in strays::children().into_iter().filter_map(Pid::from_raw) {
        let _ = kill_process(pid, Signal::CONT);
    }
}

#[cfg(not(target_os = "linux"))]
pub fn continue_children() {}

/// Sets `cancel` on Ctrl-C, SIGTERM and SIGHUP, so that work stops and children are killed on the way out.
pub fn cancel_on_signals(cancel: &Cancel) -> Result<(), Failure> {
    #[cfg(unix)]
    let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP];
    #[cfg(not(unix))]
    let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
    for signal in signals {
        signal_hook::flag::register(signal, cancel.flag())
            .map_err(|e| Failure::environment(format!("can't listen for signal {signal}: {e}")))?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    #[test]
    fn an_exit_code_and_a_signal_are_told_apart() {
        let never = |_: Usage| None::<()>;
        assert_eq!(supervise(shell("exit 7"), never).unwrap(), End::Exited(Exit::Code(7)));
        assert_eq!(supervise(shell("kill -ABRT $$"), never).unwrap(), End::Exited(Exit::Signal(6)));
    }

    #[test]
    fn a_stopped_child_takes_its_grandchildren_with_it() {
        let pid_file = tempfile::NamedTempFile::new().unwrap();
        let path = pid_file.path().to_owned();
        let script = format!("sleep 1000 & echo $! > {}; wait", path.display());
        let mut grandchild = None;
        let end = supervise(shell(&script), |_| {
            grandchild = std::fs::read_to_string(&path).ok()?.trim().parse::<i32>().ok();
            grandchild.map(|_| "seen")
        });
        assert_eq!(end.unwrap(), End::Stopped("seen"));
        let pid = rustix::process::Pid::from_raw(grandchild.unwrap()).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        while !is_gone(pid) {
            assert!(Instant::now() < deadline, "the grandchild lives on");
            thread::yield_now();
        }
    }

    /// Gone, or a zombie that waits for init.
    fn is_gone(pid: rustix::process::Pid) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
        stat.map_or(true, |s| s.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z')))
    }

    #[test]
    fn a_grandchild_that_holds_a_pipe_delays_nothing() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 1000 & exit 0"]).stdout(Stdio::piped()).stderr(Stdio::null());
        let end = supervise(command, |usage| (usage.wall > Duration::from_mins(1)).then_some("hung"));
        assert_eq!(end.unwrap(), End::Exited(Exit::Code(0)));
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let failure = supervise(Command::new("/no/such/program"), |_| None::<()>).unwrap_err();
        assert!(failure.message.contains("/no/such/program"), "{}", failure.message);
    }
}
