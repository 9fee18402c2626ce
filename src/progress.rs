//! What the learner has done: pure transitions over plain data. The clock is the caller's, the file is
//! `store`'s.

pub mod store;
