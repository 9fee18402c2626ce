//! Counts heap use, for checks that bound it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

/// An allocator that counts. The checks install it when they need it:
/// `#[global_allocator] static A: kit::Mem = kit::Mem;`
#[derive(Debug)]
pub struct Mem;

static LIVE: AtomicI64 = AtomicI64::new(0);
static PEAK: AtomicI64 = AtomicI64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);

/// Runs `f` and answers, beside its result, the bytes still live after it beyond those before, the peak beyond
/// those before, and the calls that allocated or grew. All three are of the whole process and 0 where `Mem` is
/// not installed: assert first that a known `Vec` shows.
pub fn measure<T>(f: impl FnOnce() -> T) -> (T, i64, i64, u64) {
    let (live, calls) = (LIVE.load(Relaxed), CALLS.load(Relaxed));
    PEAK.store(live, Relaxed);
    let out = f();
    (out, LIVE.load(Relaxed) - live, PEAK.load(Relaxed) - live, CALLS.load(Relaxed) - calls)
}

// SAFETY: every call is handed to the system's allocator as it came; only counters change.
#[expect(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Mem {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        grow(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        shrink(layout.size());
        unsafe { System.dealloc(at, layout) }
    }

    /// Counts as if the block grew in place: whether it moves is the system's whim.
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        shrink(layout.size());
        grow(size);
        unsafe { System.realloc(at, layout, size) }
    }
}

fn grow(bytes: usize) {
    let bytes = bytes.cast_signed() as i64;
    PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
    CALLS.fetch_add(1, Relaxed);
}

fn shrink(bytes: usize) {
    LIVE.fetch_sub(bytes.cast_signed() as i64, Relaxed);
}

#[cfg(test)]
mod tests {
    use super::{CALLS, LIVE, Mem, PEAK, measure};
    use std::alloc::{GlobalAlloc, Layout};
    use std::sync::atomic::Ordering::Relaxed;

    /// The counters are driven by hand here: installed, they would count the other tests too.
    #[test]
    #[expect(unsafe_code, reason = "calls the allocator as a collection does")]
    fn live_peak_and_calls_are_counted() {
        let layout = |size| Layout::from_size_align(size, 8).expect("a layout");
        let (first, live, peak, calls) = measure(|| unsafe {
            let first = Mem.alloc(layout(8_000));
            let second = Mem.alloc_zeroed(layout(5_000));
            assert_eq!(*second, 0);
            let second = Mem.realloc(second, layout(5_000), 6_000);
            Mem.dealloc(second, layout(6_000));
            first
        });
        assert_eq!((live, peak, calls), (8_000, 14_000, 3));
        let ((), live, peak, calls) = measure(|| unsafe { Mem.dealloc(first, layout(8_000)) });
        assert_eq!((live, peak, calls), (-8_000, 0, 0));
        assert_eq!((LIVE.load(Relaxed), CALLS.load(Relaxed)), (0, 3));
        assert!(PEAK.load(Relaxed) >= 0);
    }
}
