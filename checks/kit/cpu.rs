//! How much processor time the process has used: the engine's limits count that, not a busy machine's clock.

/// Microseconds of processor time of the whole process so far; 0 where it is not known.
pub(crate) fn cpu_us() -> u64 {
    counted::cpu_us()
}

/// Where C's `clock` counts microseconds (POSIX with XSI demands it; the BSDs differ).
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
mod counted {
    #[expect(unsafe_code, reason = "std has no clock of processor time")]
    pub(super) fn cpu_us() -> u64 {
        unsafe extern "C" {
            safe fn clock() -> std::ffi::c_long;
        }
        // -1 when the time is not known or does not fit.
        clock().try_into().unwrap_or(0)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
mod counted {
    pub(super) fn cpu_us() -> u64 {
        0
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::cpu_us;

    #[test]
    fn work_takes_processor_time() {
        let before = cpu_us();
        let mut rng = crate::Rng::new(1);
        while cpu_us() < before + 1_000 {
            std::hint::black_box(rng.next_u64());
        }
    }
}
