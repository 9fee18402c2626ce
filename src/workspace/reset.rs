//! Puts stubs back, keeping what was there.
