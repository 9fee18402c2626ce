//! Signals as watch events: Ctrl-C, SIGTERM and SIGHUP stop, Ctrl-Z suspends, `fg` goes on.

use crate::failure::{Failure, Status};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Stop(Status),
    Suspend,
}

/// While this is set another program has the terminal: Ctrl-C is meant for it, and Ctrl-Z stops us both.
pub type InForeground = Arc<AtomicBool>;

/// Passes on signals from now on.
#[cfg(unix)]
pub fn listen(foreground: InForeground, say: impl Fn(Ask) -> bool + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP])
        .map_err(|e| Failure::environment(format!("can't listen for signals: {e}")))?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let busy = foreground.load(Ordering::SeqCst);
            let ask = match signal {
                SIGTSTP if busy => {
                    stop_self();
                    continue;
                }
                SIGTSTP => Ask::Suspend,
                SIGINT if busy => continue,
                _ => Ask::Stop(Status::Interrupted),
            };
            if !say(ask) {
                return;
            }
        }
    });
    Ok(())
}

/// Stops this process as the shell expects; returns when it goes on.
#[cfg(unix)]
pub fn stop_self() {
    use rustix::process::{Signal, getpid, kill_process};
    let _ = kill_process(getpid(), Signal::STOP);
}

#[cfg(not(unix))]
pub fn listen(_foreground: InForeground, say: impl Fn(Ask) -> bool + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&flag))
            .map_err(|e| Failure::environment(format!("can't listen for signals: {e}")))?;
    }
    std::thread::spawn(move || {
        while !flag.load(Ordering::SeqCst) {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        say(Ask::Stop(Status::Interrupted));
    });
    Ok(())
}

#[cfg(not(unix))]
pub fn stop_self() {}
