//! Signals as watch events: Ctrl-C, Ctrl-\, SIGTERM and SIGHUP stop, Ctrl-Z suspends, `fg` goes on. While another
//! program has the terminal, what is typed is meant for it.

use super::foreground::{Foreground, Holder};
use crate::failure::{Failure, Status};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Stop(Status),
    Suspend,
    /// The terminal has another size.
    Redraw,
}

/// Passes on signals from now on.
#[cfg(unix)]
pub fn listen(
    foreground: Foreground,
    say: impl Fn(Ask) -> bool + Send + Clone + 'static,
) -> Result<(), Failure> {
    use signal_hook::consts::{SIGHUP, SIGTERM, SIGTSTP, SIGWINCH};
    let mut signals =
        signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGTSTP, SIGWINCH]).map_err(|e| failed(&e))?;
    foreground.interrupts.listen(foreground.clone(), say.clone())?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let ask = match (signal, foreground.holder()) {
                (SIGWINCH, _) => Ask::Redraw,
                (SIGTSTP, Holder::Watch) => Ask::Suspend,
                // The other program got it too, and stops; the terminal is in order.
                (SIGTSTP, _) => {
                    stop_self();
                    continue;
                }
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

#[cfg(unix)]
fn failed(e: &std::io::Error) -> Failure {
    Failure::environment(format!("can't listen for signals: {e}"))
}

/// Ctrl-C and Ctrl-\. Whether they are meant for watch is decided when they arrive, not when there is time to
/// look: a program that ends of Ctrl-C is gone by then.
#[derive(Clone, Debug, Default)]
pub struct Interrupts {
    #[cfg(unix)]
    wired: std::sync::Arc<std::sync::Mutex<Wired>>,
}

/// Where the signals' handlers write to, and which are at work.
#[cfg(unix)]
#[derive(Debug, Default)]
struct Wired {
    pipe: Option<std::os::unix::net::UnixStream>,
    handlers: Vec<signal_hook::SigId>,
}

#[cfg(unix)]
impl Interrupts {
    fn listen(
        &self,
        foreground: Foreground,
        say: impl Fn(Ask) -> bool + Send + 'static,
    ) -> Result<(), Failure> {
        use std::io::Read as _;
        let (mut arrivals, pipe) = std::os::unix::net::UnixStream::pair().map_err(|e| failed(&e))?;
        self.wired().pipe = Some(pipe);
        self.heed().map_err(|e| failed(&e))?;
        std::thread::spawn(move || {
            while arrivals.read_exact(&mut [0]).is_ok() {
                foreground.end();
                if !say(Ask::Stop(Status::Interrupted)) {
                    return;
                }
            }
        });
        Ok(())
    }

    fn wired(&self) -> std::sync::MutexGuard<'_, Wired> {
        self.wired.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// From now on they are meant for watch.
    pub fn heed(&self) -> std::io::Result<()> {
        use signal_hook::consts::{SIGINT, SIGQUIT};
        let mut wired = self.wired();
        let Some(pipe) = &wired.pipe else { return Ok(()) };
        let mut handlers = Vec::new();
        for signal in [SIGINT, SIGQUIT] {
            handlers.push(signal_hook::low_level::pipe::register(signal, pipe.try_clone()?)?);
        }
        wired.handlers.append(&mut handlers);
        Ok(())
    }

    /// From now on they are meant for the program that has the terminal.
    pub fn ignore(&self) {
        for handler in self.wired().handlers.drain(..) {
            signal_hook::low_level::unregister(handler);
        }
    }
}

#[cfg(not(unix))]
impl Interrupts {
    pub fn heed(&self) -> std::io::Result<()> {
        Ok(())
    }

    pub fn ignore(&self) {}
}

/// Stops this process as the shell expects; returns when it goes on.
#[cfg(unix)]
pub fn stop_self() {
    use rustix::process::{Signal, getpid, kill_process};
    let _ = kill_process(getpid(), Signal::STOP);
}

#[cfg(not(unix))]
pub fn listen(
    foreground: Foreground,
    say: impl Fn(Ask) -> bool + Send + Clone + 'static,
) -> Result<(), Failure> {
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
