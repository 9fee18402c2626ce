//! The progress file: versioned, locked, atomic, recoverable.
