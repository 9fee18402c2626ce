//! Virtual time: a clock that moves from one scheduled event to the next.

use crate::Ns;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Events to come, and the virtual clock. Events of one instant come in the order they were scheduled.
#[derive(Debug)]
pub struct Events<E> {
    queue: Queue,
    /// What happens, by the queue's slots.
    bodies: Vec<Option<E>>,
}

impl<E> Default for Events<E> {
    fn default() -> Self {
        Events { queue: Queue::default(), bodies: Vec::new() }
    }
}

impl<E> Events<E> {
    /// No events, at time 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> Ns {
        self.queue.now
    }

    /// How many events are still to come.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.slots.len() - self.queue.free.len()
    }

    /// Whether no event is to come.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Schedules `event` at `t`; the answer cancels it.
    ///
    /// # Panics
    /// When `t` is before now.
    #[track_caller]
    pub fn at(&mut self, t: Ns, event: E) -> u64 {
        assert!(t >= self.queue.now, "event at {t} ns is before now, {} ns", self.queue.now);
        let id = self.queue.schedule(t);
        let slot = slot(id);
        if slot == self.bodies.len() {
            self.bodies.push(Some(event));
        } else {
            self.bodies[slot] = Some(event);
        }
        id
    }

    /// Schedules `event` in `d` from now; the answer cancels it.
    pub fn after(&mut self, d: Ns, event: E) -> u64 {
        self.at(self.queue.now.saturating_add(d), event)
    }

    /// Takes an event back; `None` when it has happened or was cancelled before.
    pub fn cancel(&mut self, id: u64) -> Option<E> {
        let slot = self.queue.cancel(id)?;
        self.bodies[slot].take()
    }

    /// The next event, and the clock moves to it. Without one the clock stays.
    pub fn pop(&mut self) -> Option<(Ns, E)> {
        self.pop_until(Ns::MAX)
    }

    /// The next event at or before `end`; when there is none the clock moves to `end`.
    pub fn pop_until(&mut self, end: Ns) -> Option<(Ns, E)> {
        let slot = self.queue.next(end)?;
        self.bodies[slot].take().map(|event| (self.queue.now, event))
    }
}

/// The part that does not depend on what the events are: compiled once and optimised, where the checks that use
/// it are not.
#[derive(Debug, Default)]
struct Queue {
    now: Ns,
    /// How many were ever scheduled.
    count: u32,
    /// Time and id. An id that no longer is its slot's was cancelled.
    heap: BinaryHeap<Reverse<(Ns, u64)>>,
    /// The id that each slot holds, 0 when free.
    slots: Vec<u64>,
    free: Vec<usize>,
}

/// An id holds the count in its upper half, which makes it unique and orders ties, and its slot in the lower.
fn slot(id: u64) -> usize {
    (id & u64::from(u32::MAX)) as usize
}

impl Queue {
    fn schedule(&mut self, t: Ns) -> u64 {
        self.count = self.count.checked_add(1).expect("a simulation has fewer than 2^32 events");
        let slot = self.free.pop().unwrap_or(self.slots.len());
        let id = u64::from(self.count) << 32 | slot as u64;
        if slot == self.slots.len() {
            self.slots.push(id);
        } else {
            self.slots[slot] = id;
        }
        self.heap.push(Reverse((t, id)));
        id
    }

    /// Frees the slot of `id`, if that is still to come.
    fn cancel(&mut self, id: u64) -> Option<usize> {
        let slot = slot(id);
        let held = self.slots.get_mut(slot).filter(|held| **held == id && id != 0)?;
        *held = 0;
        self.free.push(slot);
        Some(slot)
    }

    fn next(&mut self, end: Ns) -> Option<usize> {
        while let Some(&Reverse((t, id))) = self.heap.peek() {
            if t > end {
                break;
            }
            self.heap.pop();
            if let Some(slot) = self.cancel(id) {
                self.now = t;
                return Some(slot);
            }
        }
        if end != Ns::MAX {
            self.now = self.now.max(end);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Events;
    use crate::panic::guard;
    use crate::panic::tests::hooked;
    use crate::{Ns, Rng};
    use std::collections::BTreeMap;

    #[test]
    fn events_come_by_time_and_ties_in_the_order_scheduled() {
        let mut events = Events::new();
        events.at(5, 'b');
        let cancelled = events.at(5, 'c');
        events.at(1, 'a');
        events.at(5, 'd');
        events.at(9, 'z');
        assert_eq!(events.cancel(cancelled), Some('c'));
        assert_eq!(events.cancel(cancelled), None);
        let come: Vec<_> = std::iter::from_fn(|| events.pop_until(6)).collect();
        assert_eq!(come, [(1, 'a'), (5, 'b'), (5, 'd')]);
        assert_eq!((events.now(), events.len(), events.is_empty()), (6, 1, false));
        assert_eq!((events.pop(), events.pop(), events.now()), (Some((9, 'z')), None, 9));
    }

    #[test]
    fn a_cancelled_event_s_slot_is_used_again_under_another_id() {
        let mut events = Events::new();
        let first = events.at(10, 1);
        events.cancel(first);
        let second = events.at(20, 2);
        assert_ne!(first, second);
        assert_eq!(events.cancel(first), None);
        assert_eq!(events.pop(), Some((20, 2)));
        assert_eq!(events.cancel(second), None);
        assert!(events.is_empty());
    }

    #[test]
    fn the_past_is_closed() {
        let why = hooked(|| {
            guard(&mut || {
                let mut events = Events::new();
                events.pop_until(7);
                events.at(6, ());
                Ok(())
            })
        });
        assert_eq!(why.expect_err("it panicked").message, "event at 6 ns is before now, 7 ns");
    }

    #[test]
    fn a_long_run_agrees_with_a_sorted_map() {
        let mut rng = Rng::new(31);
        let (mut events, mut model) = (Events::new(), BTreeMap::<(Ns, u64), u64>::new());
        let mut ids = Vec::new();
        for step in 0..5_000_u64 {
            match rng.below(4) {
                0 | 1 => {
                    let t = events.now() + rng.below(20);
                    ids.push((events.at(t, step), (t, step)));
                    model.insert((t, step), step);
                }
                2 => assert_eq!(events.pop(), model.pop_first().map(|((t, _), step)| (t, step))),
                _ if ids.is_empty() => {}
                _ => {
                    let (id, key) = ids.swap_remove(rng.below(ids.len() as u64) as usize);
                    assert_eq!(events.cancel(id), model.remove(&key));
                }
            }
            assert_eq!(events.len(), model.len());
        }
    }
}
