//! Signals as watch events: Ctrl-C, Ctrl-\, SIGTERM and SIGHUP stop, Ctrl-Z suspends, `fg` goes on. While another
//! program has the terminal, what is typed is meant for it.

use super::foreground::{Foreground, Holder};
use crate::failure::{Failure, Status};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Stop(Status),
    Suspend,
}

/// Passes on signals from now on.
#[cfg(unix)]
pub fn listen(foreground: Foreground, say: impl Fn(Ask) -> bool + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP])
        .map_err(|e| Failure::environment(format!("can't listen for signals: {e}")))?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let ask = match (signal, foreground.holder()) {
                (SIGTSTP, Holder::Watch) => Ask::Suspend,
                // The other program got it too, and stops; the terminal is in order.
                (SIGTSTP, _) => {
                    stop_self();
                    continue;
                }
                (SIGINT | SIGQUIT, Holder::Program(_)) => continue,
                _ => {
                    foreground.end();
                    Ask::Stop(Status::Interrupted)
                }
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
pub fn listen(foreground: Foreground, say: impl Fn(Ask) -> bool + Send + 'static) -> Result<(), Failure> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&flag))
            .map_err(|e| Failure::environment(format!("can't listen for signals: {e}")))?;
    }
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(std::time::Duration::from_millis(50));
            let program = matches!(foreground.holder(), Holder::Program(_));
            if flag.swap(false, Ordering::SeqCst) && !program {
                foreground.end();
                if !say(Ask::Stop(Status::Interrupted)) {
                    return;
                }
            }
        }
    });
    Ok(())
}

#[cfg(not(unix))]
pub fn stop_self() {}
